/** Shows a message beside its lane: key, value, headers, partition, offset and time. It can be produced again, changed or not. */
import * as murmur2 from './murmur2.js';
import {headersOf, hex, keyBytes, keyInWords, keyOf, kindOf, lengthOf} from './payload.js';
import {whole} from './state.js';

const MAX_SHOWN = 5_000;

const detail = document.getElementById('detail');
const lanesTitle = document.getElementById('lanes-title');

/** The message that is shown: {partition, offset}; null for none. */
let selected = null;

export const isSelected = (partition, offset) => selected !== null && selected.partition === partition && selected.offset === offset;

/**
 * Shows a message.
 *
 * @param partitionCount the number of partitions of its topic
 * @param marks {again, lost}: lists of readers
 * @param lane the element after which it is shown
 * @param onProduceAgain is called with the whole message
 */
export function open(message, {topic, partition, partitionCount, marks, lane, onProduceAgain}) {
  selected = {partition, offset: message.offset};
  const again = element('button', 'produce again');
  again.type = 'button';
  again.addEventListener('click', async () => {
    const all = message.length || message.isAbsent ? await whole(topic, partition, message.offset) : message;
    onProduceAgain(all ?? message);
  });
  detail.replaceChildren(...describe(message, partition, partitionCount, marks), again);
  detail.hidden = false;
  lane.after(detail);
}

export function close() {
  const hasFocus = detail.contains(document.activeElement);
  selected = null;
  detail.hidden = true;
  detail.replaceChildren();
  lanesTitle.after(detail); // out of the lane, which may go
  if (hasFocus) {
    lanesTitle.focus(); // otherwise the focus would go to the top of the page
  }
}

function describe(message, partition, partitionCount, marks) {
  if (message.isAbsent) {
    return [element('p', `partition ${partition}, offset ${message.offset}: the messages here are too large to be loaded all at once.`)];
  }
  const hasKey = keyOf(message) !== undefined;
  const key = hasKey ? `key ${keyInWords(message)}` : 'no key';
  const parts = [element('p', `partition ${partition}, offset ${message.offset}, ${key}, ${new Date(message.timestamp).toLocaleString()}`),
    ...describeValue(message, hasKey)];
  if (message.length) {
    parts.push(element('p', `This is the beginning of ${message.length} ${kindOf(message) === 'bytes' ? 'bytes' : 'characters'}.`));
  }
  if (message.headers_base64) {
    parts.push(element('p', `headers ${headersOf(message).map(({name, text}) => `${name}: ${text}`).join(', ')}`));
  } else if (message.headers) {
    parts.push(element('p', `headers ${JSON.stringify(message.headers)}`));
  }
  if (hasKey && partitionCount > 1) {
    const bytes = keyBytes(message);
    const chosen = murmur2.partitionOf(bytes, partitionCount).partition === partition ? '' : ' (its producer named another partition)';
    parts.push(element('p', murmur2.describe(bytes, partitionCount) + chosen));
  }
  marks.again.forEach(reader => parts.push(element('p', `Delivered again to ${reader}.`)));
  marks.lost.forEach(reader => parts.push(element('p', `Lost for ${reader}: its consumer crashed before it processed the message, which was already committed. Only a seek delivers it again.`)));
  return parts;
}

function describeValue(message, hasKey) {
  switch (kindOf(message)) {
    case 'null':
      return [element('p', hasKey ? 'tombstone: the message has a key, but no value' : 'no value')];
    case 'bytes':
      return [element('p', `bytes that are not UTF-8 text (${message.length ?? lengthOf(message.value_base64)}), in hexadecimal:`), element('pre', hex(message.value_base64))];
    default:
      return [element('pre', pretty(message.value).slice(0, MAX_SHOWN))];
  }
}

function pretty(value) {
  try {
    const parsed = /^\s*[[{]/.test(value) ? JSON.parse(value) : null;
    const isExact = parsed !== null && JSON.stringify(parsed) === value.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
    return isExact ? JSON.stringify(parsed, null, 2) : value; // large numbers and repeated names would change
  } catch (notJson) {
    return value;
  }
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
