/** All topics, groups and consumers of the broker, with a search. It is read again every two seconds while it is shown. */
import * as address from './address.js';
import {call} from './broker.js';
import {unregister} from './consumer-actions.js';

const POLL_MS = 2_000;
const MAX_ROWS = 200;

const byId = id => document.getElementById(id);
const section = byId('overview');
const search = byId('search');

let onShowTopic = () => {};
let timer = 0;

/** What was read last: {topics, groups, consumers}. */
let read = {topics: [], groups: [], consumers: []};

/**
 * @param showTopic is called with the name of a topic that the user wants to see, and the id of a consumer or null
 */
export function connect(showTopic) {
  onShowTopic = showTopic;
  byId('open-overview').addEventListener('click', () => show(!isShown()));
  search.addEventListener('input', draw);
  section.addEventListener('click', ({target}) => {
    if (target.dataset.topic !== undefined) {
      show(false);
      onShowTopic(target.dataset.topic, target.dataset.consumer ?? null);
    } else if (target.dataset.remove !== undefined) {
      remove(target.dataset.remove);
    }
  });
  show(address.get('overview') !== null);
}

const isShown = () => !section.hidden;

function show(isOn) {
  section.hidden = !isOn;
  document.body.classList.toggle('overview', isOn);
  byId('open-overview').textContent = isOn ? 'back to the topic' : 'overview';
  address.set('overview', isOn ? '' : null);
  clearTimeout(timer);
  if (isOn) {
    poll();
    search.focus();
  }
}

async function poll() {
  clearTimeout(timer);
  if (!document.hidden) {
    try {
      const [topics, groups, consumers] = await Promise.all(['/topics', '/groups', '/consumers'].map(path => call('GET', path)));
      read = {topics: topics.json.topics, groups: groups.json.groups, consumers: consumers.json.consumers};
      draw();
    } catch (unreachable) {
      // the status of the page says so
    }
  }
  if (isShown()) {
    timer = setTimeout(poll, POLL_MS);
  }
}

async function remove(id) {
  await unregister(id, byId('overview-refusal'));
  poll();
}

function draw() {
  const text = search.value.trim().toLowerCase();
  const matches = names => names.some(name => name?.toLowerCase().includes(text));
  const {topics, groups, consumers} = read;
  const lags = new Map();
  consumers.forEach(one => lags.set(one.topic, (lags.get(one.topic) ?? 0) + one.lag));
  fill('all-topics', topics.filter(one => matches([one.topic])).map(one => [
    button(one.topic, {topic: one.topic}), one.messages, one.partitions?.length ?? 1, one.consumers.length, lags.get(one.topic) ?? 0]));
  fill('all-groups', groups.filter(one => matches([one.group, one.topic])).map(one => [
    one.group, button(one.topic, {topic: one.topic}), one.members.length, one.partitions.length, one.generation, one.lag]));
  fill('all-consumers', consumers.filter(one => matches([one.consumer_id, one.group, one.topic])).map(one => [
    button(one.consumer_id, {topic: one.topic, consumer: one.consumer_id}), one.topic, one.group ?? 'no group', one.assigned.join(', ') || 'none', one.lag,
    button('remove', {remove: one.consumer_id}, `remove ${one.consumer_id}`)]));
}

/** Fills a table. The first cell is the name of a row. Cells that look the same stay, so that the focus stays in them. */
function fill(id, rows) {
  const table = byId(id);
  const shown = rows.slice(0, MAX_ROWS);
  byId(`${id}-count`).textContent = rows.length > shown.length ? `${rows.length}, the first ${MAX_ROWS} are shown` : String(rows.length);
  const known = new Map([...table.rows].map(row => [row.name, row]));
  shown.forEach((cells, i) => {
    const name = textOf(cells[0]) + (cells[1].textContent ?? '');
    const row = known.get(name) ?? Object.assign(document.createElement('tr'), {name});
    known.delete(name);
    cells.forEach((cell, column) => {
      const place = row.cells[column] ?? row.insertCell();
      if (place.textContent !== textOf(cell)) {
        place.replaceChildren(cell instanceof Node ? cell : String(cell));
      }
    });
    if (table.rows[i] !== row) {
      table.insertBefore(row, table.rows[i] ?? null);
    }
  });
  known.forEach(row => row.remove());
}

const textOf = cell => cell instanceof Node ? cell.textContent : String(cell);

function button(text, data, label = text) {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  made.title = label;
  made.setAttribute('aria-label', label);
  Object.assign(made.dataset, data);
  return made;
}
