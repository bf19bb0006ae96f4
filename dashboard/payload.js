/**
 * What the page shows of the key, the value and the headers of a message. A value is text, or bytes (value_base64), or null: a tombstone. A key is
 * text, or bytes (key_base64), or absent. Pure functions.
 */

/** What a small place shows for a value that is null. */
const NO_VALUE = '∅';

/** 'text', 'bytes' or 'null'. */
export const kindOf = message => message.value_base64 !== undefined ? 'bytes' : typeof message.value === 'string' ? 'text' : 'null';

/** The number of bytes that a text in base64 stands for. */
export const lengthOf = base64 => base64.length / 4 * 3 - (base64.match(/=*$/)[0].length);

const bytesOf = base64 => Uint8Array.from(atob(base64), char => char.charCodeAt(0));

/** The first bytes in hexadecimal: ff fe 00. */
export function hex(base64, max = Infinity) {
  const first = bytesOf(base64.slice(0, Math.ceil(max / 3) * 4)).slice(0, max);
  return Array.from(first, byte => byte.toString(16).padStart(2, '0')).join(' ');
}

const describeBytes = (base64, max) => {
  const length = lengthOf(base64);
  return `${length} byte${length === 1 ? '' : 's'}: ${hex(base64, max)}${length > max ? ' …' : ''}`;
};

/** A value for a small place. @param max the number of characters */
export const shortValue = (message, max) => ({
  text: () => message.value.slice(0, max),
  bytes: () => hex(message.value_base64, Math.ceil(max / 3)),
  null: () => NO_VALUE,
})[kindOf(message)]();

/** A value for a sentence. @param max the number of characters */
export const valueInWords = (message, max) => ({
  text: () => message.value.slice(0, max),
  bytes: () => describeBytes(message.value_base64, Math.ceil(max / 3)),
  null: () => keyOf(message) === undefined ? 'no value' : 'tombstone',
})[kindOf(message)]();

/** What tells a key from other keys; undefined if there is none. */
export const keyOf = message => message.key ?? message.key_base64;

/** A key for a sentence; undefined if there is none. @param max the number of characters */
export const keyInWords = ({key, key_base64: base64}, max = Infinity) => base64 === undefined ? key?.slice(0, max) : `of ${describeBytes(base64, Math.ceil(max / 3))}`;

/** The bytes of a key, which select its partition. */
export const keyBytes = ({key, key_base64: base64}) => base64 === undefined ? new TextEncoder().encode(key) : bytesOf(base64);

/** The headers in their order: [{name, text}]. The text is in quotes, or in hexadecimal. */
export function headersOf({headers = {}, headers_base64: others = {}, header_order: order}) {
  const texts = new Map(Object.entries(headers).map(([name, text]) => [name, [JSON.stringify(text)]]));
  Object.entries(others).forEach(([name, values]) => texts.set(name, [values].flat().map(describeHeader)));
  const names = order ?? [...texts].flatMap(([name, list]) => list.map(() => name));
  return names.map(name => ({name, text: texts.get(name).shift()}));
}

/** A header is in base64 because it is not text, or because its name occurs twice. */
function describeHeader(base64) {
  try {
    return base64 === null ? 'no value' : JSON.stringify(new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytesOf(base64)));
  } catch (notText) {
    return describeBytes(base64, 300);
  }
}

/** Whether the form of the producer can hold the message. */
export const isText = message => kindOf(message) === 'text' && message.key_base64 === undefined;

/** What a producer sends to produce the message again. */
export const sendable = ({value, value_base64, key, key_base64, headers, headers_base64, header_order}) =>
  ({value, value_base64, key, key_base64, headers, headers_base64, header_order});
