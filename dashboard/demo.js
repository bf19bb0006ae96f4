/** Fills an empty broker with a small living example: a topic with keys, a group of two, and a reader without a group. */
import {add, run} from './consumer-actions.js';
import * as consumersView from './consumers.js';
import * as producer from './producer.js';
import * as topics from './topics.js';

const TOPIC = 'demo';
const KEYS = ['user-1', 'user-4', 'user-8'];
const CONSUMERS = [
  {consumer_id: 'alice', group: 'shop', auto_commit: false},
  {consumer_id: 'bob', group: 'shop'},
  {consumer_id: 'carol'},
];

/** @param whenChanged is called after each step, and returns when the page has drawn it */
export function connect(whenChanged) {
  document.getElementById('demo').addEventListener('click', async ({target}) => {
    target.disabled = true; // a second click would start a second producer
    try {
      await start(whenChanged);
    } finally {
      target.disabled = false;
    }
  });
}

async function start(whenChanged) {
  if (!await topics.create(TOPIC, {partitions: 3})) {
    return;
  }
  await whenChanged();
  producer.fill({value: 'order'});
  producer.startTrickle(KEYS);
  for (const consumer of CONSUMERS) {
    const id = await add({topic: TOPIC, ...consumer});
    await whenChanged();
    if (id !== null && consumersView.rowOf(id)) {
      run(id, consumersView.rowOf(id));
    }
  }
}
