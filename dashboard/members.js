/**
 * The consumers that were added on this page. The page is their client: it sends their heartbeats as long as it is open, and it can let
 * one crash. They survive a reload of the page.
 */
import {addressOf} from './broker.js';
import * as session from './session.js';

/** The registration of each consumer by its id: {topic, group, auto_commit}. */
const members = new Map(session.load('members', []));
const crashed = new Map();
let changes = 0;
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
  crashed.delete(id);
  members.delete(id);
  changed();
}

/** Ends the heartbeats of a consumer without a farewell: the broker finds out later. */
export function crash(id) {
  crashed.set(id, members.get(id));
  members.delete(id);
  changed();
}

/** Whether a consumer was added on this page and is running. */
export const isOwn = id => members.has(id);

export const isCrashed = id => crashed.has(id);

/** The ids of the consumers that crashed on this page, and that were not started again. */
export const crashedIds = () => new Set(crashed.keys());

/** A number that differs after each change of the consumers of this page. */
export const version = () => changes;

/** The registration of a consumer that was added on this page; undefined if it was not. */
export const registrationOf = id => members.get(id) ?? crashed.get(id);

function changed() {
  changes++;
  session.store('members', [...members]);
  beat();
}

function beat() {
  worker.postMessage({url: addressOf('/consumers/commit'), ids: [...members.keys()]});
}

beat();
