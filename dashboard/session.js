/** Keeps values for this tab of the browser, so that they survive a reload. A browser may forbid it: then they do not. */
import {brokerUrl} from './broker.js';

/** Several brokers may be below paths of the same host. */
const keyOf = name => `${name} of ${brokerUrl()}`;

export function load(name, otherwise) {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(name))) ?? otherwise;
  } catch (forbidden) {
    return otherwise;
  }
}

/** @return whether the value was stored */
export function store(name, value) {
  try {
    sessionStorage.setItem(keyOf(name), JSON.stringify(value));
    return true;
  } catch (forbidden) { // or there is no more room
    return false;
  }
}
