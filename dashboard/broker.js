/** Speaks to the broker that this page came from, which may be below a path of a proxy. */

const BASE = new URL('..', import.meta.url);
const addressOf = path => new URL(path.slice(1), BASE).href;

/** An answer: its status, and its JSON; null if it has none. Throws if the broker cannot be reached. */
export async function call(method, path, body) {
  const response = await fetch(addressOf(path), {
    method,
    headers: body ? {'Content-Type': 'application/json'} : {},
    body: body && JSON.stringify(body),
    cache: 'no-store',
  });
  const text = await response.text();
  return {status: response.status, json: text ? parse(text, response.status) : null};
}

function parse(text, status) {
  try {
    return JSON.parse(text);
  } catch (e) {
    return {detail: `The answer, with status ${status}, is not the broker's: something between this page and the broker gave it.`};
  }
}

/** What turns the direction of a text around, and so what is shown after it. */
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const escaped = char => '\\u' + char.charCodeAt(0).toString(16).padStart(4, '0');

/** A text as one word of a shell. */
export function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`.replace(DIRECTIONS, char => `'$'${escaped(char)}''`);
}

/** The command that does the same in a shell. */
export function asCurl(method, path, body) {
  const url = addressOf(path);
  const json = body && JSON.stringify(body).replace(DIRECTIONS, escaped);
  return 'curl ' + (body ? `-d ${quoted(json)} ` : method === 'GET' ? '' : `-X ${method} `) + (/[?&]/.test(url) ? quoted(url) : url);
}
