/** Asks for a token when the broker requires one, and keeps it for this tab of the browser. */
import {setToken} from './broker.js';
import {load, store} from './session.js';

const KEY = 'token';

const byId = id => document.getElementById(id);
const dialog = byId('access');

setToken(load(KEY, null));

/** @param poll reads the state of the broker again */
export function connect(poll) {
  addEventListener('unauthorized', ask);
  byId('access-form').addEventListener('submit', event => {
    event.preventDefault();
    const token = byId('token').value.trim();
    byId('token').value = '';
    setToken(token);
    store(KEY, token);
    dialog.close();
    dispatchEvent(new Event('authorized'));
    poll();
  });
}

function ask({detail: hadToken}) {
  if (dialog.open) {
    return;
  }
  byId('token-refused').hidden = !hadToken;
  dialog.showModal();
}
