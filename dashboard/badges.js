/** The badge of a consumer: a colour, a shape and an initial, which together tell consumers apart without colours too. And the colour of a key. */

/** The colours of Okabe and Ito, which people with colour blindness can tell apart. The light ones carry dark text. */
const COLORS = [['#0072b2'], ['#d55e00', 'light'], ['#009e73', 'light'], ['#cc79a7', 'light'], ['#e69f00', 'light'], ['#56b4e9', 'light'], ['#6a3d9a'], ['#5b6470']];
const SHAPES = 4;

/** The number of each consumer by its id, in the order in which the page saw them. */
const numbers = new Map();

/** Turns an element into the badge of a consumer. */
export function paint(element, consumerId) {
  if (!numbers.has(consumerId)) {
    numbers.set(consumerId, numbers.size);
  }
  const number = numbers.get(consumerId);
  const [color, lightness] = COLORS[number % COLORS.length];
  element.classList.add('badge');
  element.classList.toggle('light', lightness === 'light');
  element.style.setProperty('--of', color);
  element.dataset.shape = (number + Math.floor(number / COLORS.length)) % SHAPES;
  element.textContent = initial(consumerId);
}

/** The first letter, and the number at the end of the name if it has one: alice is A, team-12 is T12. */
function initial(consumerId) {
  const [first] = consumerId;
  const digits = /(?<=.)\d{1,2}$/.exec(consumerId)?.[0] ?? '';
  return first.toUpperCase() + digits;
}

/** The colour of a consumer. */
export function colorOf(consumerId) {
  return COLORS[(numbers.get(consumerId) ?? 0) % COLORS.length][0];
}

/** The colour of a key. All of these colours are light, because the text is dark. */
export function colorOfKey(key) {
  return key === undefined ? 'hsl(215 15% var(--cell-lightness))' : `hsl(${hueOf(key)} 75% var(--cell-lightness))`;
}

function hueOf(name) {
  let hash = 7;
  for (const char of name) {
    hash = (hash * 31 + char.codePointAt(0)) % 65521;
  }
  return Math.round(hash * 137.508) % 360; // the golden angle gives successive hashes different colours
}
