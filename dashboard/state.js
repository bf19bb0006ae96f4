/**
 * Reads the state of the broker that the page shows. A state does not change after it was read: {time, topics: [{name, messages}], topic,
 * messages, partitionCount, partitions: [{partition, start_offset, end_offset, from, messages, owners}], consumers: [{id, group, lag,
 * missed, positions}], signature}. Two states of a topic with the same signature look the same. It never requests more messages of a
 * topic than the page shows.
 */
import {call} from './broker.js';
import {kindOf, lengthOf} from './payload.js';

/** A lane requests its messages at most this often if more messages arrive than it shows. */
const BUSY_POLL_MS = 900;
/** Messages are requested again after this time, because a topic that was created again may have as many messages as before. */
const MAX_AGE_MS = 5_000;
const MAX_LANES = 16;
/** The page keeps only the beginning of a longer value. In base64, a multiple of 4 characters is whole bytes. */
const MAX_VALUE = 5_000;
/** The maximum number of requests for the messages of a lane. An answer of the broker has at most 1 MiB unless it is one message. */
const MAX_PARTS = 4;

/** The messages of each lane that were read last. */
const windows = new Map();
let lastTopic = '';

/** The broker, or a proxy before it, refuses a request of this page. The message says why. */
export class Refusal extends Error {}

/** The time in milliseconds since 1970, which never goes back. */
const now = () => performance.timeOrigin + performance.now();

/** Forgets the messages: after a restart, the broker may have other messages at the same offsets. */
export const forget = () => windows.clear();

/**
 * @param topic the topic to show; the first one if this one does not exist
 * @param view empty for the newest messages, ' oldest', or the id of a consumer
 * @param cells the number of messages that a lane has room for
 * @throws Refusal if the broker refuses a request; another error if it does not answer
 */
export async function read(topic, view, cells) {
  const {status, json: stats} = await call('GET', '/stats');
  if (status !== 200 || !stats?.topics) {
    throw new Refusal(stats?.detail ?? `It answers with status ${status}.`);
  }
  const topics = Object.entries(stats.topics).map(([name, messages]) => ({name, messages}));
  const shown = topics.some(one => one.name === topic) ? topic : topics[0]?.name ?? '';
  if (shown !== lastTopic) {
    forget();
    lastTopic = shown;
  }
  const info = shown && (await call('GET', `/topics/${shown}`));
  if (!shown || info.status !== 200) {
    forget();
    return {time: now(), topics, topic: '', messages: 0, partitionCount: 0, partitions: [], consumers: [], signature: ''};
  }
  const all = info.json.partitions ?? [{partition: 0, start_offset: info.json.start_offset, end_offset: info.json.end_offset}];
  const consumers = consumersOf(shown, stats.consumers, all);
  const partitions = await Promise.all(all.slice(0, MAX_LANES).map(async partition => {
    const window = await messagesOf(shown, partition, view, consumers, cells);
    return {...partition, from: window.from, messages: window.messages, owners: ownersOf(partition.partition, consumers)};
  }));
  return {time: now(), topics, topic: shown, messages: info.json.messages, limits: limitsOf(info.json),
    partitionCount: all.length, partitions, consumers, signature: JSON.stringify([partitions.map(signatureOf), consumers])};
}

/** The limits of a topic, as the API names them. */
const limitsOf = info => ['max_messages', 'max_bytes', 'max_age_ms', 'when_full'].filter(name => info[name] !== undefined)
    .map(name => `${name} ${info[name]}`);

/** The times differ if a topic was created again with as many messages. */
const signatureOf = ({start_offset: start, end_offset: end, from, messages}) => [start, end, from, messages.length, messages[0]?.timestamp, messages.at(-1)?.timestamp];

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

/** The owners of a partition: one of each group. */
const ownersOf = (partition, consumers) => consumers.filter(consumer => consumer.group && consumer.positions.some(one => one.partition === partition))
    .map(consumer => ({group: consumer.group, consumer: consumer.id}));

/** The messages of a lane: {from, messages}. They are requested only if they may have changed. */
async function messagesOf(topic, partition, view, consumers, cells) {
  const watched = consumers.find(consumer => consumer.id === view)?.positions.find(one => one.partition === partition.partition);
  const wanted = view === ' oldest' ? partition.start_offset : watched ? watched.offset - Math.floor(cells / 3) : partition.end_offset - cells;
  const from = Math.max(partition.start_offset, Math.min(wanted, partition.end_offset - Math.min(cells, 1)));
  const to = Math.min(partition.end_offset, from + cells);
  const key = `${topic}/${partition.partition}`;
  const known = windows.get(key);
  const age = known && performance.now() - known.time;
  const isBusy = known && from - known.from > cells && age < BUSY_POLL_MS;
  const isSame = known?.from === from && known.to === to && known.start === partition.start_offset && age <= MAX_AGE_MS;
  if (isBusy || isSame) {
    return known;
  }
  const messages = await browse(topic, partition.partition, from, to);
  if (messages === null) {
    return known ?? {from, messages: []};
  }
  const window = {from, to, start: partition.start_offset, messages, time: performance.now()};
  windows.set(key, window);
  return window;
}

/**
 * The messages of a range of offsets; null if the broker refuses the request. If they are too large for a few answers, some before the
 * newest one are absent: {offset, isAbsent}.
 */
async function browse(topic, partition, from, to) {
  const messages = [];
  const add = async (offset, count) => {
    const {status, json} = await call('GET', `/topics/${topic}/messages?partition=${partition}&offset=${offset}&max_messages=${count}`);
    json?.messages?.forEach(message => messages.push(shortened(message)));
    return status === 200 && json.messages.length > 0;
  };
  let next = from;
  for (let part = 0; part < MAX_PARTS && next < to; part++) {
    if (!await add(next, to - next)) {
      return null;
    }
    next = messages.at(-1).offset + 1;
  }
  if (next < to) {
    await add(to - 1, 1);
  }
  const found = new Map(messages.map(message => [message.offset, message]));
  return Array.from({length: to - from}, (_, i) => found.get(from + i) ?? {offset: from + i, value: '', isAbsent: true});
}

/** A message whose value has at most {@link MAX_VALUE} characters, and its {@code length} in characters or bytes if it is longer. */
function shortened(message) {
  const isBytes = kindOf(message) === 'bytes';
  const name = isBytes ? 'value_base64' : 'value';
  const value = message[name] ?? '';
  return value.length <= MAX_VALUE ? message : {...message, [name]: value.slice(0, MAX_VALUE), length: isBytes ? lengthOf(value) : value.length};
}

/** A message with its whole value; null if it no longer exists. */
export async function whole(topic, partition, offset) {
  const {status, json} = await call('GET', `/topics/${topic}/messages?partition=${partition}&offset=${offset}&max_messages=1`);
  const message = status === 200 ? json.messages[0] : undefined;
  return message?.offset === offset ? message : null;
}
