/** The actions of this page, up to a limit, for a script that repeats the lesson. A reload of the page keeps them. */
import {asCurl} from './broker.js';
import * as session from './session.js';

const MAX_ACTIONS = 10_000;
const MAX_CHARACTERS = 2_000_000;
const {actions, ...before} = session.load('history', {actions: [], dropped: 0, characters: 0});
let {dropped, characters} = before;

addEventListener('pagehide', () => session.store('history', {actions, dropped, characters}));

/** Keeps an action that the broker accepted. */
export function record(action, method, path, body) {
  const length = JSON.stringify({action, body}).length;
  if (actions.length < MAX_ACTIONS && characters + length < MAX_CHARACTERS) {
    actions.push({action, method, path, body});
    characters += length;
  } else {
    dropped++;
  }
}

/** A shell script that repeats all actions, one after the other. */
export function asScript() {
  const lines = actions.flatMap(({action, method, path, body}) => [`# ${action.replace(/[\r\n]+/g, ' ')}`, `${asCurl(method, path, body)}`, 'echo', '']);
  const rest = dropped ? [`# ${dropped} later actions are missing, because the page keeps ${MAX_ACTIONS} actions of ${MAX_CHARACTERS} characters together.`, ''] : [];
  return ['#!/bin/sh', '# A lesson with mini-kafka: all actions of the page, in their order. Run it on an empty broker: sh lesson.sh', '', ...lines, ...rest].join('\n');
}

/** Offers a text to the user as a file. */
export function save(name, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], {type: 'text/plain'}));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
