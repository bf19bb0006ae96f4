/**
 * The consumers that were added on this page. The page is their client: it sends their heartbeats as long as it is open, and it can let
 * one crash. They survive a reload of the page.
 */
import {addressOf, credentials} from './broker.js';
import * as session from './session.js';

/** The registration of each consumer by its id: {topic, group, auto_commit}. */
const members = new Map(session.load('members', []));
const crashed = new Map(session.load('crashed', []));
let changes = 0;

/** What stops the repeated steps of each running consumer, by its id. */
const running = new Map();
const worker = new Worker(new URL('heartbeat.js', import.meta.url));

worker.addEventListener('message', ({data: id}) => { // the broker no longer knows it
  members.delete(id);
  changed();
});

/** Starts to send heartbeats for a consumer. */
export function add(id, registration) {
  members.set(id, registration);
  crashed.delete(id);
  changed();
}

/** Forgets a consumer that has left. */
export function forget(id) {
  stop(id);
  crashed.delete(id);
  members.delete(id);
  changed();
}

/** Ends the heartbeats of a consumer without unregistering it: the broker finds out later. */
export function crash(id) {
  stop(id);
  crashed.set(id, members.get(id));
  members.delete(id);
  changed();
}

/** Whether a consumer was added on this page and has not crashed. */
export const isOwn = id => members.has(id);

/** Notes that a consumer takes steps until {@code stop} is called. */
export function started(id, stop) {
  running.set(id, stop);
}

export const isRunning = id => running.has(id);

/** Stops the steps of a consumer, if it takes any. */
export function stop(id) {
  const stopSteps = running.get(id);
  running.delete(id);
  stopSteps?.();
}

/** The ids of the consumers that crashed on this page, and that were not started again. */
export const crashedIds = () => new Set(crashed.keys());

/** A number that differs after each change of the consumers of this page. */
export const version = () => changes;

/** The registration of a consumer that was added on this page; undefined if it was not. */
export const registrationOf = id => members.get(id) ?? crashed.get(id);

function changed() {
  changes++;
  session.store('members', [...members]);
  session.store('crashed', [...crashed]);
  beat();
}

function beat() {
  worker.postMessage({url: addressOf('/consumers/commit'), headers: credentials(), ids: [...members.keys()]});
}

addEventListener('authorized', beat);
beat();
