/** The producer of the page: one message, or a message again and again. It shows how the key selects the partition. */
import {perform, repeat} from './actions.js';
import {brokerUrl, quoted} from './broker.js';
import * as murmur2 from './murmur2.js';
import {isText, keyBytes, sendable} from './payload.js';

const form = document.getElementById('produce');
const {value: valueField, key: keyField, rate} = form.elements;
const placed = document.getElementById('placed');
const trickle = document.getElementById('trickle');
const sum = document.getElementById('sum');

/** The option of the clients of the command line that names this broker, if it is not the default one. */
export const atBroker = ['http://127.0.0.1:8000', 'http://localhost:8000'].includes(brokerUrl()) ? '' : ` --broker ${brokerUrl()}`;

let topic = '';
let partitionCount = 1;
let stopProducing = null;

/** Produces to another topic from now on. */
export function showTopic(name, partitions) {
  if (name !== topic) {
    placed.textContent = '';
  }
  topic = name;
  partitionCount = partitions;
  showSum();
}

/** Produces a message again: fills the form with it. Sends it at once if the form cannot hold it. */
export async function produceAgain(message) {
  if (isText(message)) {
    fill(message);
    return;
  }
  const again = sendable(message);
  const client = `printf '%s\\n' ${quoted(JSON.stringify(again))} | ./jbang Producer.java${atBroker} --topic ${topic} --json`;
  showPlace(await perform(`Produce to ${topic}`, {client}, 'POST', '/produce', {topic, ...again}, form.querySelector('.refusal')));
}

/** Fills the form. */
export function fill({value, key = ''}) {
  valueField.value = value;
  keyField.value = key;
  showSum();
  valueField.focus();
}

/** @param key empty for none  @param kind see {@link perform}  @return the answer; null if it was refused */
function produce(to, value, key, kind) {
  const message = key === '' ? {topic: to, value} : {topic: to, value, key};
  const separator = [':', '|', '=', ';'].find(one => !key.includes(one)) ?? '-----';
  return perform(`Produce to ${to}`,
      {
        kafka: `printf '%s\\n' ${quoted(key ? key + separator + value : value)} | kafka-console-producer.sh --bootstrap-server localhost:9092 --topic ${to}`
            + (key ? ` --property parse.key=true --property key.separator=${quoted(separator)}` : ''),
        client: `./jbang Producer.java${atBroker} --topic ${to}${key ? ` --key ${quoted(key)}` : ''} -- ${quoted(value)}`,
      },
      'POST', '/produce', message, form.querySelector('.refusal'), kind);
}

/** Starts to produce to the topic again and again. @param keys the keys to use in turn; empty for the key of the form */
export function startTrickle(keys) {
  const to = topic;
  const {value} = valueField;
  let number = 0;
  const produceNext = () => {
    const key = keys.length ? keys[number % keys.length] : keyField.value;
    return produce(to, `${value} ${++number}`, key, `produce to ${to}`);
  };
  showTrickle(to);
  stopProducing = repeat(`Producing to ${to}`, produceNext, Number(rate.value), () => {
    stopProducing = null;
    showTrickle(null);
  });
}

/** @param answer null if the message was refused */
function showPlace(answer) {
  if (answer) {
    placed.textContent = `It is in partition ${answer.json.partition ?? 0}, at offset ${answer.json.offset}.`;
  }
}

function showTrickle(to) {
  trickle.classList.toggle('on', to !== null);
  trickle.textContent = to === null ? 'start producing' : `stop producing to ${to}`;
}

function showSum() {
  const key = keyBytes({key: keyField.value});
  sum.textContent = keyField.value === '' ? 'Without a key, the messages go to the partitions in turn.' : `${murmur2.describe(key, partitionCount)}: partition ${murmur2.partitionOf(key, partitionCount).partition}.`;
}

form.addEventListener('submit', async event => {
  event.preventDefault();
  showPlace(await produce(topic, valueField.value, keyField.value));
});
keyField.addEventListener('input', showSum);
trickle.addEventListener('click', () => (stopProducing ? stopProducing() : startTrickle([])));
