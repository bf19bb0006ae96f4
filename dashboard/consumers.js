/** Draws the list of consumers: the badge, name and lag of each, and for the selected one its position, its lag over time and buttons. */
import {paint} from './badges.js';

const MAX_SHOWN = 24;
const CHART_POINTS = 120;

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
  if (rows.has(wanted)) {
    select(wanted);
  } else if (!rows.has(selected)) {
    show(shown[0]?.id ?? null);
  }
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

/** Shows a text about a consumer until its position changes. */
export function showText(row, text) {
  row.querySelector('.why').textContent = text;
}

function add(id, onAction) {
  const row = template.content.firstElementChild.cloneNode(true);
  row.lags = [];
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
  return row;
}

function update(row, consumer, partitionCount) {
  const name = row.querySelector('.name');
  name.textContent = consumer.id + (consumer.group ? `, group ${consumer.group}` : '');
  name.title = name.textContent;
  row.querySelector('.count').textContent = `lag ${consumer.lag}`;
  row.dataset.group = consumer.group ?? '';
  row.querySelector('.where').textContent = describe(consumer, partitionCount);
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
  return (consumer.group ? '' : 'no group; ') + (positions.length ? positions.join('; ') : 'owns no partition')
      + (consumer.missed ? `; missed ${consumer.missed}` : '');
}

function updatePartitions(row, partitionCount) {
  const select = row.querySelector('[data-of=partition]');
  row.querySelector('[data-of=partition-label]').hidden = partitionCount === 1;
  if (select.options.length !== partitionCount + 1) {
    select.replaceChildren(new Option('all', ''), ...Array.from({length: partitionCount}, (_, p) => new Option(p, p)));
  }
}
