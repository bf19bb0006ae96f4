/**
 * Draws a topic: a lane for each partition, a cell for each visible message, and a marker at the position of each consumer. A second,
 * paler marker shows the committed offset. Elements are kept and changed, so that markers move visibly and the focus stays where it is.
 * Texts of users are set only as text, never as HTML.
 */
const CELL = 42;
const MARKER_HEIGHT = 20;
const MAX_CELLS = 30;
const MIN_CELLS = 6;
const MAX_MARKERS = 12;

const lanes = document.getElementById('lanes');
const detail = document.getElementById('detail');

/** The number of messages of a lane that fit into the page. */
export function cellsPerLane() {
  return Math.max(MIN_CELLS, Math.min(MAX_CELLS, Math.floor((lanes.clientWidth - 24) / CELL)));
}

/** @param partitions [{partition, start_offset, end_offset, from, messages, owners: [{group, consumer}]}] */
export function draw(partitions, consumers) {
  while (lanes.children.length > partitions.length) {
    lanes.lastChild.remove();
  }
  partitions.forEach((partition, i) => {
    drawLane(lanes.children[i] ?? lanes.appendChild(newLane()), partition, consumers);
  });
}

/** Highlights a partition that has a new owner. */
export function flash(partition) {
  const lane = lanes.children[partition];
  lane?.classList.add('moved');
  setTimeout(() => lane?.classList.remove('moved'), 2500);
}

function newLane() {
  const lane = element('div', 'lane');
  lane.append(element('div', 'lane-title'), element('div', 'track'));
  lane.lastChild.append(element('ul', 'cells'));
  lane.markers = new Map();
  return lane;
}

function drawLane(lane, partition, consumers) {
  const title = `partition ${partition.partition}`;
  const owners = partition.owners.map(owner => `${owner.group}: ${owner.consumer}`).join(', ');
  const offsets = partition.start_offset === partition.end_offset ? `no messages, next offset ${partition.end_offset}`
      : `offsets ${partition.start_offset} to ${partition.end_offset - 1}`;
  setTexts(lane.firstChild, [title, offsets, owners && `group ${owners}`]);
  const cells = lane.querySelector('.cells');
  cells.setAttribute('aria-label', `${title}, messages`);
  while (cells.children.length > partition.messages.length) {
    cells.lastChild.remove();
  }
  partition.messages.forEach((message, i) => drawCell(cells.children[i] ?? cells.appendChild(newCell()), message));
  drawMarkers(lane, partition, consumers);
}

function newCell() {
  const item = element('li');
  const cell = element('button', 'cell');
  cell.type = 'button';
  cell.addEventListener('click', () => { detail.textContent = describe(cell.message); });
  item.append(cell, element('span', 'offset'));
  return item;
}

function drawCell(item, message) {
  const [cell, offset] = item.children;
  if (cell.message?.offset === message.offset && cell.message.timestamp === message.timestamp) {
    return;
  }
  cell.message = message;
  cell.textContent = message.value.slice(0, 12);
  cell.title = message.value.slice(0, 300);
  cell.style.backgroundColor = colorOfKey(message.key);
  cell.setAttribute('aria-label', `offset ${message.offset}${message.key === undefined ? '' : `, key ${message.key.slice(0, 60)}`}: ${message.value.slice(0, 60)}`);
  offset.textContent = message.offset;
}

function drawMarkers(lane, partition, consumers) {
  const track = lane.querySelector('.track');
  const seen = new Set();
  let row = 0;
  let committedRow = 0;
  consumers.slice(0, MAX_MARKERS).forEach(consumer => {
    const position = consumer.positions.find(one => one.partition === partition.partition);
    if (position) {
      const marker = place(lane, track, seen, `at ${consumer.id}`, consumer.id, position.offset, partition, '', row++);
      marker.style.backgroundColor = colorOf(consumer.id);
      if (position.committed !== position.offset) {
        place(lane, track, seen, `committed ${consumer.id}`, `${consumer.id} committed`, position.committed, partition, 'committed', committedRow++);
      }
    }
  });
  track.style.paddingTop = `${MARKER_HEIGHT * Math.max(1, row) + 4}px`;
  track.style.paddingBottom = `${MARKER_HEIGHT * Math.max(1, committedRow)}px`;
  for (const [name, marker] of lane.markers) {
    if (!seen.has(name)) {
      marker.remove();
      lane.markers.delete(name);
    }
  }
}

function place(lane, track, seen, name, text, offset, partition, kind, row) {
  seen.add(name);
  let marker = lane.markers.get(name);
  if (!marker) {
    marker = element('span', `marker ${kind}`);
    lane.markers.set(name, marker);
    track.append(marker);
  }
  const count = partition.messages.length;
  const cell = Math.max(0, Math.min(count, offset - partition.from));
  const isBefore = offset < partition.from;
  const isAfter = offset > partition.from + count;
  marker.textContent = (isBefore ? '◂ ' : '') + text + (isAfter ? ' ▸' : '');
  marker.title = `${text}: offset ${offset}`;
  marker.dataset.offset = offset;
  marker.style[kind === 'committed' ? 'bottom' : 'top'] = `${MARKER_HEIGHT * row + 2}px`;
  marker.style.transform = `translateX(${cell * CELL}px)`;
  return marker;
}

/** The colour of a key. All of these colours are light, because the text is dark. */
function colorOfKey(key) {
  return key === undefined ? 'hsl(215 15% var(--cell-lightness))' : `hsl(${hueOf(key)} 75% var(--cell-lightness))`;
}

/** The colour of a consumer. */
export function colorOf(consumerId) {
  return `hsl(${hueOf(consumerId)} 60% var(--marker-lightness))`;
}

function hueOf(name) {
  let hash = 7;
  for (const char of name) {
    hash = (hash * 31 + char.codePointAt(0)) % 65521;
  }
  return Math.round(hash * 137.508) % 360; // the golden angle gives successive hashes different colours
}

function describe(message) {
  const headers = message.headers ? `\nheaders ${JSON.stringify(message.headers)}` : '';
  const key = message.key === undefined ? 'no key' : `key ${message.key}`;
  const time = new Date(message.timestamp).toLocaleString();
  const partition = message.partition === undefined ? '' : `partition ${message.partition}, `;
  return `${partition}offset ${message.offset}, ${key}, ${time}${headers}\n${message.value.slice(0, 5000)}`;
}

function setTexts(parent, texts) {
  const wanted = texts.filter(text => text);
  while (parent.children.length > wanted.length) {
    parent.lastChild.remove();
  }
  wanted.forEach((text, i) => { (parent.children[i] ?? parent.appendChild(element(i ? 'span' : 'b'))).textContent = text; });
}

function element(name, className = '') {
  const made = document.createElement(name);
  made.className = className;
  return made;
}
