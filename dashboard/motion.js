/** Shows the way of a message from one element to another. It moves nothing if the user prefers reduced motion. */

const DURATION_MS = 450;
const MAX_FLYING = 12;

const reduced = matchMedia('(prefers-reduced-motion: reduce)');
let flying = 0;

/** @param speed the speed of what is shown: 1 is the speed of the broker */
export function fly(from, to, text, speed) {
  if (!from?.checkVisibility() || !to?.checkVisibility() || reduced.matches || flying >= MAX_FLYING) {
    return;
  }
  const start = from.getBoundingClientRect();
  const end = to.getBoundingClientRect();
  const ghost = document.createElement('span');
  ghost.className = 'flying';
  ghost.setAttribute('aria-hidden', true);
  ghost.textContent = text.slice(0, 12) || '…';
  ghost.style.left = `${start.left}px`;
  ghost.style.top = `${start.top}px`;
  document.body.append(ghost);
  flying++;
  const done = () => {
    ghost.remove();
    flying--;
  };
  ghost.animate([{transform: 'none'}, {transform: `translate(${end.left - start.left}px, ${end.top - start.top}px)`}],
      {duration: DURATION_MS / speed, easing: 'ease-in-out'}).finished.then(done, done);
}
