/**
 * The page: polls the broker twice a second, draws its state, and performs the actions of the user. It never requests more messages of
 * a topic than it shows.
 */
import * as address from './address.js';
import {asCurl, asPowerShell, brokerUrl, call, quoted} from './broker.js';
import * as consumersView from './consumers.js';
import {eventsBetween} from './events.js';
import * as history from './history.js';
import * as lanesView from './lanes.js';
import {fly} from './motion.js';

const POLL_MS = 500;
/** A lane requests its messages at most this often if more messages arrive than it shows. */
const BUSY_POLL_MS = 900;
/** Messages are requested again after this time, because a topic that was created again may have as many messages as before. */
const MAX_AGE_MS = 5_000;
const MAX_TOPICS = 5_000;
const MAX_LANES = 16;
const MAX_DONE = 200;
const MAX_EVENTS = 100;
/** A consumer of this page is as slow as its user, so its session timeout is long. */
const SESSION_TIMEOUT_MS = 600_000;

const byId = id => document.getElementById(id);
const topicSelect = byId('topic');
const viewSelect = byId('view');
const windows = new Map();

/** What was drawn last: {topic, partitions, consumers}; null if the page shows no topic. */
let drawn = null;

/** The broker, or a proxy before it, refuses a request of this page. The message says why. */
class Refusal extends Error {}

async function pollRepeatedly() {
  if (!document.hidden) {
    try {
      await poll();
      setStatus('Connected, updated twice a second.', false);
    } catch (e) {
      windows.clear(); // a restarted broker may have other messages at the same offsets
      setStatus(e instanceof Refusal ? `The broker refuses this page. ${e.message}` : 'The broker does not answer. Trying again…', true);
    }
  }
  setTimeout(pollRepeatedly, POLL_MS);
}

async function poll() {
  const chosen = topicSelect.value;
  const {status, json: stats} = await call('GET', '/stats');
  if (status !== 200 || !stats?.topics) {
    throw new Refusal(stats?.detail ?? `It answers with status ${status}.`);
  }
  if (topicSelect.value !== chosen) {
    return; // the user chose another topic, which may be newer than these statistics
  }
  showTopics(Object.keys(stats.topics));
  const topic = topicSelect.value;
  const info = topic && (await call('GET', `/topics/${topic}`));
  if (!topic || info.status !== 200) {
    windows.clear();
    drawn = null;
    lanesView.draw([], []);
    consumersView.draw([], 1, act);
    byId('note').textContent = topic ? '' : 'There is no topic yet. Create one above.';
    return;
  }
  const partitions = info.json.partitions ?? [{partition: 0, start_offset: info.json.start_offset, end_offset: info.json.end_offset}];
  const consumers = consumersOf(topic, stats.consumers, partitions);
  showViews(consumers);
  const shown = partitions.slice(0, MAX_LANES);
  await Promise.all(shown.map(partition => fill(topic, partition, consumers)));
  nameOwners(shown, consumers);
  if (topic !== topicSelect.value) {
    return; // the user chose another topic
  }
  const before = drawn?.topic === topic ? drawn : null;
  drawn = {topic, partitions: shown, consumers};
  lanesView.draw(shown, consumers);
  consumersView.draw(consumers, partitions.length, act);
  if (before) {
    eventsBetween(before, drawn).forEach(showEvent);
  }
  byId('note').textContent = note(shown, partitions.length, info.json.messages);
}

function note(shown, partitionCount, messages) {
  const cells = lanesView.cellsPerLane();
  return `${messages} messages. A lane shows at most ${cells} of them. Messages that come and go between two updates are not drawn.`
      + (shown.length < partitionCount ? ` ${shown.length} of ${partitionCount} partitions are shown.` : '');
}

/** The consumers of a topic, each with a position for each of its partitions. */
function consumersOf(topic, all, partitions) {
  return Object.entries(all).filter(([, consumer]) => consumer.topic === topic).map(([id, consumer]) => ({
    id,
    group: consumer.group,
    lag: consumer.lag,
    missed: consumer.missed,
    positions: consumer.positions
        ?? (partitions.length === 1 && consumer.offset !== undefined
            ? [{partition: 0, offset: consumer.offset, committed: consumer.committed ?? consumer.offset, lag: consumer.lag}] : []),
  }));
}

/** Adds the visible messages. They are requested only if they may have changed. */
async function fill(topic, partition, consumers) {
  const cells = lanesView.cellsPerLane();
  const watched = consumers.find(consumer => consumer.id === viewSelect.value)?.positions.find(one => one.partition === partition.partition);
  const wanted = viewSelect.value === ' oldest' ? partition.start_offset
      : watched ? watched.offset - Math.floor(cells / 3) : partition.end_offset - cells;
  const from = Math.max(partition.start_offset, Math.min(wanted, partition.end_offset - Math.min(cells, 1)));
  const to = Math.min(partition.end_offset, from + cells);
  const key = `${topic}/${partition.partition}`;
  let window = windows.get(key);
  const age = window && performance.now() - window.time;
  const isBusy = window && from - window.from > cells && age < BUSY_POLL_MS;
  if (!isBusy && (window?.from !== from || window.to !== to || window.start !== partition.start_offset || age > MAX_AGE_MS)) {
    const page = from < to
        ? await call('GET', `/topics/${topic}/messages?partition=${partition.partition}&offset=${from}&max_messages=${to - from}`) : {status: 200, json: {messages: []}};
    if (page.status === 200) {
      window = {from, to, start: partition.start_offset, messages: page.json.messages, time: performance.now()};
      windows.set(key, window);
    }
  }
  partition.from = window?.from ?? from;
  partition.messages = window?.messages ?? [];
}

/** Notes the owners of each partition: one of each group. */
function nameOwners(partitions, consumers) {
  partitions.forEach(partition => {
    partition.owners = consumers.filter(consumer => consumer.group && consumer.positions.some(one => one.partition === partition.partition))
        .map(consumer => ({group: consumer.group, consumer: consumer.id}));
  });
}

/** Names what happened on the broker, and shows the way of the messages. */
function showEvent(event) {
  const item = document.createElement('li');
  item.textContent = event.text;
  byId('events').prepend(item);
  while (byId('events').children.length > MAX_EVENTS) {
    byId('events').lastChild.remove();
  }
  if (event.kind === 'rebalance') {
    lanesView.flash(event.partition);
    report(event.text);
  } else if (event.kind === 'produced') {
    fly(byId('produce-title'), lanesView.cellOf(event.partition, event.offset), event.value);
  } else if (event.kind === 'delivered') {
    fly(lanesView.cellOf(event.partition, event.offset), consumersView.rowOf(event.consumer), event.value ?? '');
  }
}

function showTopics(names) {
  const shown = names.slice(0, MAX_TOPICS);
  byId('more-topics').textContent = names.length > shown.length ? `and ${names.length - shown.length} more, which are not listed` : '';
  if (shown.join() !== [...topicSelect.options].map(option => option.value).join()) {
    const chosen = topicSelect.value;
    if (chosen && !names.includes(chosen)) {
      report(`Topic ${chosen} no longer exists. It was deleted, or the broker was restarted and does not keep topics on disk.`);
    }
    topicSelect.replaceChildren(...shown.map(name => new Option(name, name)));
    topicSelect.value = [chosen || address.get('topic'), shown[0]].find(name => shown.includes(name)) ?? '';
    if (topicSelect.value !== chosen) {
      clearTopic();
    }
  }
  if (topicSelect.value) {
    address.set('topic', topicSelect.value);
  }
  byId('showing').hidden = byId('producing').hidden = byId('consuming').hidden = !shown.length;
}

function showViews(consumers) {
  const values = ['', ' oldest', ...consumers.slice(0, 24).map(consumer => consumer.id)];
  if (values.join() !== [...viewSelect.options].map(option => option.value).join()) {
    const chosen = viewSelect.value;
    const text = value => ({'': 'newest messages', ' oldest': 'oldest messages'})[value] ?? `consumer ${value}`;
    viewSelect.replaceChildren(...values.map(value => new Option(text(value), value)));
    viewSelect.value = [chosen || address.get('view')].find(value => values.includes(value)) ?? '';
  }
}

function setStatus(text, isGone) {
  byId('status').classList.toggle('gone', isGone);
  document.body.classList.toggle('gone', isGone);
  if (byId('status').textContent !== text) {
    byId('status').textContent = text;
  }
}

/**
 * Performs an action, and shows the equivalent commands: for two shells, for the clients of this broker and for Kafka, if they have one.
 *
 * @param where the element that shows why the action was refused
 * @param kind the same for repeated actions with different values
 */
async function perform(action, {kafka, client}, method, path, body, where, kind) {
  const commands = [['curl', asCurl(method, path, body)], ['PowerShell', asPowerShell(method, path, body)], ['mini-kafka', client], ['Kafka', kafka]]
      .filter(([, command]) => command);
  const kindOrCommand = kind ?? commands[0][1];
  let answer;
  try {
    answer = await call(method, path, body);
  } catch (e) {
    where.textContent = 'The broker does not answer.';
    report(`${action}: the broker does not answer.`, {isFailed: true, kind: kindOrCommand});
    return null;
  }
  const isRefused = answer.status >= 400;
  if (!isRefused) {
    history.record(action, method, path, body);
  }
  where.textContent = isRefused ? answer.json?.detail : '';
  report(action + outcome(answer), {isFailed: isRefused, isEmpty: answer.status === 204, kind: kindOrCommand, commands});
  return isRefused ? null : answer;
}

function outcome({status, json}) {
  if (status >= 400) {
    return `: ${json?.detail}`;
  }
  if (json?.created === false) {
    return ': it already exists';
  }
  if (status === 204) {
    return ': nothing new (204)';
  }
  if (json?.value === undefined) {
    return '';
  }
  const where = json.partition === undefined ? '' : ` of partition ${json.partition}`;
  return `: got "${json.value.slice(0, 60)}", offset ${json.offset}${where}`;
}

/** Adds an action to the list. Repeated actions share an entry, which has their number, and how many of them got no message. */
function report(text, {isFailed = false, isEmpty = false, kind, commands = []} = {}) {
  const before = [...byId('done').children].find(item => kind && item.kind === kind && item.isFailed === isFailed);
  before?.remove();
  const item = document.createElement('li');
  const words = document.createElement('span');
  Object.assign(item, {kind, isFailed, times: (before?.times ?? 0) + 1, emptyTimes: (before?.emptyTimes ?? 0) + isEmpty});
  const empty = item.emptyTimes && item.emptyTimes < item.times ? `, ${item.emptyTimes} of them with nothing new` : '';
  words.textContent = text + (item.times > 1 ? ` (${item.times} times${empty})` : '');
  words.className = isFailed ? 'failed' : '';
  item.append(words, ...commands.map(([form, command]) => {
    const line = document.createElement('p');
    const label = document.createElement('span');
    const code = document.createElement('code');
    line.className = 'command';
    label.textContent = form;
    code.textContent = command;
    line.append(label, code);
    return line;
  }));
  byId('done').prepend(item);
  if (item.times === 1) { // a screen reader does not announce repetitions
    byId('said').textContent = words.textContent;
  }
  while (byId('done').children.length > MAX_DONE) {
    byId('done').lastChild.remove();
  }
}

/** Repeats an action, one call at a time, until it fails or is stopped. A failure is reported. @return a function that stops it */
function repeat(name, action, perSecond, whenStopped) {
  let isOn = true;
  const stop = () => {
    if (isOn) {
      isOn = false;
      whenStopped();
    }
  };
  (async () => {
    while (isOn) {
      const due = performance.now() + 1000 / perSecond;
      if (await action() === null && isOn) {
        stop();
        report(`${name} has stopped.`, {isFailed: true});
      }
      await new Promise(resolve => setTimeout(resolve, Math.max(0, due - performance.now())));
    }
  })();
  return stop;
}

/** Clears what was shown about the previous topic. */
function clearTopic() {
  windows.clear();
  lanesView.closeDetail();
  byId('placed').textContent = '';
  document.querySelectorAll('.refusal').forEach(refusal => { refusal.textContent = ''; });
}

const refusalOf = form => form.querySelector('.refusal');

const withoutEmpty = fields => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '' && value !== undefined));

byId('create').addEventListener('submit', async event => {
  event.preventDefault();
  const {topic, partitions} = event.target.elements;
  const answer = await perform(`Create topic ${topic.value}`,
      {kafka: `kafka-topics.sh --bootstrap-server localhost:9092 --create --topic ${topic.value}` + (partitions.value && ` --partitions ${partitions.value}`)},
      'POST', '/topics/register', withoutEmpty({topic: topic.value, partitions: partitions.value && Number(partitions.value)}), refusalOf(event.target));
  if (answer) {
    topicSelect.add(new Option(topic.value, topic.value));
    topicSelect.value = topic.value;
    clearTopic();
  }
});

byId('delete-topic').addEventListener('click', () => {
  const topic = topicSelect.value;
  if (!confirm(`Delete topic ${topic}, its messages and its consumers?`)) {
    return;
  }
  perform(`Delete topic ${topic}`, {kafka: `kafka-topics.sh --bootstrap-server localhost:9092 --delete --topic ${topic}`}, 'DELETE', `/topics/${topic}`,
      undefined, refusalOf(byId('create')));
});

/** The option of the clients of the command line that names this broker, if it is not the default one. */
const atBroker = ['http://127.0.0.1:8000', 'http://localhost:8000'].includes(brokerUrl()) ? '' : ` --broker ${brokerUrl()}`;

/** @param kind see {@link perform} */
function produce(topic, value, kind) {
  const key = byId('produce').elements.key.value;
  const message = key === '' ? {topic, value} : {topic, value, key};
  const separator = [':', '|', '=', ';'].find(one => !key.includes(one)) ?? '-----';
  return perform(`Produce to ${topic}`,
      {
        kafka: `printf '%s\\n' ${quoted(key ? key + separator + value : value)} | kafka-console-producer.sh --bootstrap-server localhost:9092 --topic ${topic}`
            + (key ? ` --property parse.key=true --property key.separator=${quoted(separator)}` : ''),
        client: `./jbang Producer.java${atBroker} --topic ${topic}${key ? ` --key ${quoted(key)}` : ''} -- ${quoted(value)}`,
      },
      'POST', '/produce', message, refusalOf(byId('produce')), kind);
}

byId('produce').addEventListener('submit', async event => {
  event.preventDefault();
  const answer = await produce(topicSelect.value, event.target.elements.value.value);
  if (answer) {
    byId('placed').textContent = `It is in partition ${answer.json.partition ?? 0}, at offset ${answer.json.offset}.`;
  }
});

let stopProducing = null;
byId('trickle').addEventListener('click', event => {
  const topic = topicSelect.value;
  const show = isOn => {
    event.target.setAttribute('aria-pressed', isOn);
    event.target.textContent = isOn ? `stop producing to ${topic}` : 'start producing';
  };
  if (stopProducing) {
    stopProducing();
    return;
  }
  let number = 0;
  const {value, rate} = byId('produce').elements;
  show(true);
  stopProducing = repeat(`Producing to ${topic}`, () => produce(topic, `${value.value} ${++number}`, `produce to ${topic}`), Number(rate.value), () => { stopProducing = null; show(false); });
});

byId('add').addEventListener('submit', async event => {
  event.preventDefault();
  const {consumer_id: id, group, start, auto_commit: autoCommit} = event.target.elements;
  const topic = topicSelect.value;
  const answer = await perform(`Add ${id.value || 'a consumer'} to ${topic}`,
      {
        kafka: `kafka-console-consumer.sh --bootstrap-server localhost:9092 --topic ${topic}` + (group.value && ` --group ${group.value}`)
            + (start.value === 'earliest' ? ' --from-beginning' : '') + ` --consumer-property enable.auto.commit=${autoCommit.checked}`,
        client: `./jbang Consumer.java${atBroker} --topic ${topic}` + (id.value && ` --consumer-id ${id.value}`) + (group.value && ` --group ${group.value}`)
            + ` --from ${start.value}` + (autoCommit.checked ? '' : ' --commit none'),
      },
      'POST', '/consumers/register', withoutEmpty({topic, consumer_id: id.value, group: group.value, start: start.value, auto_commit: autoCommit.checked,
        session_timeout_ms: group.value ? SESSION_TIMEOUT_MS : ''}), refusalOf(event.target));
  if (answer) {
    id.value = '';
    consumersView.select(answer.json.consumer_id);
  }
});

const why = row => row.querySelector('.why');
const step = (id, row) => perform(`Step ${id}`, {kafka: 'consumer.poll(Duration.ZERO)  // with max.poll.records=1'}, 'POST', '/consume', {consumer_id: id}, why(row));

/** The equivalent call of Kafka's consumer; empty if the offset is invalid. */
function seekInKafka(offset, partition) {
  const one = `new TopicPartition("${topicSelect.value}", ${partition})`;
  const several = partition === '' ? 'consumer.assignment()' : `List.of(${one})`;
  const words = new Map([['earliest', 'seekToBeginning'], ['latest', 'seekToEnd']]).get(offset);
  if (words) {
    return `consumer.${words}(${several})`;
  }
  if (!/^\d+$/.test(offset)) {
    return '';
  }
  return partition === '' ? `consumer.assignment().forEach(partition -> consumer.seek(partition, ${offset}))` : `consumer.seek(${one}, ${offset})`;
}

/** The actions of the buttons of a consumer. */
const actions = {
  step,
  run(id, row) {
    const button = row.querySelector('[data-do=run]');
    const show = isRunning => {
      button.setAttribute('aria-pressed', isRunning);
      button.textContent = isRunning ? 'pause' : 'run';
    };
    if (!row.stop) {
      show(true);
      row.stop = repeat(`Running ${id}`, () => step(id, row), Number(row.querySelector('[data-of=speed]').value), () => { row.stop = null; show(false); });
    } else {
      row.stop();
      report(`Pause ${id}`, {kind: `pause ${id}`, commands: [['mini-kafka', 'stop calling /consume: the broker pushes no messages'], ['Kafka', 'consumer.pause(consumer.assignment())']]});
    }
  },
  commit: (id, row) => perform(`Commit the position of ${id}`, {kafka: 'consumer.commitSync()'}, 'POST', '/consumers/commit', {consumer_id: id}, why(row)),
  seek(id, row) {
    const offset = row.querySelector('[data-of=offset]').value.trim();
    const partition = row.querySelector('[data-of=partition]').value;
    if (offset === '') {
      consumersView.showText(row, 'Enter an offset, earliest or latest.');
      return null;
    }
    return perform(`Seek ${id} to ${offset}${partition && ` in partition ${partition}`}`, {kafka: seekInKafka(offset, partition)}, 'POST', '/consumers/seek',
        withoutEmpty({consumer_id: id, partition: partition && Number(partition), offset: /^\d+$/.test(offset) ? Number(offset) : offset}), why(row));
  },
  async why(id, row) {
    const group = row.dataset.group || `GROUP  # ${id} has no group`;
    const answer = await perform(`Ask why ${id} gets no messages`,
        {kafka: `kafka-consumer-groups.sh --bootstrap-server localhost:9092 --describe --group ${group}`}, 'GET', `/consumers/${id}`,
        undefined, why(row));
    if (answer) {
      consumersView.showText(row, answer.json.why.detail);
    }
  },
  remove: (id, row) => perform(`Remove ${id}`, {kafka: 'consumer.close()'}, 'POST', '/consumers/unregister', {consumer_id: id}, why(row)),
};

function act(action, id, row) {
  actions[action](id, row);
}

byId('save').addEventListener('click', () => history.save('lesson.sh', history.asScript()));
byId('copy').addEventListener('click', async () => {
  let isCopied = false;
  try {
    await navigator.clipboard.writeText(history.asScript()); // a browser offers it only to pages at localhost or over HTTPS
    isCopied = true;
  } catch (refused) {
    // said below
  }
  byId('copied').textContent = isCopied ? 'Copied.' : 'The browser does not let this page copy. Save the script instead.';
});
topicSelect.addEventListener('change', () => {
  address.set('topic', topicSelect.value);
  clearTopic();
});
viewSelect.addEventListener('change', () => address.set('view', viewSelect.value || null));

/** Large text for a projector. The address of the page keeps it, so that a reload and a shared link show the same. */
function setProjector(isOn) {
  document.documentElement.classList.toggle('projector', isOn);
  byId('projector').setAttribute('aria-pressed', isOn);
  address.set('projector', isOn ? '' : null);
}

const isProjector = () => document.documentElement.classList.contains('projector');

byId('projector').addEventListener('click', () => setProjector(!isProjector()));
document.addEventListener('keydown', event => {
  if (event.key === 'p' && !event.repeat && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest('input, select')) {
    setProjector(!isProjector());
  }
});
setProjector(address.get('projector') !== null);

byId('trouble').remove();
pollRepeatedly();
