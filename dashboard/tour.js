/**
 * The tour: ten lessons that wait until the learner has done what they ask for. The state of the broker decides. A lesson may ask for a
 * guess first. The address of the page keeps the number of the lesson.
 */
import {perform} from './actions.js';
import * as address from './address.js';
import {call, startTime} from './broker.js';
import {lessonsOf, namesOf, topicsOf} from './lessons.js';
import * as session from './session.js';
import * as topics from './topics.js';

const MAX_EVENTS = 1_000;

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
  byId('tour-guess').addEventListener('submit', event => {
    event.preventDefault();
    guess(Number(new FormData(event.target).get('guess')));
  });
  byId('tour-clean').addEventListener('click', clean);
  const wanted = Number(address.get('tour'));
  if (Number.isInteger(wanted) && wanted >= 1 && wanted <= lessons.length) {
    show(wanted - 1);
  }
}

async function show(index) {
  current = {index, start: null, events: [], facts: newFacts(), guess: null, isDone: false, sequence: null, startTime: null};
  const lesson = lessons[index];
  address.set('tour', lesson ? String(index + 1) : null);
  panel.hidden = false;
  byId('open-tour').textContent = 'end the tour';
  byId('tour-title').textContent = lesson ? `Lesson ${index + 1} of ${lessons.length}: ${lesson.title}` : 'The end of the tour';
  byId('tour-idea').textContent = lesson?.idea ?? 'You have seen all ideas. You can now delete the topics of the tour. Their consumers are deleted with them.';
  showGuess(lesson?.guess);
  showButtons(lesson?.buttons ?? []);
  byId('tour-outcome').textContent = '';
  byId('add').reset(); // the lesson before may have filled it
  byId('tour-back').disabled = index === 0;
  byId('tour-clean').hidden = lesson !== undefined;
  byId('tour-skip').hidden = byId('tour-next').hidden = lesson === undefined;
  update(null);
  byId('tour-title').focus();
  await prepare();
}

const newFacts = () => ({hasCrashed: false, caughtUp: new Set(), hasDuplicate: false, isRestarted: false});

/** Creates and selects the topic of the lesson, with the messages that the lesson needs. */
async function prepare() {
  const {topic, messages = 0} = lessons[current.index] ?? {};
  current.start = null; // the counts of a topic start when the page shows it
  if (topic === null) {
    await noteRestart(current);
  }
  if (topic && await topics.create(topic, topicsOf(names)[topic])) {
    const {json} = await call('GET', `/topics/${topic}`);
    for (let number = json?.messages ?? 0; number < messages; number++) {
      const value = `message ${number}`;
      await perform(`Produce to ${topic}`, {}, 'POST', '/produce', {topic, value, key: number % 2 ? 'tea' : 'coffee'}, byId('tour-refusal'), `produce to ${topic}`);
    }
    await onTopic();
  }
}

function showGuess(guess) {
  byId('tour-guess').hidden = guess === undefined;
  byId('tour-guessed').hidden = false;
  byId('tour-question').textContent = guess?.question ?? '';
  byId('tour-answers').replaceChildren(...(guess?.answers ?? []).map((text, i) => {
    const label = document.createElement('label');
    const radio = document.createElement('input');
    Object.assign(radio, {type: 'radio', name: 'guess', value: i, required: true});
    label.append(radio, ` ${text}`);
    return label;
  }));
}

function guess(answer) {
  current.guess ??= answer; // the first guess counts
  byId('tour-answers').querySelectorAll('input').forEach(radio => { radio.disabled = true; });
  byId('tour-guessed').hidden = true;
  byId('tour-title').focus();
  Object.assign(current, {start: null, events: [], facts: newFacts()}); // what happened before the guess does not count
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
    if (!registered) {
      return;
    }
    lesson.sequence = registered.json.next_sequence ?? 0;
  }
  const answer = await perform(`Produce to ${topic} with sequence ${lesson.sequence}`, {kafka: 'new KafkaProducer(Map.of("enable.idempotence", true, ...))'}, 'POST',
      '/produce', {topic, value: `sequence ${lesson.sequence}`, producer_id: names.producer, sequence: lesson.sequence}, refusal);
  lesson.facts.hasDuplicate ||= isRepeated && answer?.json.duplicate === true;
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
    current.events = [...current.events, ...state.events].slice(-MAX_EVENTS);
  }
  noteFacts(state);
  if (!current.isDone && hasGuessed(lesson) && lesson.isDone(state, current.start, current.events, current.facts)) {
    current.isDone = true;
    update(state);
  }
}

const hasGuessed = lesson => !lesson?.guess || current.guess !== null;

function noteFacts(state) {
  const {facts} = current;
  facts.hasCrashed ||= state.crashed.size > 0;
  state.consumers.filter(consumer => consumer.lag === 0 && state.messages > 0).forEach(consumer => facts.caughtUp.add(consumer.id));
  if (lessons[current.index].topic === null) {
    noteRestart(current);
  }
}

/** A restart of the broker is known by the time of its start, also if the page was hidden meanwhile. */
async function noteRestart(lesson) {
  try {
    const time = await startTime();
    lesson.startTime ??= time;
    lesson.facts.isRestarted ||= time !== lesson.startTime;
  } catch (unreachable) {
    // it is read again with the next state
  }
}

/** Fills the form with the next consumer of the lesson, once. */
function suggestConsumer(consumers, state) {
  const next = consumers?.ids.find(one => !state.consumers.some(consumer => consumer.id === one));
  if (next && next !== current.suggested) {
    current.suggested = next;
    addForm.consumer_id.value = next;
    addForm.group.value = consumers.group;
    addForm.start.value = 'earliest';
    addForm.auto_commit.checked = consumers.autoCommit;
  }
}

function update(state) {
  const lesson = lessons[current.index];
  byId('tour-task').textContent = lesson && hasGuessed(lesson) ? lesson.task : '';
  byId('tour-next').disabled = !current.isDone;
  byId('tour-next').title = current.isDone ? '' : 'Do the task first, or skip the lesson';
  byId('tour-skip').disabled = current.isDone;
  if (current.isDone) {
    const verdict = !lesson.guess ? 'Done. ' : current.guess === lesson.guess.right ? 'Your guess was right. ' : 'Your guess was different. ';
    byId('tour-outcome').textContent = verdict + lesson.outcome(state);
  }
}

function end() {
  current = null;
  byId('add').reset();
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
