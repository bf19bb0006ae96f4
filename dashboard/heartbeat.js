/**
 * A worker that sends heartbeats for the consumers of the page, as clients of Kafka do in the background. A browser slows the timers of a
 * page that is not visible, but not those of its workers. The page posts {url, headers, ids}; the worker posts the id of a consumer that the broker
 * no longer knows.
 */
const INTERVAL_MS = 2_500;

let url = '';
let headers = {};
let ids = [];

self.addEventListener('message', ({data}) => ({url, headers, ids} = data));

/** A commit of no offsets is a heartbeat. */
async function beat(id) {
  try {
    const {status} = await fetch(url, {method: 'POST', headers: {'Content-Type': 'application/json', ...headers},
      body: JSON.stringify({consumer_id: id, offsets: []}), signal: AbortSignal.timeout(INTERVAL_MS)});
    if (status === 404) {
      self.postMessage(id);
    }
  } catch (unreachable) {
    // the next heartbeat may arrive
  }
}

setInterval(() => ids.forEach(beat), INTERVAL_MS);
