/**
 * The tour: ten lessons that wait until the learner has done what they ask for. The state of the broker decides. A lesson may ask for a
 * guess first. The address of the page keeps the number of the lesson.
 */
import {perform} from './actions.js';
import * as address from './address.js';
import {lessonsOf, namesOf, topicsOf} from './lessons.js';
import * as session from './session.js';
import * as topics from './topics.js';

const byId = id => document.getElementById(id);
const panel = byId('tour');
const addForm = byId('add').elements;

const id = session.load('tour', null) ?? Math.random().toString(36).slice(2, 6).padEnd(4, '0');
const names = namesOf(id);
const lessons = lessonsOf(names);

/** The lesson that is shown: {index, start, events, facts, guess, isDone}; null for none. See {@link observe}. */
let current = null;

let onTopic = async () => {};

/** @param whenTopic is called when the lesson has selected a topic */
export function connect(whenTopic) {
  onTopic = whenTopic;
  session.store('tour', id);
  byId('open-tour').addEventListener('click', () => (current ? end() : show(0)));
  byId('tour-back').addEventListener('click', () => show(current.index - 1));
  byId('tour-next').addEventListener('click', () => show(current.index + 1));
  byId('tour-skip').addEventListener('click', () => show(current.index + 1));
  byId('tour-topic').addEventListener('click', prepare);
  byId('tour-guess').addEventListener('change', ({target}) => guess(Number(target.value)));
  byId('tour-clean').addEventListener('click', clean);
  const wanted = Number(address.get('tour'));
  if (Number.isInteger(wanted) && wanted >= 1 && wanted <= lessons.length) {
    show(wanted - 1);
  }
}

async function show(index) {
  current = {index, start: null, events: [], facts: {}, guess: null, isDone: false, sequence: null};
  const lesson = lessons[index];
  address.set('tour', lesson ? String(index + 1) : null);
  panel.hidden = false;
  byId('open-tour').textContent = 'end the tour';
  byId('tour-title').textContent = lesson ? `Lesson ${index + 1} of ${lessons.length}: ${lesson.title}` : 'The end of the tour';
  byId('tour-idea').textContent = lesson?.idea ?? 'You have seen all ideas. The topics of the tour can go now, with their consumers.';
  showGuess(lesson?.guess);
  showButtons(lesson?.buttons ?? []);
  byId('tour-outcome').textContent = '';
  byId('tour-back').disabled = index === 0;
  byId('tour-clean').hidden = lesson !== undefined;
  byId('tour-skip').hidden = byId('tour-next').hidden = lesson === undefined;
  update(null);
  byId('tour-title').focus();
  await prepare();
}

/** Creates and selects the topic of the lesson, and suggests its first consumer. */
async function prepare() {
  const topic = lessons[current.index]?.topic;
  if (topic && await topics.create(topic, topicsOf(names)[topic])) {
    await onTopic();
  }
}

function showGuess(guess) {
  byId('tour-guess').hidden = guess === undefined;
  byId('tour-question').textContent = guess?.question ?? '';
  byId('tour-answers').replaceChildren(...(guess?.answers ?? []).map((text, i) => {
    const label = document.createElement('label');
    const radio = document.createElement('input');
    Object.assign(radio, {type: 'radio', name: 'guess', value: i});
    label.append(radio, ` ${text}`);
    return label;
  }));
}

function guess(answer) {
  current.guess ??= answer; // the first guess counts
  byId('tour-answers').querySelectorAll('input').forEach(radio => { radio.disabled = Number(radio.value) !== current.guess; });
  current.start = null; // what happened before the guess does not count
  current.events = [];
  update(null);
}

function showButtons(buttons) {
  byId('tour-buttons').replaceChildren(...buttons.map(({text, isRepeated}) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = text;
    made.addEventListener('click', () => produceWithSequence(isRepeated));
    return made;
  }));
}

async function produceWithSequence(isRepeated) {
  const refusal = byId('tour-refusal');
  const lesson = current;
  const topic = lessons[lesson.index].topic;
  if (isRepeated && lesson.sequence === null) {
    refusal.textContent = 'Send the next sequence number first.';
    return;
  }
  if (!isRepeated) {
    const registered = await perform(`Register ${names.producer}`, {}, 'POST', '/producers/register', {topic, producer_id: names.producer}, refusal);
    lesson.sequence = registered?.json.next_sequence ?? 0;
  }
  const answer = await perform(`Produce to ${topic} with sequence ${lesson.sequence}`, {kafka: 'new KafkaProducer(Map.of("enable.idempotence", true, ...))'}, 'POST',
      '/produce', {topic, value: `sequence ${lesson.sequence}`, producer_id: names.producer, sequence: lesson.sequence}, refusal);
  lesson.facts.hasDuplicate ||= answer?.json.duplicate === true;
}

/** Tells the tour the newest state of the broker. */
export function observe(state) {
  const lesson = current && lessons[current.index];
  if (!lesson) {
    return;
  }
  const isItsTopic = lesson.topic === null || lesson.topic === state.topic;
  byId('tour-topic').hidden = isItsTopic;
  byId('tour-topic').textContent = `show topic ${lesson.topic}`;
  if (!isItsTopic) {
    return;
  }
  suggestConsumer(lesson.consumers, state);
  if (current.start === null) {
    current.start = state;
  } else {
    current.events.push(...state.events);
  }
  const hasGuessed = !lesson.guess || current.guess !== null;
  if (!current.isDone && hasGuessed && lesson.isDone(state, current.start, current.events, current.facts)) {
    current.isDone = true;
    update(state);
  }
}

/** Tells the tour that the broker does not answer. */
export function brokerIsAway() {
  if (current) {
    current.facts.wasAway = true;
  }
}

/** Fills the form with the next consumer of the lesson, unless the learner has written something there. */
function suggestConsumer(consumers, state) {
  const next = consumers?.ids.find(one => !state.consumers.some(consumer => consumer.id === one));
  if (next && next !== current.suggested) {
    current.suggested = next;
    addForm.consumer_id.value = next;
    addForm.group.value = consumers.group;
    addForm.auto_commit.checked = consumers.autoCommit;
  }
}

function update(state) {
  const lesson = lessons[current.index];
  const hasGuessed = !lesson?.guess || current.guess !== null;
  byId('tour-task').textContent = lesson && hasGuessed ? lesson.task : '';
  byId('tour-next').disabled = !current.isDone;
  byId('tour-skip').disabled = current.isDone;
  if (current.isDone) {
    const verdict = !lesson.guess ? 'Done. ' : current.guess === lesson.guess.right ? 'Your guess was right. ' : 'Your guess was different. ';
    byId('tour-outcome').textContent = verdict + lesson.outcome(state);
  }
}

function end() {
  current = null;
  panel.hidden = true;
  address.set('tour', null);
  byId('open-tour').textContent = 'tour';
}

async function clean() {
  for (const topic of Object.keys(topicsOf(names))) {
    await topics.remove(topic);
  }
  end();
}
