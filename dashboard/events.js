/**
 * Finds out what happened on the broker between two states of a topic, and names it. Pure functions. A state is described in state.js, and
 * has besides: crashed, the ids of the consumers that crashed on this page, and moves, see deliveries.js.
 */
import {deliveriesAfter, marksOf, NONE, readerOf} from './deliveries.js';
import {keyInWords, keyOf, shortValue} from './payload.js';

/** The characters of a value that an event has. */
const MAX_VALUE = 30;

const MAX_OF_A_KIND = 5;

/** @return [{kind, text, ...}], in the order in which they are shown */
export function eventsBetween(before, now) {
  return [
    ...[...now.crashed ?? []].filter(id => !before.crashed?.has(id)).map(id => ({kind: 'crashed', consumer: id, text: `${id} has crashed.`})),
    ...before.consumers.filter(consumer => !find(now, consumer.id)).map(consumer => departure(consumer, now)),
    ...now.consumers.filter(consumer => !find(before, consumer.id)).map(arrival),
    ...now.partitions.flatMap(partition => ofPartition(before.partitions.find(one => one.partition === partition.partition), partition)),
    ...now.consumers.flatMap(consumer => ofConsumer(find(before, consumer.id), consumer, now)),
  ];
}

const find = (state, id) => state.consumers.find(consumer => consumer.id === id);

function departure({id, group}, now) {
  const from = group ? ` group ${group}` : '';
  return {kind: 'left', consumer: id, text: now.crashed.has(id) && group
    ? `The broker removed ${id} from${from}, because it sent no heartbeat for its session timeout.` : `${id} has left${from}.`};
}

function ofPartition(before, now) {
  if (!before) {
    return [];
  }
  const events = [];
  const lane = `partition ${now.partition}`;
  if (now.start_offset > before.start_offset) {
    events.push({kind: 'dropped', partition: now.partition,
      text: `Retention dropped offsets ${before.start_offset} to ${now.start_offset - 1} of ${lane}.`});
  }
  const added = now.messages.filter(message => message.offset >= before.end_offset).slice(-MAX_OF_A_KIND);
  added.forEach(message => events.push({kind: 'produced', partition: now.partition, offset: message.offset, value: shortValue(message, MAX_VALUE),
    text: `Produced: offset ${message.offset} of ${lane}${keyOf(message) === undefined ? '' : `, key ${keyInWords(message, 30)}`}.`}));
  const ownersBefore = new Map(before.owners.map(owner => [owner.group, owner.consumer]));
  now.owners.filter(owner => ownersBefore.has(owner.group) && ownersBefore.get(owner.group) !== owner.consumer)
      .forEach(owner => events.push({kind: 'rebalance', partition: now.partition, consumer: owner.consumer,
        text: `Rebalance of group ${owner.group}: partition ${now.partition} went from ${ownersBefore.get(owner.group)} to ${owner.consumer}.`}));
  return events;
}

const arrival = ({id, group}) => ({kind: 'joined', consumer: id, text: group ? `${id} has joined group ${group}.` : `${id} reads the topic.`});

function ofConsumer(old, consumer, now) {
  return consumer.positions.flatMap(position => {
    const oldPosition = old?.positions.find(one => one.partition === position.partition);
    return oldPosition ? ofPosition(consumer, oldPosition, position, now) : [];
  });
}

function ofPosition(consumer, old, position, now) {
  const {id} = consumer;
  const lane = `partition ${position.partition}`;
  const events = [];
  const move = now.moves.get(id);
  const start = move?.positions.find(one => one.partition === position.partition)?.offset ?? Math.min(old.offset, position.offset);
  if (start < old.offset) {
    events.push({kind: 'moved', consumer: id, partition: position.partition, isSeek: move?.isSeek === true,
      text: `${id} went back from offset ${old.offset} to ${start} of ${lane}: it gets these messages again.`});
  } else if (start > old.offset) {
    events.push({kind: 'moved', consumer: id, partition: position.partition, isSeek: true,
      text: `${id} went on from offset ${old.offset} to ${start} of ${lane} without the messages between them.`});
  }
  if (position.offset > start) {
    events.push(...deliveries(consumer, start, position, now));
  }
  if (position.committed !== old.committed && position.committed !== position.offset
      || position.committed > old.committed && position.offset === old.offset) {
    events.push({kind: 'committed', consumer: id, partition: position.partition,
      text: `Committed: ${id} continues at offset ${position.committed} of ${lane} after a restart.`});
  }
  return events;
}

function deliveries(consumer, from, {partition: number, offset: to}, now) {
  const partition = now.partitions.find(one => one.partition === number);
  const messages = partition?.messages ?? [];
  const first = Math.max(from, partition?.start_offset ?? 0, to - MAX_OF_A_KIND); // what retention dropped was not delivered
  return Array.from({length: Math.max(0, to - first)}, (_, i) => first + i).map(offset => {
    const message = messages.find(one => one.offset === offset);
    const isAgain = marksOf(now.deliveries ?? NONE, number, offset).again.includes(readerOf(consumer));
    return {kind: isAgain ? 'redelivered' : 'delivered', consumer: consumer.id, partition: number, offset,
      value: message && shortValue(message, MAX_VALUE),
      text: `Delivered${isAgain ? ' again' : ''}: offset ${offset} of partition ${number} to ${consumer.id}.`};
  });
}

/** Whether the topic was deleted and created again. */
const isCreatedAgain = (before, now) => now.partitions.some(({partition, end_offset: end}) => before.partitions.find(one => one.partition === partition)?.end_offset > end);

/**
 * A state with what happened since the state before it: the counts of {@code deliveries}, and the {@code events}. A state after another
 * topic, or the first one, has no events.
 *
 * @param own {crashed, version, moves, losses}: what this page has done to consumers; the version differs after each change
 */
export function withEvents(before, state, own) {
  const signature = `${own.version} ${state.signature}`;
  if (before?.topic !== state.topic || isCreatedAgain(before, state)) {
    return {...state, ...own, signature, deliveries: NONE, events: []};
  }
  const now = {...state, ...own, signature, deliveries: deliveriesAfter(before.deliveries, before, state, own.moves, own.losses.filter(loss => loss.topic === state.topic))};
  return {...now, events: eventsBetween(before, now)};
}
