/** Performs the actions of the user, and lists them with the equivalent commands: for two shells, for this broker's clients and for Kafka. */
import {asCurl, asPowerShell, call} from './broker.js';
import * as history from './history.js';
import {kindOf, valueInWords} from './payload.js';

const MAX_LISTED = 200;

const list = document.getElementById('done');
const announced = document.getElementById('said');

/**
 * Sends a request, and lists it.
 *
 * @param commands {kafka, client}: the equivalent commands, each absent if there is none
 * @param where the element that shows why the action was refused
 * @param kind the same for repeated actions with different values
 * @return the answer; null if it was refused, or if the broker does not answer
 */
export async function perform(action, {kafka, client}, method, path, body, where, kind) {
  const commands = [['curl', asCurl(method, path, body)], ['PowerShell', asPowerShell(method, path, body)], ['mini-kafka', client], ['Kafka', kafka]]
      .filter(([, command]) => command);
  const kindOrCommand = kind ?? commands[0][1];
  let answer;
  try {
    answer = await call(method, path, body);
  } catch (unreachable) {
    where.textContent = 'The broker does not answer.';
    report(`${action}: the broker does not answer.`, {isFailed: true, kind: kindOrCommand});
    return null;
  }
  const isRefused = answer.status >= 400;
  if (!isRefused && answer.status !== 204) { // what gave nothing is not worth a repetition
    history.record(action, method, path, body);
  }
  where.textContent = isRefused ? answer.json?.detail : '';
  report(action + outcome(answer), {isFailed: isRefused, isEmpty: answer.status === 204, kind: kindOrCommand, commands});
  return isRefused ? null : answer;
}

function outcome({status, json}) {
  if (status >= 400) {
    return `: ${json?.detail}`;
  }
  if (json?.created === false) {
    return ': it already exists';
  }
  if (status === 204) {
    return ': nothing new (204)';
  }
  if (json?.duplicate) {
    return `: the broker has it already, at offset ${json.offset}`;
  }
  if (json?.value === undefined && json?.value_base64 === undefined) {
    return '';
  }
  const where = json.partition === undefined ? '' : ` of partition ${json.partition}`;
  const quote = kindOf(json) === 'text' ? '"' : '';
  return `: got ${quote}${valueInWords(json, 60)}${quote}, offset ${json.offset}${where}`;
}

/** Adds an action to the list. Repeated actions share an entry, which has their number, and how many of them got no message. */
export function report(text, {isFailed = false, isEmpty = false, kind, commands = []} = {}) {
  const before = [...list.children].find(item => kind && item.kind === kind && item.isFailed === isFailed);
  const item = document.createElement('li');
  const words = document.createElement('span');
  Object.assign(item, {kind, isFailed, times: (before?.times ?? 0) + 1, emptyTimes: (before?.emptyTimes ?? 0) + isEmpty});
  const empty = item.emptyTimes && item.emptyTimes < item.times ? `, ${item.emptyTimes} of them with nothing new` : '';
  words.textContent = text + (item.times > 1 ? ` (${item.times} times${empty})` : '');
  words.className = isFailed ? 'failed' : '';
  item.append(words, ...commands.map(([form, command]) => lineOf(form, command)));
  if (before && isEmpty) {
    before.replaceWith(item); // a consumer that waits does not push other actions down
  } else {
    before?.remove();
    list.prepend(item);
  }
  if (item.times === 1) { // a screen reader does not announce repetitions
    announced.textContent = words.textContent;
  }
  while (list.children.length > MAX_LISTED) {
    list.lastChild.remove();
  }
}

function lineOf(form, command) {
  const line = document.createElement('p');
  const label = document.createElement('span');
  const code = document.createElement('code');
  line.className = 'command';
  label.textContent = form;
  code.textContent = command;
  line.append(label, code);
  return line;
}

/** Repeats an action, one call at a time, until it fails or is stopped. A failure is reported. @return a function that stops it */
export function repeat(name, action, perSecond, whenStopped) {
  let isOn = true;
  const stop = () => {
    if (isOn) {
      isOn = false;
      whenStopped();
    }
  };
  (async () => {
    while (isOn) {
      const due = performance.now() + 1000 / perSecond;
      if (await action() === null && isOn) {
        stop();
        report(`${name} has stopped.`, {isFailed: true});
      }
      await new Promise(resolve => setTimeout(resolve, Math.max(0, due - performance.now())));
    }
  })();
  return stop;
}

/** The fields that have a value. */
export const withoutEmpty = fields => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '' && value !== undefined));
