/** The page: polls the broker twice a second, keeps its states, and draws them when they are due. */
import * as token from './token.js'; // first: the other scripts may send requests at once
import {report} from './actions.js';
import * as address from './address.js';
import * as consumerActions from './consumer-actions.js';
import * as consumersView from './consumers.js';
import * as demo from './demo.js';
import {withEvents} from './events.js';
import * as history from './history.js';
import * as lanesView from './lanes.js';
import {fly} from './motion.js';
import * as overview from './overview.js';
import * as producer from './producer.js';
import * as share from './share.js';
import {forget, read, Refusal} from './state.js';
import * as timebar from './timebar.js';
import {Timeline} from './timeline.js';
import * as topics from './topics.js';
import * as tour from './tour.js';

const POLL_MS = 500;
const TICK_MS = 100;
const MAX_EVENTS = 100;

const byId = id => document.getElementById(id);
const timeline = new Timeline();

async function pollRepeatedly() {
  if (!document.hidden) {
    try {
      await poll();
      setStatus('Connected, updated twice a second.', false);
    } catch (e) {
      forget();
      setStatus(e instanceof Refusal ? `The broker refuses this page. ${e.message}` : 'The broker does not answer. Trying again…', true);
    }
  }
  setTimeout(pollRepeatedly, POLL_MS);
}

let lastPoll = Promise.resolve();

/** Reads the state of the broker after all reads before it, and shows it if it is due. */
function poll() {
  const next = lastPoll.then(pollOnce);
  lastPoll = next.catch(() => {}); // the caller gets the error
  return next;
}

async function pollOnce() {
  const begin = performance.now();
  const topic = topics.chosen();
  const view = topics.view();
  const state = await read(topic, view, lanesView.cellsPerLane());
  if (topic !== topics.chosen() || view !== topics.view() || consumerActions.hasMovedSince(begin)) {
    return; // the user did something meanwhile, which this state may have or not
  }
  topics.draw(state);
  producer.showTopic(state.topic, state.partitionCount);
  const before = timeline.newest;
  if (state.topic !== before?.topic) {
    timeline.clear();
    byId('events').replaceChildren(); // they are about another topic
  }
  const now = withEvents(before, state, consumerActions.takeOwn());
  timeline.add(now);
  tick(0);
  consumersView.drawChart(timeline.states, timeline.position.at);
  tour.observe(now);
}

/** Shows the states that are due. */
function tick(elapsedMs) {
  timeline.advance(elapsedMs).forEach((state, i, due) => draw(state, true, i === due.length - 1));
  timebar.update(timeline);
}

/** @param isLast whether no later state is drawn at once after this one */
function draw(state, hasEvents, isLast = true) {
  if (isLast) {
    lanesView.draw(state);
    consumersView.draw(state, consumerActions.act);
    byId('note').textContent = note(state);
    [...byId('events').children].forEach(item => { item.hidden = item.time > state.time; }); // of the time after it, if it is in the past
  }
  timeline.states.filter(one => one.time <= state.time && !named.has(one)).forEach(nameEvents);
  if (hasEvents) {
    state.events.forEach(show);
  }
}

function note({topic, topics: {length}, partitions, partitionCount, messages, limits}) {
  if (!topic) {
    return length ? '' : 'There is no topic yet. Create one, or start the demo.';
  }
  const cells = lanesView.cellsPerLane();
  return `${messages} message${messages === 1 ? '' : 's'}; each lane shows up to ${cells}. The picture is updated twice a second, and faster changes are not shown.`
      + (limits.length ? ` Limits of each partition: ${limits.join(', ')}.` : '')
      + (partitions.length < partitionCount ? ` ${partitions.length} of ${partitionCount} partitions are shown.` : '');
}

/** The states whose events are in the list. */
const named = new WeakSet();

function nameEvents(state) {
  named.add(state);
  state.events.forEach(event => name(event, state.time));
}

/** Shows the way of the messages. */
function show(event) {
  const {speed} = timeline.position;
  if (event.kind === 'rebalance') {
    lanesView.flash(event.partition);
  } else if (event.kind === 'produced') {
    fly(byId('produce-title'), lanesView.cellOf(event.partition, event.offset), event.value, speed);
  } else if (event.kind === 'delivered' || event.kind === 'redelivered') {
    fly(lanesView.cellOf(event.partition, event.offset), consumersView.rowOf(event.consumer), event.value ?? '', speed);
  }
}

function name({kind, text}, time) {
  const item = document.createElement('li');
  item.className = kind;
  item.time = time;
  item.textContent = text;
  byId('events').prepend(item);
  while (byId('events').children.length > MAX_EVENTS) {
    byId('events').lastChild.remove();
  }
  if (kind === 'rebalance') {
    report(text);
  }
}

function setStatus(text, isGone) {
  byId('status').classList.toggle('gone', isGone);
  document.body.classList.toggle('gone', isGone);
  if (byId('status').textContent !== text) {
    byId('status').textContent = text;
  }
}

/** Large text for a projector. The address of the page keeps it. */
function setProjector(isOn) {
  document.documentElement.classList.toggle('projector', isOn);
  byId('projector').setAttribute('aria-pressed', isOn);
  address.set('projector', isOn ? '' : null);
}

async function copyHistory() {
  let isCopied = false;
  try {
    await navigator.clipboard.writeText(history.asScript()); // a browser offers it only to pages at localhost or over HTTPS
    isCopied = true;
  } catch (refused) {
    // said below
  }
  byId('copied').textContent = isCopied ? 'Copied.' : 'The browser does not let this page copy. Save the script instead.';
}

function connect() {
  byId('projector').addEventListener('click', () => setProjector(!document.documentElement.classList.contains('projector')));
  byId('save').addEventListener('click', () => history.save('lesson.sh', history.asScript()));
  byId('copy').addEventListener('click', copyHistory);
  setProjector(address.get('projector') !== null);
  topics.connect(poll);
  consumerActions.connect(topics.chosen);
  lanesView.connect(producer.produceAgain);
  timebar.connect(timeline, draw);
  overview.connect((topic, consumer) => {
    topics.select(topic);
    if (consumer !== null) {
      consumersView.select(consumer);
    }
    poll();
  });
  demo.connect(poll);
  tour.connect(poll);
  token.connect(poll);
  share.connect();
}

byId('trouble').remove();
connect();
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  tick(now - last);
  last = now;
}, TICK_MS);
pollRepeatedly();
