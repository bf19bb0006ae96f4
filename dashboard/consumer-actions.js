/** What the user can do with consumers: add, step, run, commit, seek, crash, restart and remove. */
import {perform, repeat, report, withoutEmpty} from './actions.js';
import {call} from './broker.js';
import * as consumersView from './consumers.js';
import {readerOf} from './deliveries.js';
import * as members from './members.js';
import {atBroker} from './producer.js';

const form = document.getElementById('add');

/** What this page has done to consumers since the state was read last: those that a seek has moved, and the messages that were lost. */
let sought = new Set();
let losses = [];

/** Returns what this page has done since the call before. */
export function takeOwn() {
  const own = {crashed: members.crashedIds(), version: members.version(), sought, losses};
  sought = new Set();
  losses = [];
  return own;
}

/** Registers a consumer, which then is one of this page. @param registration see POST /consumers/register  @return its id; null if refused */
export async function add(registration, where = form.querySelector('.refusal')) {
  const {topic, consumer_id: id = '', group = '', start, auto_commit: autoCommit = true} = registration;
  const answer = await perform(`Add ${id || 'a consumer'} to ${topic}`,
      {
        kafka: `kafka-console-consumer.sh --bootstrap-server localhost:9092 --topic ${topic}` + (group && ` --group ${group}`)
            + (start === 'latest' ? '' : ' --from-beginning') + ` --consumer-property enable.auto.commit=${autoCommit}`,
        client: `./jbang Consumer.java${atBroker} --topic ${topic}` + (id && ` --consumer-id ${id}`) + (group && ` --group ${group}`)
            + (start ? ` --from ${start}` : '') + (autoCommit ? '' : ' --commit none'),
      },
      'POST', '/consumers/register', withoutEmpty(registration), where);
  if (!answer) {
    return null;
  }
  members.add(answer.json.consumer_id, {...registration, consumer_id: answer.json.consumer_id});
  consumersView.select(answer.json.consumer_id);
  return answer.json.consumer_id;
}

const why = row => row.querySelector('.why');

const step = (id, row) => perform(`Step ${id}`, {kafka: 'consumer.poll(Duration.ZERO)  // with max.poll.records=1'}, 'POST', '/consume', {consumer_id: id}, why(row));

const commit = (id, row) => perform(`Commit the position of ${id}`, {kafka: 'consumer.commitSync()'}, 'POST', '/consumers/commit', {consumer_id: id}, why(row));

/** Starts or pauses the delivery to a consumer. */
export function run(id, row) {
  const button = row.querySelector('[data-do=run]');
  const show = isRunning => {
    button.classList.toggle('on', isRunning);
    button.textContent = isRunning ? 'pause' : 'run';
  };
  if (!row.stop) {
    show(true);
    row.stop = repeat(`Running ${id}`, () => step(id, row), Number(row.querySelector('[data-of=speed]').value), () => { row.stop = null; show(false); });
  } else {
    row.stop();
    report(`Pause ${id}`, {kind: `pause ${id}`, commands: [['mini-kafka', 'stop calling /consume: the broker pushes no messages'], ['Kafka', 'consumer.pause(consumer.assignment())']]});
  }
}

function seek(id, row) {
  const offset = row.querySelector('[data-of=offset]').value.trim();
  const partition = row.querySelector('[data-of=partition]').value;
  if (offset === '') {
    consumersView.showText(row, 'Enter an offset, earliest or latest.');
    return null;
  }
  sought.add(id);
  return perform(`Seek ${id} to ${offset}${partition && ` in partition ${partition}`}`, {kafka: seekInKafka(row.dataset.topic, offset, partition)}, 'POST', '/consumers/seek',
      withoutEmpty({consumer_id: id, partition: partition && Number(partition), offset: /^\d+$/.test(offset) ? Number(offset) : offset}), why(row));
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
    consumersView.showText(row, answer.json.why.detail);
  }
}

/**
 * Lets a consumer of this page receive a message, and then crash: before it has processed and committed the message, or after. It says no
 * farewell. The broker removes a member of a group when its heartbeats are missing for the session timeout.
 */
async function crash(id, row, isAfterCommit) {
  row.stop?.();
  const {json: message} = await step(id, row) ?? {};
  if (message && isAfterCommit) {
    await commit(id, row);
  }
  const registration = members.registrationOf(id);
  members.crash(id);
  report(`${id} has crashed ${isAfterCommit ? 'after' : 'before'} its commit.`, {commands: [['mini-kafka', 'kill -9 the process of Consumer.java'], ['Kafka', 'kill -9 the process of the consumer']]});
  if (message && !isAfterCommit) {
    await noteLoss(id, registration, message);
  }
}

/** A message that is committed, but was not processed, is lost: no consumer of the group gets it. */
async function noteLoss(id, registration, {partition = 0, offset}) {
  try {
    const {json} = await call('GET', `/consumers/${id}`);
    const committed = json?.positions?.find(one => one.partition === partition)?.committed;
    if (committed > offset) {
      losses.push({reader: readerOf({id, group: registration.group}), partition, offset});
    }
  } catch (unreachable) {
    // the page says so
  }
}

const restart = (id, row) => add(members.registrationOf(id), why(row));

async function remove(id, row) {
  if (members.isCrashed(id) && row.querySelector('.count').textContent === 'removed') {
    members.forget(id);
  } else if (await perform(`Remove ${id}`, {kafka: 'consumer.close()'}, 'POST', '/consumers/unregister', {consumer_id: id}, why(row))) {
    members.forget(id);
  }
}

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
