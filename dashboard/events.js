/**
 * Finds out what happened on the broker between two states of a topic, and names it. A pure function. A state is {partitions: [{partition,
 * start_offset, end_offset, messages, owners}], consumers: [{id, group, positions}]}.
 */
const MAX_OF_A_KIND = 5;

/** @return [{kind, text, ...}], in the order in which they are shown */
export function eventsBetween(before, now) {
  return [
    ...now.partitions.flatMap(partition => ofPartition(before.partitions.find(one => one.partition === partition.partition), partition)),
    ...before.consumers.filter(consumer => !find(now, consumer.id)).map(consumer => ({kind: 'left', consumer: consumer.id,
      text: `${consumer.id} has left${consumer.group ? ` group ${consumer.group}` : ''}.`})),
    ...now.consumers.flatMap(consumer => ofConsumer(find(before, consumer.id), consumer, now)),
  ];
}

const find = (state, id) => state.consumers.find(consumer => consumer.id === id);

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
  added.forEach(message => events.push({kind: 'produced', partition: now.partition, offset: message.offset, value: message.value,
    text: `Produced: offset ${message.offset} of ${lane}${message.key === undefined ? '' : `, key ${message.key.slice(0, 30)}`}.`}));
  const ownersBefore = new Map(before.owners.map(owner => [owner.group, owner.consumer]));
  now.owners.filter(owner => ownersBefore.has(owner.group) && ownersBefore.get(owner.group) !== owner.consumer)
      .forEach(owner => events.push({kind: 'rebalance', partition: now.partition, consumer: owner.consumer,
        text: `Rebalance of group ${owner.group}: partition ${now.partition} went from ${ownersBefore.get(owner.group)} to ${owner.consumer}.`}));
  return events;
}

function ofConsumer(before, now, state) {
  if (!before) {
    return [{kind: 'joined', consumer: now.id, text: now.group ? `${now.id} has joined group ${now.group}.` : `${now.id} reads the topic.`}];
  }
  return now.positions.flatMap(position => {
    const old = before.positions.find(one => one.partition === position.partition);
    return old ? ofPosition(now.id, old, position, state) : [];
  });
}

function ofPosition(id, old, now, state) {
  const lane = `partition ${now.partition}`;
  const events = [];
  if (now.offset < old.offset) {
    events.push({kind: 'moved', consumer: id, partition: now.partition,
      text: `${id} went back from offset ${old.offset} to ${now.offset} of ${lane}: it gets these messages again.`});
  } else if (now.offset > old.offset) {
    const partition = state.partitions.find(one => one.partition === now.partition);
    const messages = partition?.messages ?? [];
    const first = Math.max(old.offset, partition?.start_offset ?? 0); // what retention dropped was not delivered
    for (let offset = Math.max(first, now.offset - MAX_OF_A_KIND); offset < now.offset; offset++) {
      events.push({kind: 'delivered', consumer: id, partition: now.partition, offset, value: messages.find(one => one.offset === offset)?.value,
        text: `Delivered: offset ${offset} of ${lane} to ${id}.`});
    }
  }
  if (now.committed !== old.committed && now.committed !== now.offset || now.committed > old.committed && now.offset === old.offset) {
    events.push({kind: 'committed', consumer: id, partition: now.partition,
      text: `Committed: ${id} continues at offset ${now.committed} of ${lane} after a restart.`});
  }
  return events;
}
