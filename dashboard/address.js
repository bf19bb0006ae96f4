/** Keeps what the page shows in its address, so that a reload and a shared link show the same. */

/** The value of a parameter; null if it is absent. */
export const get = name => new URL(location.href).searchParams.get(name);

/** Sets a parameter; removes it if the value is null. */
export function set(name, value) {
  const address = new URL(location.href);
  if (value === null) {
    address.searchParams.delete(name);
  } else {
    address.searchParams.set(name, value);
  }
  if (address.href !== location.href) {
    history.replaceState(null, '', address);
  }
}
