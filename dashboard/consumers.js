/** Draws the list of consumers: the position of each, its lag as a number and over time, and buttons for its actions. */
import {colorOf} from './lanes.js';

const MAX_SHOWN = 24;
const CHART_POINTS = 120;

const list = document.getElementById('consumers');
const template = document.getElementById('consumer-template');
const title = document.getElementById('consumers-title');
const more = document.getElementById('more');
const rows = new Map();

/**
 * @param consumers [{id, group, lag, missed, positions: [{partition, offset, committed, lag}]}]
 * @param onAction is called with the name of the action, the id of the consumer, and its row
 */
export function draw(consumers, partitionCount, onAction) {
  const shown = consumers.slice(0, MAX_SHOWN);
  more.textContent = consumers.length > shown.length ? `and ${consumers.length - shown.length} more, which are not shown` : '';
  const ids = new Set(shown.map(consumer => consumer.id));
  for (const [id, row] of rows) {
    if (!ids.has(id)) {
      row.stop?.();
      if (row.contains(document.activeElement)) {
        title.focus(); // otherwise the focus would go to the top of the page
      }
      row.remove();
      rows.delete(id);
    }
  }
  shown.forEach(consumer => {
    const row = rows.get(consumer.id) ?? add(consumer.id, onAction);
    update(row, consumer, partitionCount);
  });
}

/** Shows a text about a consumer until its position changes. */
export function showText(row, text) {
  row.querySelector('.why').textContent = text;
}

function add(id, onAction) {
  const row = template.content.firstElementChild.cloneNode(true);
  row.lags = [];
  row.dataset.consumer = id;
  row.addEventListener('click', event => {
    const action = event.target.dataset?.do;
    if (action) {
      onAction(action, id, row);
    }
  });
  rows.set(id, row);
  list.append(row);
  return row;
}

function update(row, consumer, partitionCount) {
  row.querySelector('h3').textContent = consumer.id + (consumer.group ? `, group ${consumer.group}` : ', no group');
  row.dataset.group = consumer.group ?? '';
  row.querySelector('.where').textContent = describe(consumer, partitionCount);
  row.style.borderLeftColor = colorOf(consumer.id);
  const positions = consumer.positions.map(position => `${position.partition} ${position.offset} ${position.committed}`).join();
  if (row.positions !== positions) {
    row.positions = positions;
    showText(row, ''); // the text was about the previous position
  }
  updatePartitions(row, partitionCount);
  row.lags.push(consumer.lag);
  row.lags.splice(0, row.lags.length - CHART_POINTS);
  const highest = Math.max(1, ...row.lags);
  const chart = row.querySelector('.chart');
  chart.setAttribute('aria-label', `lag over the last minute: now ${consumer.lag}, maximum ${highest}`);
  chart.firstElementChild.setAttribute('points', row.lags.map((lag, i) => `${i},${23 - 22 * lag / highest}`).join(' '));
}

function describe(consumer, partitionCount) {
  const positions = consumer.positions.map(position => (partitionCount > 1 ? `partition ${position.partition} ` : '')
      + `at ${position.offset}, committed ${position.committed}`);
  return (positions.length ? positions.join('; ') : 'owns no partition') + `; lag ${consumer.lag}` + (consumer.missed ? `; missed ${consumer.missed}` : '');
}

function updatePartitions(row, partitionCount) {
  const select = row.querySelector('[data-of=partition]');
  row.querySelector('[data-of=partition-label]').hidden = partitionCount === 1;
  if (select.options.length !== partitionCount + 1) {
    select.replaceChildren(new Option('all', ''), ...Array.from({length: partitionCount}, (_, p) => new Option(p, p)));
  }
}
