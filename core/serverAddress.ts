/** Addresses with a user and a password in them: read only where it is plain which part is which. */

/** A password with an `@`, `/`, `?`, `#` or blank of its own would be taken for a host or a name. */
const PLAIN =
  /^(?<scheme>[a-z][a-z0-9+.-]*:)\/\/(?:[^\s@/?#]*@)?(?<hosts>[^\s@/?#]+)(?<path>\/[^\s@?#]*)?(?:\?[^\s@#]*)?$/i;

export const isServerAddress = (address: string): boolean => PLAIN.test(address);

/** For people: without user, password and options, and without all that may be a part of them. */
export function shownAddress(address: string): string {
  const parts = PLAIN.exec(address)?.groups;
  return parts ? `${parts.scheme}//${parts.hosts}${parts.path ?? ''}` : 'the address';
}

/** What `todo` says of every address that is not plain. */
export const plainAddressTodo =
  'write scheme://user:password@host, with special characters of user and password as %XX';
