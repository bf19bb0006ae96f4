/** What the user can do with consumers: add, step, run, commit, seek, crash, restart and remove. */
import {perform, repeat, report, withoutEmpty} from './actions.js';
import {call} from './broker.js';
import * as consumersView from './consumers.js';
import {readerOf} from './deliveries.js';
import * as history from './history.js';
import * as members from './members.js';
import {atBroker} from './producer.js';

const COMMIT_ATTEMPTS = 10;
const COMMIT_PAUSE_MS = 100;

const form = document.getElementById('add');

/** The positions to which a seek or a registration has moved a consumer: {positions, isSeek, time} by its id, the time in ms of the page. */
let moves = new Map();

/** The number of seeks and registrations that the broker has not answered yet. */
let pendingMoves = 0;

/** The messages that were lost: {reader, topic, partition, offset}. */
let losses = [];

/** Whether a seek or a registration ran since a time, so that a state that was read since then may have it or not. */
export const hasMovedSince = time => pendingMoves > 0 || [...moves.values()].some(move => move.time >= time);

/** Returns what this page has done to consumers since the call before. */
export function takeOwn() {
  const own = {crashed: members.crashedIds(), version: members.version(), moves, losses};
  moves = new Map();
  losses = [];
  return own;
}

/** Performs a seek or a registration, and notes the new positions. @param request returns the answer; null if it was refused */
async function move(isSeek, request) {
  pendingMoves++;
  try {
    const answer = await request();
    if (answer) {
      const {consumer_id: id, positions} = answer.json;
      moves.set(id, {positions, isSeek, time: performance.now()});
    }
    return answer;
  } finally {
    pendingMoves--;
  }
}

/** Registers a consumer, which then is one of this page. @param registration see POST /consumers/register  @return its id; null if refused */
export async function add(registration, where = form.querySelector('.refusal')) {
  const {topic, consumer_id: id = '', group = '', start, auto_commit: autoCommit = true} = registration;
  const answer = await move(false, () => perform(`Add ${id || 'a consumer'} to ${topic}`,
      {
        kafka: `kafka-console-consumer.sh --bootstrap-server localhost:9092 --topic ${topic}` + (group && ` --group ${group}`)
            + (start === 'latest' ? '' : ' --from-beginning') + ` --consumer-property enable.auto.commit=${autoCommit}`,
        client: `./jbang Consumer.java${atBroker} --topic ${topic}` + (id && ` --consumer-id ${id}`) + (group && ` --group ${group}`)
            + (start ? ` --from ${start}` : '') + (autoCommit ? '' : ' --commit none'),
      },
      'POST', '/consumers/register', withoutEmpty(registration), where));
  if (!answer) {
    return null;
  }
  members.add(answer.json.consumer_id, {...registration, consumer_id: answer.json.consumer_id});
  consumersView.select(answer.json.consumer_id);
  return answer.json.consumer_id;
}

const why = row => row.querySelector('.why');

const step = (id, row) => perform(`Step ${id}`, {kafka: 'consumer.poll(Duration.ZERO)  // with max.poll.records=1'}, 'POST', '/consume', {consumer_id: id}, placeOf(id, row));

/** Shows why a step was refused. A step of a running consumer does not remove the text that is shown. */
const placeOf = (id, row) => (members.isRunning(id) ? {set textContent(text) { consumersView.showText(row, text || why(row).textContent); }} : why(row));

const commit = (id, row) => perform(`Commit the position of ${id}`, {kafka: 'consumer.commitSync()'}, 'POST', '/consumers/commit', {consumer_id: id}, why(row));

/** Starts or pauses the delivery to a consumer. */
export function run(id, row) {
  if (members.isRunning(id)) {
    members.stop(id);
    report(`Pause ${id}`, {kind: `pause ${id}`, commands: [['mini-kafka', 'stop calling /consume: the broker pushes no messages'], ['Kafka', 'consumer.pause(consumer.assignment())']]});
    return;
  }
  const perSecond = Number(row.querySelector('[data-of=speed]').value);
  members.started(id, repeat(`Running ${id}`, () => step(id, consumersView.rowOf(id) ?? row), perSecond, () => {
    members.stop(id);
    consumersView.showRunning(id);
  }));
  consumersView.showRunning(id);
}

async function seek(id, row) {
  const offset = row.querySelector('[data-of=offset]').value.trim();
  const partition = row.querySelector('[data-of=partition]').value;
  if (offset === '') {
    consumersView.showText(row, 'Enter an offset, earliest or latest.');
    return null;
  }
  return move(true, () => perform(`Seek ${id} to ${offset}${partition && ` in partition ${partition}`}`, {kafka: seekInKafka(row.dataset.topic, offset, partition)}, 'POST',
      '/consumers/seek', withoutEmpty({consumer_id: id, partition: partition && Number(partition), offset: /^\d+$/.test(offset) ? Number(offset) : offset}), why(row)));
}

/** The equivalent call of Kafka's consumer; empty if the offset is invalid. */
function seekInKafka(topic, offset, partition) {
  const one = `new TopicPartition("${topic}", ${partition})`;
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

async function explain(id, row) {
  const group = row.dataset.group || `GROUP  # ${id} has no group`;
  const answer = await perform(`Ask why ${id} gets no messages`,
      {kafka: `kafka-consumer-groups.sh --bootstrap-server localhost:9092 --describe --group ${group}`}, 'GET', `/consumers/${id}`, undefined, why(row));
  if (answer) {
    consumersView.showText(row, `At ${new Date().toLocaleTimeString('en-GB')}: ${answer.json.why.detail}`);
  }
}

/**
 * Lets a consumer of this page receive a message, and then crash: before it has processed and committed the message, or after. It does not
 * unregister. The broker removes a member of a group when its heartbeats are missing for the session timeout.
 */
async function crash(id, row, isAfterCommit) {
  if (!members.isOwn(id)) {
    return; // a second click
  }
  const registration = members.registrationOf(id);
  members.crash(id);
  const before = await stateOf(id);
  const {json: message} = await step(id, row) ?? {};
  if (message && isAfterCommit) {
    await commit(id, row);
  }
  const received = message && `It received offset ${message.offset} of partition ${message.partition ?? 0}, and crashed`;
  const when = !message ? 'It had received no message' : `${received} ${isAfterCommit ? 'after its commit' : 'before it processed the message'}`;
  if (registration.group) { // a script has no heartbeats to stop, so it removes the member as the broker does later
    history.record(`${id} crashes. The broker removes it after its session timeout`, 'POST', '/consumers/unregister', {consumer_id: id});
  }
  report(`${id} has crashed. ${when}.`, {commands: [['mini-kafka', 'kill -9 the process of Consumer.java'], ['Kafka', 'kill -9 the process of the consumer']]});
  if (message && !isAfterCommit && before?.auto_commit && await isCommitted(id, message) && committedIn(before, message) <= message.offset) {
    // it was committed, but not processed: nobody gets it
    const {partition = 0, offset} = message;
    losses.push({reader: readerOf({id, group: registration.group}), topic: registration.topic, partition, offset});
  }
}

/** Whether the broker has committed a message that it delivered. It commits after it has sent the answer. */
async function isCommitted(id, message) {
  for (let attempt = 0; attempt < COMMIT_ATTEMPTS; attempt++) {
    if (committedIn(await stateOf(id), message) > message.offset) {
      return true;
    }
    await new Promise(resolve => setTimeout(resolve, COMMIT_PAUSE_MS));
  }
  return false;
}

const committedIn = (state, {partition = 0}) => state?.positions.find(position => position.partition === partition)?.committed ?? 0;

/** The state of a consumer, see GET /consumers/{id}; null if the broker does not say. */
async function stateOf(id) {
  try {
    const {status, json} = await call('GET', `/consumers/${id}`);
    return status === 200 ? json : null;
  } catch (unreachable) {
    return null; // the page says so
  }
}

const restart = (id, row) => add(members.registrationOf(id), why(row));

/** Removes a consumer from the broker. @param where see {@link perform} */
export async function unregister(id, where) {
  if (await perform(`Remove ${id}`, {kafka: 'consumer.close()'}, 'POST', '/consumers/unregister', {consumer_id: id}, where)) {
    members.forget(id);
  }
}

const remove = (id, row) => (row.isGone ? members.forget(id) : unregister(id, why(row)));

const actions = {
  step, run, commit, seek, why: explain, restart, remove,
  'crash-before': (id, row) => crash(id, row, false),
  'crash-after': (id, row) => crash(id, row, true),
};

/** Does what a button of a consumer says. */
export const act = (action, id, row) => actions[action](id, row);

/** @param topicOf returns the topic that is shown */
export function connect(topicOf) {
  form.addEventListener('submit', async event => {
    event.preventDefault();
    const {consumer_id: id, group, start, auto_commit: autoCommit} = event.target.elements;
    if (await add({topic: topicOf(), consumer_id: id.value, group: group.value, start: start.value, auto_commit: autoCommit.checked})) {
      id.value = '';
    }
  });
}
