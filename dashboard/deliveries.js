/**
 * Counts what was delivered again, and what was lost. Pure functions. A reader is a group, or a consumer without a group. The counts start
 * when the page opens: {readers: Map(reader, {again, lost, lanes: Map(partition, {highest, again: [[from, to]], lost: [offset]})})}, where
 * {@code highest} is the offset after the last message that the reader has received.
 */
const MAX_RANGES = 50;

export const NONE = {readers: new Map()};

/** The name of the reader that a consumer belongs to. */
export const readerOf = consumer => consumer.group ? `group ${consumer.group}` : consumer.id;

/**
 * The counts after another state of the same topic; the same object if they did not change.
 *
 * @param sought the ids of consumers that were moved by a seek, so that a move forward is no delivery
 * @param losses [{reader, partition, offset}]: messages whose consumer crashed after the broker had committed them
 */
export function deliveriesAfter(counts, before, now, sought, losses) {
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
    const from = sought.has(consumer.id) ? position.offset : startOf(before, consumer, position);
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
  return isChanged ? {readers} : counts;
}

/** The offset from which the broker has delivered since the state before. A partition that was assigned starts at its committed offset. */
function startOf(before, consumer, position) {
  const own = positionIn(before.consumers.find(one => one.id === consumer.id), position.partition);
  const lastOwner = consumer.group && before.consumers.find(one => one.group === consumer.group && positionIn(one, position.partition));
  const start = own ? own.offset : positionIn(lastOwner, position.partition)?.committed ?? position.committed;
  return Math.min(start, position.offset);
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
