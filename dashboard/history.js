/** The actions of this page, up to a limit, for a script that repeats the lesson. A reload of the page keeps them. */
import {asCurl} from './broker.js';
import * as session from './session.js';

const MAX_ACTIONS = 10_000;
const {actions, dropped: droppedBefore} = session.load('history', {actions: [], dropped: 0});
let dropped = droppedBefore;

addEventListener('pagehide', () => session.store('history', {actions, dropped}));

/** Keeps an action that the broker accepted. */
export function record(action, method, path, body) {
  if (actions.length < MAX_ACTIONS) {
    actions.push({action, method, path, body});
  } else {
    dropped++;
  }
}

/** The number of actions. */
export const count = () => actions.length + dropped;

/** A shell script that repeats all actions, one after the other. */
export function asScript() {
  const lines = actions.flatMap(({action, method, path, body}) => [`# ${action.replace(/[\r\n]+/g, ' ')}`, `${asCurl(method, path, body)}`, 'echo', '']);
  const rest = dropped ? [`# ${dropped} later actions are missing, because the page keeps ${MAX_ACTIONS}.`, ''] : [];
  return ['#!/bin/sh', '# A lesson with mini-kafka: all actions of the page, in their order.', '', ...lines, ...rest].join('\n');
}

/** Offers a text to the user as a file. */
export function save(name, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], {type: 'text/plain'}));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
