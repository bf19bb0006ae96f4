/** Shows the address for others, with a QR code, when the broker listens on the network. */
import {addressOf, call} from './broker.js';

const byId = id => document.getElementById(id);
const dialog = byId('share');

const isLocal = host => host === 'localhost' || host.startsWith('127.') || host === '[::1]';

/** The addresses of this page for other machines: the same topic and mode. */
async function addresses() {
  if (!isLocal(location.hostname)) {
    return [location.href];
  }
  const {status, json} = await call('GET', '/dashboard/addresses');
  const {search} = location;
  return status === 200 ? json.addresses.map(url => `${url}/${search}`) : [];
}

/** Offers the address if there is one. */
export async function connect() {
  byId('open-share').addEventListener('click', async () => {
    byId('addresses').replaceChildren(...(await addresses()).map(figure));
    dialog.showModal();
  });
  byId('close-share').addEventListener('click', () => dialog.close());
  addEventListener('authorized', offer);
  await offer();
}

async function offer() {
  try {
    byId('open-share').hidden = (await addresses()).length === 0;
  } catch (unreachable) {
    // the status of the page says so
  }
}

function figure(url) {
  const made = document.createElement('figure');
  const image = document.createElement('img');
  const caption = document.createElement('figcaption');
  image.src = addressOf(`/dashboard/qr.svg?text=${encodeURIComponent(url)}`);
  image.alt = `QR code of ${url}`;
  caption.textContent = url;
  made.append(image, caption);
  return made;
}
