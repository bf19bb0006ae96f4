/** Sends requests to the broker that served this page, which may be below a path of a proxy. */

const BASE = new URL('..', import.meta.url);
export const addressOf = path => new URL(path.slice(1), BASE).href;

/** The token for a broker with access control; null if there is none. */
let token = null;
export const setToken = given => { token = given; };

/** The headers that authenticate a request. */
export const credentials = () => (token ? {Authorization: `Bearer ${token}`} : {});

/** A broker that has not answered by then does not answer. */
const TIMEOUT_MS = 20_000;

/** Without a valid token, the window gets the event `unauthorized`; its detail says whether there was a token. */
async function send(path, options) {
  const sent = token;
  const response = await fetch(addressOf(path), {
    ...options, headers: {...options.headers, ...credentials()}, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status === 401 && sent === token) {
    dispatchEvent(new CustomEvent('unauthorized', {detail: sent !== null}));
  }
  return response;
}

/** Returns the status and the JSON of the answer. The JSON is null if the answer has no body. Throws if the broker does not answer. */
export async function call(method, path, body) {
  const response = await send(path, {method, headers: body ? {'Content-Type': 'application/json'} : {}, body: body && JSON.stringify(body)});
  const text = await response.text();
  return {status: response.status, json: text ? parse(text, response.status) : null};
}

function parse(text, status) {
  try {
    return JSON.parse(text);
  } catch (e) {
    return {detail: `The answer with status ${status} is not from the broker, but from a program between this page and the broker.`};
  }
}

/** Characters that change the direction of a text, and so how the text after them is shown. */
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const escaped = char => '\\u' + char.charCodeAt(0).toString(16).padStart(4, '0');

/** Quotes a text as one word for a shell. */
export function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`.replace(DIRECTIONS, char => `'$'${escaped(char)}''`);
}

/** The command that does the same in a shell. */
export function asCurl(method, path, body) {
  const url = addressOf(path);
  const json = body && JSON.stringify(body).replace(DIRECTIONS, escaped);
  const header = token ? '-H "Authorization: Bearer $BROKER_TOKEN" ' : '';
  return 'curl ' + header + (body ? `-d ${quoted(json)} ` : method === 'GET' ? '' : `-X ${method} `) + (/[?&]/.test(url) ? quoted(url) : url);
}

/** The command that does the same in PowerShell. */
export function asPowerShell(method, path, body) {
  const json = body && JSON.stringify(body).replace(DIRECTIONS, escaped);
  const verb = method === 'GET' ? '' : ` -Method ${method[0]}${method.slice(1).toLowerCase()}`;
  const header = token ? ' -Headers @{Authorization="Bearer $env:BROKER_TOKEN"}' : '';
  return `irm ${inPowerShell(addressOf(path))}${verb}${header}` + (body ? ` -Body ${inPowerShell(json)}` : '');
}

/** PowerShell takes typographic quotes for quotes, too. */
const inPowerShell = text => `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`;

/** The URL of the broker, without a slash at its end. */
export const brokerUrl = () => BASE.href.replace(/\/$/, '');

/** The time at which the broker started, as a text; it differs after a restart. */
export async function startTime() {
  const response = await send('/metrics', {});
  return /^process_start_time_seconds (.*)$/m.exec(await response.text())?.[1] ?? '';
}
