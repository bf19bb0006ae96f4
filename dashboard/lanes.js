/**
 * Draws a topic: a lane for each partition, a cell for each visible message, and the badge of each consumer above the message that it
 * reads next. A line from the badge to the end of the lane is its lag. A dashed badge below the lane shows the committed offset if it is
 * another one. Elements are kept and changed, so that badges move visibly and the focus stays where it is. Texts of users are set only as
 * text, never as HTML.
 */
import {colorOf, colorOfKey, paint} from './badges.js';
import {marksOf} from './deliveries.js';
import * as details from './details.js';
import {keyInWords, keyOf, kindOf, shortValue, valueInWords} from './payload.js';

const MAX_CELLS = 30;
const MIN_CELLS = 3;
const MAX_MARKERS = 12;
const MAX_LAG_LINES = 4;
const FRESH_MS = 1500;

const lanes = document.getElementById('lanes');

/** What is drawn now, see state.js; null for nothing. */
let drawn = null;

/** Is called with a message that the user wants to produce again. */
let onProduceAgain = () => {};

export const connect = produceAgain => { onProduceAgain = produceAgain; };

/** A size of the style sheet, in pixels. */
const size = name => parseInt(getComputedStyle(document.documentElement).getPropertyValue(name), 10);

/** The number of messages of a lane that fit into the page, beside the place of the next one. */
export function cellsPerLane() {
  return Math.max(MIN_CELLS, Math.min(MAX_CELLS, Math.floor((lanes.clientWidth - 24) / size('--cell')) - 1));
}

/** @param state see state.js */
export function draw(state) {
  if (state.topic !== drawn?.topic) {
    closeDetail();
  }
  drawn = state;
  const {partitions, consumers} = state;
  while (lanes.querySelectorAll('.lane').length > partitions.length) {
    [...lanes.querySelectorAll('.lane')].at(-1).remove();
  }
  const existing = lanes.querySelectorAll('.lane');
  partitions.forEach((partition, i) => {
    drawLane(existing[i] ?? lanes.appendChild(newLane()), partition, consumers);
  });
}

/** Highlights a partition that has a new owner. */
export function flash(partition) {
  const lane = laneOf(partition);
  lane?.classList.add('moved');
  setTimeout(() => lane?.classList.remove('moved'), 2500);
}

/** The element of a message that is visible; undefined if it is not. */
export function cellOf(partition, offset) {
  return [...laneOf(partition)?.querySelectorAll('.cell') ?? []].find(cell => cell.message?.offset === offset);
}

function laneOf(partition) {
  return [...lanes.querySelectorAll('.lane')].find(lane => lane.partition === partition);
}

function closeDetail() {
  details.close();
  lanes.querySelectorAll('.cell[aria-pressed=true]').forEach(cell => cell.setAttribute('aria-pressed', false));
}

function newLane() {
  const lane = element('div', 'lane');
  lane.append(element('div', 'lane-title'), element('div', 'track'));
  lane.lastChild.append(element('ul', 'cells'));
  lane.querySelector('.cells').append(newNext());
  lane.markers = new Map();
  return lane;
}

function drawLane(lane, partition, consumers) {
  lane.partition = partition.partition;
  const title = `partition ${partition.partition}`;
  const owners = partition.owners.map(owner => `${owner.group}: ${owner.consumer}`).join(', ');
  const offsets = partition.start_offset === partition.end_offset ? `no messages, next offset ${partition.end_offset}`
      : partition.start_offset === partition.end_offset - 1 ? `offset ${partition.start_offset}` : `offsets ${partition.start_offset} to ${partition.end_offset - 1}`;
  const dropped = partition.start_offset > 0 && `offsets before ${partition.start_offset} were dropped`;
  setTexts(lane.firstChild, [title, offsets, dropped, owners && `group ${owners}`]);
  const cells = lane.querySelector('.cells');
  cells.setAttribute('aria-label', `${title}, messages`);
  const count = partition.messages.length;
  while (cells.children.length > count + 1) {
    cells.lastChild.previousSibling.remove();
  }
  while (cells.children.length < count + 1) {
    cells.lastChild.before(newCell());
  }
  partition.messages.forEach((message, i) => drawCell(cells.children[i], message, lane));
  drawNext(cells.lastChild, partition.from + count, partition.from + count >= partition.end_offset);
  drawMarkers(lane, partition, consumers);
}

function newCell() {
  const item = element('li');
  const cell = element('button', 'cell');
  cell.type = 'button';
  cell.addEventListener('click', () => toggle(cell));
  item.append(cell, element('span', 'offset'));
  return item;
}

/** The place after the last visible message. */
function newNext() {
  const item = element('li');
  item.append(element('span'), element('span', 'offset'));
  return item;
}

/** @param isEnd whether it is the place of the next message; otherwise later messages are not visible */
function drawNext(item, offset, isEnd) {
  item.firstChild.className = isEnd ? 'next' : 'later';
  item.lastChild.textContent = isEnd ? offset : '';
  item.title = isEnd ? 'the next message gets this offset' : 'later messages are not visible';
}

function drawCell(item, message, lane) {
  const [cell, offset] = item.children;
  cell.setAttribute('aria-pressed', details.isSelected(lane.partition, message.offset));
  const {again, lost} = marksOf(drawn.deliveries, lane.partition, message.offset);
  cell.dataset.mark = lost.length ? 'lost' : again.length ? 'again' : '';
  const state = [again.length && `, delivered again to ${again.join(', ')}`, lost.length && `, lost for ${lost.join(', ')}`].filter(text => text).join('');
  const label = message.isAbsent ? `offset ${message.offset}: too large to be shown here`
      : `offset ${message.offset}${keyOf(message) === undefined ? '' : `, key ${keyInWords(message, 60)}`}: ${valueInWords(message, 60)}${state}`;
  if (cell.message === message && cell.label === label) {
    return;
  }
  Object.assign(cell, {message, label, textContent: message.isAbsent ? '…' : shortValue(message, 30), title: valueInWords(message, 300) + state});
  cell.dataset.kind = kindOf(message);
  cell.style.backgroundColor = colorOfKey(keyOf(message));
  cell.setAttribute('aria-label', label);
  offset.textContent = message.offset;
  showFresh(cell, Date.now() - message.timestamp < FRESH_MS);
}

function showFresh(cell, isFresh) {
  clearTimeout(cell.freshTimer);
  cell.classList.toggle('fresh', isFresh);
  if (isFresh) {
    cell.freshTimer = setTimeout(() => cell.classList.remove('fresh'), FRESH_MS);
  }
}

function toggle(cell) {
  const lane = cell.closest('.lane');
  const isOpen = cell.getAttribute('aria-pressed') === 'true';
  closeDetail();
  if (isOpen) {
    return;
  }
  cell.setAttribute('aria-pressed', true);
  const {topic, partitionCount, deliveries} = drawn;
  const marks = marksOf(deliveries, lane.partition, cell.message.offset);
  details.open(cell.message, {topic, partition: lane.partition, partitionCount, marks, lane, onProduceAgain});
}

function drawMarkers(lane, partition, consumers) {
  const track = lane.querySelector('.track');
  const seen = new Set();
  const above = new Map();
  const below = new Map();
  const here = consumers.filter(consumer => consumer.positions.some(one => one.partition === partition.partition)).slice(0, MAX_MARKERS);
  const perCell = Math.max(1, Math.floor(size('--cell') / size('--badge')));
  here.forEach((consumer, i) => {
    const position = consumer.positions.find(one => one.partition === partition.partition);
    place(lane, track, seen, consumer.id, position.offset, partition, '', above, perCell);
    if (position.committed !== position.offset) {
      place(lane, track, seen, consumer.id, position.committed, partition, 'committed', below, perCell);
    }
    drawLag(lane, track, seen, consumer.id, position, partition, i);
  });
  track.style.paddingTop = `${size('--badge') * rows(above, perCell) + 4}px`;
  track.style.paddingBottom = `${size('--badge') * rows(below, perCell)}px`;
  for (const [name, marker] of lane.markers) {
    if (!seen.has(name)) {
      marker.remove();
      lane.markers.delete(name);
    }
  }
}

/** The number of rows of badges; at least one, so that the lane keeps its height when a consumer comes. */
const rows = (counts, perCell) => Math.max(1, ...[...counts.values()].map(count => Math.ceil(count / perCell)));

function place(lane, track, seen, id, offset, partition, kind, counts, perCell) {
  const marker = keptMarker(lane, track, seen, `${kind} ${id}`, () => {
    const made = element('span', `marker ${kind}`);
    paint(made, id);
    return made;
  });
  const cell = cellIndex(offset, partition);
  const rank = counts.get(cell) ?? 0;
  counts.set(cell, rank + 1);
  const isBefore = offset < partition.from;
  const isAfter = offset > partition.from + partition.messages.length;
  marker.classList.toggle('before', isBefore);
  marker.classList.toggle('after', isAfter);
  marker.title = `${id}${kind && ' committed'}: offset ${offset}${isBefore ? ', before the visible messages' : isAfter ? ', after the visible messages' : ''}`;
  marker.dataset.offset = offset;
  marker.dataset.marker = id + (kind && ' committed');
  marker.style[kind ? 'bottom' : 'top'] = `${size('--badge') * Math.floor(rank / perCell)}px`;
  marker.style.transform = `translateX(${cell * size('--cell') + size('--badge') * (rank % perCell) + 3}px)`;
}

/** The line from the position of a consumer to the end of the lane: its lag. */
function drawLag(lane, track, seen, id, position, partition, row) {
  const from = cellIndex(position.offset, partition);
  const length = (partition.messages.length - from) * size('--cell');
  if (length <= 0 || row >= MAX_LAG_LINES) {
    return;
  }
  const line = keptMarker(lane, track, seen, `lag ${id}`, () => element('span', 'lag'));
  line.style.backgroundColor = colorOf(id);
  line.style.left = `${from * size('--cell') + 3}px`;
  line.style.width = `${length - 6}px`;
  line.style.bottom = `${row * 4}px`;
  line.title = `${id}: ${partition.end_offset - position.offset} messages to read`;
}

/** The element of this name in a lane, which is made if there is none. */
function keptMarker(lane, track, seen, name, make) {
  seen.add(name);
  let marker = lane.markers.get(name);
  if (!marker) {
    marker = make();
    lane.markers.set(name, marker);
    track.append(marker);
  }
  return marker;
}

const cellIndex = (offset, partition) => Math.max(0, Math.min(partition.messages.length, offset - partition.from));

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
