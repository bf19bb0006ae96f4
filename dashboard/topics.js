/** The topic of the page: selection, creation and deletion. The address of the page keeps the selected topic and the position. */
import {perform, report, withoutEmpty} from './actions.js';
import * as address from './address.js';

const MAX_LISTED = 5_000;
const MAX_VIEWS = 24;

const byId = id => document.getElementById(id);
const topicSelect = byId('topic');
const viewSelect = byId('view');
const refusal = byId('create').querySelector('.refusal');

/** The topic that the user wants to see; it may not exist yet. */
export const chosen = () => topicSelect.value || address.get('topic') || '';

/** See state.read. */
export const view = () => viewSelect.value || address.get('view') || '';

/** Shows the topics and the positions that the user can select. */
export function draw(state) {
  drawTopics(state.topics.map(topic => topic.name), state.topic);
  drawViews(state.consumers);
}

function drawTopics(names, topic) {
  const listed = names.slice(0, MAX_LISTED);
  byId('more-topics').textContent = names.length > listed.length ? `and ${names.length - listed.length} more, which the overview finds` : '';
  const before = topicSelect.value;
  if (before && !names.includes(before)) {
    report(`Topic ${before} no longer exists. It was deleted, or the broker was restarted and does not keep topics on disk.`);
  }
  if (topic && !listed.includes(topic)) {
    listed.push(topic);
  }
  if (listed.join() !== [...topicSelect.options].map(option => option.value).join()) {
    topicSelect.replaceChildren(...listed.map(name => new Option(name, name)));
  }
  topicSelect.value = topic;
  if (topic) {
    address.set('topic', topic);
  }
  byId('showing').hidden = byId('producing').hidden = byId('consuming').hidden = !names.length;
  byId('demo-offer').hidden = names.length > 0;
}

function drawViews(consumers) {
  const values = ['', ' oldest', ...consumers.slice(0, MAX_VIEWS).map(consumer => consumer.id)];
  if (values.join() !== [...viewSelect.options].map(option => option.value).join()) {
    const wanted = view();
    const text = value => ({'': 'newest messages', ' oldest': 'oldest messages'})[value] ?? `consumer ${value}`;
    viewSelect.replaceChildren(...values.map(value => new Option(text(value), value)));
    viewSelect.value = values.includes(wanted) ? wanted : '';
  }
}

/** Selects a topic. */
export function select(topic) {
  if (![...topicSelect.options].some(option => option.value === topic)) {
    topicSelect.add(new Option(topic, topic));
  }
  topicSelect.value = topic;
  address.set('topic', topic);
  document.querySelectorAll('.refusal').forEach(one => { one.textContent = ''; });
}

/** Creates a topic if it does not exist, and selects it. @param settings see POST /topics/register  @return whether it exists now */
export async function create(topic, settings) {
  const {partitions, max_messages: maxMessages} = settings;
  const kafka = `kafka-topics.sh --bootstrap-server localhost:9092 --create --topic ${topic}` + (partitions ? ` --partitions ${partitions}` : '')
      + (maxMessages ? ' --config retention.bytes=BYTES  # Kafka limits bytes and age, not messages' : '');
  const answer = await perform(`Create topic ${topic}`, {kafka}, 'POST', '/topics/register', withoutEmpty({topic, ...settings}), refusal);
  if (answer) {
    select(topic);
  }
  return answer !== null;
}

/** Deletes a topic. */
export const remove = topic => perform(`Delete topic ${topic}`, {kafka: `kafka-topics.sh --bootstrap-server localhost:9092 --delete --topic ${topic}`},
    'DELETE', `/topics/${topic}`, undefined, refusal);

/** @param whenChosen is called when the user selects another topic or position */
export function connect(whenChosen) {
  byId('create').addEventListener('submit', async event => {
    event.preventDefault();
    const {topic, partitions, max_messages: limit} = event.target.elements;
    const retention = limit.value ? {max_messages: Number(limit.value), when_full: 'drop_oldest'} : {};
    if (await create(topic.value, {partitions: partitions.value && Number(partitions.value), ...retention})) {
      whenChosen();
    }
  });
  byId('delete-topic').addEventListener('click', () => {
    const topic = topicSelect.value;
    if (confirm(`Delete topic ${topic}, its messages and its consumers?`)) {
      remove(topic);
    }
  });
  topicSelect.addEventListener('change', () => {
    select(topicSelect.value);
    whenChosen();
  });
  viewSelect.addEventListener('change', () => {
    address.set('view', viewSelect.value || null);
    whenChosen();
  });
}
