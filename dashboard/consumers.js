/** Draws the list of consumers: the badge, name and lag of each, and for the selected one its position, its lag over time and buttons. */
import {paint} from './badges.js';
import {readerOf} from './deliveries.js';
import * as members from './members.js';

const MAX_SHOWN = 24;
const CHART_POINTS = 120;
const CHART_STEP_MS = 500;

const list = document.getElementById('consumers');
const template = document.getElementById('consumer-template');
const title = document.getElementById('consumers-title');
const more = document.getElementById('more');
const rows = new Map();

/** The consumer whose controls are shown. */
let selected = null;

/** The consumer to select as soon as it is drawn; null for none. */
let wanted = null;

/**
 * @param state see state.js
 * @param onAction is called with the name of the action, the id of the consumer, and its row
 */
export function draw(state, onAction) {
  const consumers = [...state.consumers, ...goneConsumers(state)];
  const shown = consumers.filter((consumer, i) => i < MAX_SHOWN || consumer.id === wanted || consumer.id === selected);
  more.textContent = consumers.length > shown.length ? `and ${consumers.length - shown.length} more, which the overview finds` : '';
  const ids = new Set(shown.map(consumer => consumer.id));
  for (const [id, row] of rows) {
    if (!ids.has(id)) {
      if (row.contains(document.activeElement)) {
        title.focus(); // otherwise the focus would go to the top of the page
      }
      row.remove();
      rows.delete(id);
    }
  }
  shown.forEach(consumer => update(rows.get(consumer.id) ?? add(consumer.id, onAction), consumer, state));
  if (rows.has(wanted)) {
    select(wanted);
  } else if (!rows.has(selected)) {
    show(shown[0]?.id ?? null);
  }
}

/** The consumers that crashed on this page, and that the broker has removed since. They can be started again. */
function goneConsumers(state) {
  return [...state.crashed].filter(id => members.registrationOf(id)?.topic === state.topic && !state.consumers.some(one => one.id === id))
      .map(id => ({id, group: members.registrationOf(id).group, lag: 0, positions: [], isGone: true}));
}

/** Shows the controls of a consumer, now or as soon as it is drawn. */
export function select(id) {
  wanted = rows.has(id) ? null : id;
  if (wanted === null) {
    show(id);
  }
}

function show(id) {
  selected = id;
  rows.forEach((row, rowId) => {
    row.classList.toggle('selected', rowId === id);
    row.querySelector('.controls').hidden = rowId !== id;
    row.querySelector('.head').setAttribute('aria-expanded', rowId === id);
  });
}

/** The row of a consumer; undefined if it is not shown. */
export const rowOf = id => rows.get(id);

/** Shows whether a consumer takes steps. */
export function showRunning(id) {
  const button = rows.get(id)?.querySelector('[data-do=run]');
  button?.classList.toggle('on', members.isRunning(id));
  if (button) {
    button.textContent = members.isRunning(id) ? 'pause' : 'run';
  }
}

/** Shows a text about a consumer until its next action. */
export function showText(row, text) {
  row.querySelector('.why').textContent = text;
}

function add(id, onAction) {
  const row = template.content.firstElementChild.cloneNode(true);
  row.dataset.consumer = id;
  paint(row.querySelector('.badge'), id);
  row.addEventListener('click', event => {
    const action = event.target.dataset?.do;
    if (action) {
      onAction(action, id, row);
    } else if (event.target.closest('.head')) {
      select(id);
    }
  });
  rows.set(id, row);
  list.append(row);
  showRunning(id);
  return row;
}

function update(row, consumer, state) {
  const isCrashed = state.crashed.has(consumer.id);
  const name = row.querySelector('.name');
  name.textContent = consumer.id + (consumer.group ? `, group ${consumer.group}` : '');
  name.title = name.textContent;
  row.querySelector('.count').textContent = consumer.isGone ? 'removed' : isCrashed ? 'crashed' : `lag ${consumer.lag}`;
  row.classList.toggle('crashed', isCrashed);
  row.dataset.group = consumer.group ?? '';
  row.dataset.topic = state.topic;
  row.isGone = consumer.isGone === true;
  drawPositions(row, consumer);
  row.querySelector('.counts').textContent = describeCounts(state.deliveries.readers.get(readerOf(consumer)), consumer);
  const hadFocus = row.contains(document.activeElement);
  row.querySelectorAll('[data-if]').forEach(part => {
    part.hidden = !{alive: !isCrashed, own: !isCrashed && members.isOwn(consumer.id), crashed: isCrashed}[part.dataset.if];
  });
  if (hadFocus && document.activeElement.closest('[hidden]')) {
    row.querySelector('.head').focus(); // otherwise the focus would go to the top of the page
  }
  updatePartitions(row, state.partitionCount);
}

/** Draws the lag of the selected consumer over the last minute. @param states the states of that time, the oldest first  @param at its end */
export function drawChart(states, at) {
  const row = rows.get(selected);
  if (!row || !states.length) {
    return;
  }
  const lags = [];
  let index = 0;
  for (let i = 0; i < CHART_POINTS; i++) {
    const time = at - (CHART_POINTS - 1 - i) * CHART_STEP_MS;
    while (index + 1 < states.length && states[index + 1].time <= time) {
      index++;
    }
    lags.push(states[index].time <= time ? states[index].consumers.find(consumer => consumer.id === selected)?.lag ?? 0 : 0);
  }
  const highest = Math.max(1, ...lags);
  const chart = row.querySelector('.chart');
  chart.setAttribute('aria-label', `lag over the last minute: now ${lags.at(-1)}, maximum ${highest}`);
  chart.firstElementChild.setAttribute('points', lags.map((lag, i) => `${i},${23 - 22 * lag / highest}`).join(' '));
}

/** The positions as a table, in which the lag is what is between the position and the end. */
function drawPositions(row, consumer) {
  const positions = consumer.positions.map(({partition, offset, committed, lag}) => [partition, committed, offset, offset + lag, lag]);
  row.querySelector('.owns').textContent = consumer.isGone ? 'The broker has removed it, because it got no heartbeats for the session timeout.'
      : positions.length ? '' : 'It owns no partition: each one has another owner in the group.';
  row.querySelector('.positions').hidden = positions.length === 0;
  const text = positions.join(';');
  if (row.positions !== text) {
    row.positions = text;
    row.querySelector('tbody').replaceChildren(...positions.map(rowOfTable));
  }
}

function rowOfTable(numbers) {
  const row = document.createElement('tr');
  row.append(...numbers.map(number => {
    const cell = document.createElement('td');
    cell.textContent = number;
    return cell;
  }));
  return row;
}

function describeCounts(reader, {group, missed}) {
  const counts = [[reader?.again, 'delivered again'], [reader?.lost, 'lost in a crash'], [missed, 'dropped by retention before delivery']]
      .filter(([count]) => count).map(([count, what]) => `${count} ${what}`);
  return counts.length ? `${group ? `Group ${group}: ` : ''}${counts.join(', ')}.` : '';
}

function updatePartitions(row, partitionCount) {
  const partitions = row.querySelector('[data-of=partition]');
  row.querySelector('[data-of=partition-label]').hidden = partitionCount === 1;
  if (partitions.options.length !== partitionCount + 1) {
    partitions.replaceChildren(new Option('all', ''), ...Array.from({length: partitionCount}, (_, p) => new Option(p, p)));
  }
}
