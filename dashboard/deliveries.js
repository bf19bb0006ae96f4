/**
 * Counts what was delivered again, and what was lost. Pure functions. A reader is a group, or a consumer without a group. The counts start
 * when the page shows the topic: {readers: Map(reader, {again, lost, lanes: Map(partition, {highest, again: [[from, to]], lost: [offset]})})}, where
 * {@code highest} is the offset after the last message that the reader has received.
 */
const MAX_RANGES = 50;

/** Beyond it, the page forgets the reader that it counted first. */
const MAX_READERS = 500;

export const NONE = {readers: new Map()};

/** The name of the reader that a consumer belongs to. */
export const readerOf = consumer => consumer.group ? `group ${consumer.group}` : consumer.id;

/**
 * The counts after another state of the same topic; the same object if they did not change.
 *
 * @param moves where a seek or a registration has moved a consumer: {positions: [{partition, offset}], isSeek} by its id
 * @param losses [{reader, partition, offset}]: messages whose consumer crashed after the broker had committed them
 */
export function deliveriesAfter(counts, before, now, moves, losses) {
  const readers = new Map(counts.readers);
  let isChanged = false;
  const change = (name, partition, edit) => {
    const reader = readers.get(name) ?? {again: 0, lost: 0, lanes: new Map()};
    const lane = reader.lanes.get(partition) ?? {highest: 0, again: [], lost: []};
    const next = {...reader, lanes: new Map(reader.lanes)};
    next.lanes.set(partition, {...lane, ...edit(next, lane)});
    readers.set(name, next);
    isChanged = true;
  };
  now.consumers.forEach(consumer => consumer.positions.forEach(position => {
    const name = readerOf(consumer);
    const kept = now.partitions.find(one => one.partition === position.partition)?.start_offset ?? 0;
    const from = Math.max(kept, startOf(before, consumer, position, moves)); // what retention dropped was not delivered
    const known = readers.get(name)?.lanes.get(position.partition)?.highest ?? Math.max(from, highestBefore(before, name, position.partition));
    const repeated = Math.min(position.offset, known) - from;
    if (repeated > 0) {
      change(name, position.partition, (reader, lane) => {
        reader.again += repeated;
        return {again: [...lane.again, [from, from + repeated]].slice(-MAX_RANGES)};
      });
    }
    if (readers.get(name)?.lanes.get(position.partition)?.highest !== Math.max(known, position.offset)) {
      change(name, position.partition, () => ({highest: Math.max(known, position.offset)}));
    }
  }));
  losses.forEach(({reader: name, partition, offset}) => change(name, partition, (reader, lane) => {
    reader.lost++;
    return {lost: [...lane.lost, offset].slice(-MAX_RANGES)};
  }));
  while (readers.size > MAX_READERS) {
    readers.delete(readers.keys().next().value);
  }
  return isChanged ? {readers} : counts;
}

/** The offset from which the broker has delivered since the state before. A partition that was assigned starts at its committed offset. */
function startOf(before, consumer, position, moves) {
  const moved = moves.get(consumer.id)?.positions.find(one => one.partition === position.partition);
  const start = moved ?? positionIn(before.consumers.find(one => one.id === consumer.id), position.partition);
  return Math.min(start?.offset ?? position.committed, position.offset);
}

function highestBefore(before, reader, partition) {
  return Math.max(0, ...before.consumers.filter(one => readerOf(one) === reader).map(one => positionIn(one, partition)?.offset ?? 0));
}

const positionIn = (consumer, partition) => consumer?.positions.find(one => one.partition === partition);

/** What happened to a message: {again, lost}, each a list of readers. */
export function marksOf(counts, partition, offset) {
  const named = isIn => [...counts.readers].filter(([, reader]) => reader.lanes.has(partition) && isIn(reader.lanes.get(partition))).map(([name]) => name);
  return {
    again: named(lane => lane.again.some(([from, to]) => from <= offset && offset < to)),
    lost: named(lane => lane.lost.includes(offset)),
  };
}
