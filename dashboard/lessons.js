/**
 * The lessons of the tour. A lesson has a title, one idea, a task, and {@code isDone}, which decides from the state of the broker. It may
 * have a {@code guess} that comes before the task, a {@code topic} with at least so many {@code messages} that it prepares, consumers that it
 * suggests, and buttons. {@code isDone} gets the state, the state at the start of the lesson, the events since then, and facts: {hasCrashed,
 * caughtUp, hasDuplicate, isRestarted}, where {@code caughtUp} has the ids of the consumers whose lag was 0. The names
 * belong to one learner, because a class shares a broker.
 */
import {keyOf} from './payload.js';

/** The names of a learner's topics, group and consumers. */
export const namesOf = id => ({
  log: `tour-${id}`, keys: `tour-${id}-keys`, short: `tour-${id}-short`, group: `team-${id}`,
  alice: `alice-${id}`, bob: `bob-${id}`, carol: `carol-${id}`, dave: `dave-${id}`, erin: `erin-${id}`, producer: `producer-${id}`,
});

const SHORT_LENGTH = 5;

/** The topics that the tour creates: the settings by name. */
export const topicsOf = names => ({[names.log]: {partitions: 1}, [names.keys]: {partitions: 3},
  [names.short]: {partitions: 1, max_messages: SHORT_LENGTH, when_full: 'drop_oldest'}});

const alone = state => state.consumers.filter(consumer => !consumer.group);
const membersOf = (state, group) => state.consumers.filter(consumer => consumer.group === group);
const sum = (state, count) => [...state.deliveries.readers.values()].reduce((total, reader) => total + reader[count], 0);

/** The number of messages of each key. */
function countsByKey(state) {
  const counts = new Map();
  state.partitions.flatMap(partition => partition.messages).map(keyOf).filter(key => key !== undefined)
      .forEach(key => counts.set(key, (counts.get(key) ?? 0) + 1));
  return [...counts.values()];
}

/** @param names see {@link namesOf} */
export const lessonsOf = names => [
  {
    title: 'Offsets',
    idea: 'A topic is a log. The broker, the server that keeps it, appends each message at its end. The offset of a message is its number. Offsets count from 0 and never change.',
    task: 'Produce three messages, and look at the number below each of them.',
    topic: names.log,
    isDone: state => state.partitions[0]?.end_offset >= 3,
    outcome: () => 'The messages have the offsets 0, 1 and 2. The dashed cell has the offset of the next message.',
  },
  {
    title: 'Two readers',
    idea: 'Reading removes no message. Each consumer has its own position: the offset of the message that it gets next. Its badge is above this message.',
    task: `Add ${names.alice} and then ${names.bob}, both without a group. Click “step” for only one of them.`,
    topic: names.log,
    messages: 3,
    consumers: {ids: [names.alice, names.bob], group: '', autoCommit: true},
    isDone: state => new Set(alone(state).map(consumer => consumer.positions[0]?.offset)).size > 1,
    outcome: () => 'One consumer has moved on, and the other has not. All messages are still in the log.',
  },
  {
    title: 'Keys and partitions',
    idea: 'A topic can have several partitions, as the topic of this lesson. Each one is a log with its own offsets. The key of a message selects its partition: a hash function makes a number of the key. Messages without a key go to the partitions in turn.',
    task: 'Produce two messages with the key tea and two with the key coffee. “How a key selects the partition” shows the number.',
    topic: names.keys,
    isDone: state => countsByKey(state).filter(count => count >= 2).length >= 2,
    outcome: () => 'All messages of a key are in one partition, in their order. The colours of the cells only tell keys apart. Two keys may share a partition.',
  },
  {
    title: 'Groups',
    idea: 'Consumers of one group share the partitions: each partition has one owner in the group.',
    task: `Add ${names.carol} to the group ${names.group}, and step or run it until its lag is 0.`,
    topic: names.keys,
    messages: 4,
    consumers: {ids: [names.carol], group: names.group, autoCommit: true},
    isDone: state => state.messages > 0 && membersOf(state, names.group).length > 0 && membersOf(state, names.group).every(member => member.lag === 0),
    outcome: state => membersOf(state, names.group).length > 1 ? 'The members of the group share the three partitions.'
      : 'The consumer owns all three partitions, because it is alone in its group. If it runs, pause it on its card.',
  },
  {
    title: 'Rebalance',
    idea: 'When a consumer joins or leaves a group, the broker assigns the partitions again.',
    guess: {question: 'A second consumer joins the group. What happens to the three partitions?',
      answers: ['Both consumers read all three.', 'The consumers divide them.', 'The second consumer waits until the first one leaves.'], right: 1},
    task: `Add ${names.dave} to the group ${names.group}. If ${names.carol} is not in the group, add it first.`,
    topic: names.keys,
    messages: 4,
    consumers: {ids: [names.carol, names.dave], group: names.group, autoCommit: true},
    isDone: state => membersOf(state, names.group).filter(member => member.positions.length > 0).length >= 2,
    outcome: () => 'The consumers divide the partitions. No partition has two owners, so no message goes to both consumers. A new owner starts at the committed offset.',
  },
  {
    title: 'Commit and redelivery',
    idea: 'The committed offset is where a consumer continues after a restart. Without auto-commit, a delivery moves only the position.',
    guess: {question: 'A consumer receives a message, and crashes before it commits. What happens to the message after the restart?',
      answers: ['It is lost.', 'The broker delivers it again.', 'The broker has deleted it.'], right: 1},
    task: `Add ${names.erin} without auto-commit. “crash before commit” lets it receive a message, and then crash. After that, use “restart” and “step”.`,
    topic: names.log,
    messages: 3,
    consumers: {ids: [names.erin], group: '', autoCommit: false},
    isDone: (state, start, events, {hasCrashed}) => hasCrashed && sum(state, 'again') > sum(start, 'again'),
    outcome: () => 'The broker delivers it again. Each message is delivered one or more times: this is at-least-once delivery. With auto-commit, the broker commits when it delivers. Then the same crash would lose the message.',
  },
  {
    title: 'Lag',
    idea: 'The lag of a consumer is the number of messages between its position and the end of the log: the end offset minus the position.',
    guess: {question: 'A consumer has received everything, so its lag is 0. It seeks to earliest. What is its lag then?',
      answers: ['It is still 0.', 'It is the number of all messages.', 'It is 1.'], right: 1},
    task: 'Step one consumer until its lag is 0. Then seek it to earliest.',
    topic: names.log,
    messages: 3,
    consumers: {ids: [names.alice], group: '', autoCommit: true},
    isDone: (state, start, events, {caughtUp}) => events.some(event => event.kind === 'moved' && event.isSeek && caughtUp.has(event.consumer)
      && state.consumers.some(consumer => consumer.id === event.consumer && consumer.lag > 0 && consumer.lag === state.messages)),
    outcome: state => `It is the number of all messages, here ${state.messages}. A seek moves the position, and with auto-commit the committed offset. The messages stay in the log, and come again.`,
  },
  {
    title: 'Retention',
    idea: `A log cannot grow forever. Retention drops the oldest messages. This topic keeps ${SHORT_LENGTH}.`,
    task: `Produce more than ${SHORT_LENGTH} messages: “start producing”, and stop it again.`,
    topic: names.short,
    isDone: state => state.partitions[0]?.start_offset > 0,
    outcome: () => 'The oldest messages were dropped. The broker never uses their offsets again.',
  },
  {
    title: 'Sequence numbers',
    idea: 'A producer that gets no answer sends its message again. A sequence number tells the broker that it is the same message.',
    task: 'Send a message with a sequence number. Then send it again, as if its answer was lost.',
    topic: names.log,
    buttons: [{text: 'send the next sequence number', isRepeated: false}, {text: 'send it again', isRepeated: true}],
    isDone: (state, start, events, {hasDuplicate}) => hasDuplicate,
    outcome: () => 'The broker answered with the first offset and "duplicate": true. The message is in the log once.',
  },
  {
    title: 'Durability',
    idea: 'Messages that are only in memory are lost when the broker stops. Messages on disk are not.',
    guess: {question: 'Somebody stops the broker, and starts it again with the same command. What is left of the topics?',
      answers: ['Nothing.', 'Everything.', 'It depends on the option --data-dir.'], right: 2},
    task: 'Stop the broker in its terminal with Ctrl-C, or end its process with kill -9 as in a crash. Then start it again. If you did not start this broker, skip this lesson.',
    topic: null,
    isDone: (state, start, events, {isRestarted}) => isRestarted,
    outcome: state => state.topics.some(topic => topic.name === names.log)
      ? 'The topics are still there, with the committed offsets and the groups: this broker has a data directory (--data-dir).'
      : 'The topics are gone: this broker has no data directory (--data-dir).',
  },
];
