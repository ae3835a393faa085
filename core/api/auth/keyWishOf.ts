import { nearestName, StockbusError } from '../../errors.ts';
import { duration } from '../../spec.ts';
import { accessLimits } from './accessLimits.ts';
import type { KeyWish } from './KeyDesk.ts';
import { type ApiScope, scopeNames } from './scopes.ts';

/** What is said of a key that is to be, by a command or over the API. */
export interface SaidOfKey {
  name?: string | undefined;
  scopes?: readonly string[] | undefined;
  locations?: readonly string[] | undefined;
  itemGroups?: readonly string[] | undefined;
  source?: string | undefined;
  /** A day, at whose end in UTC it expires, or an instant. */
  expires?: string | undefined;
  requestsPerMinute?: number | undefined;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

/** Throws ACCESS_UNFIT. */
export function keyWishOf(said: SaidOfKey): KeyWish {
  const { name = '', locations, itemGroups, source = 'api', requestsPerMinute: most } = said;
  if (!/^[^\p{Cc}]{1,100}$/u.test(name)) throw unfit('name', 'a name has 1 to 100 characters');
  if (!/^[\w./:-]{1,128}$/.test(source))
    throw unfit('source', 'a source has 1 to 128 letters, digits, and . / : - _');
  if (most !== undefined && !(Number.isInteger(most) && most >= 1 && most <= 1_000_000))
    throw unfit('requestsPerMinute', 'a limit is a whole number from 1 to 1,000,000');
  const rows = {
    ...(locations ? { locations: rowNames('locations', locations) } : {}),
    ...(itemGroups ? { itemGroups: rowNames('itemGroups', itemGroups) } : {}),
  };
  return {
    ...{ name, source, scopes: scopesOf(said.scopes ?? []) },
    ...(Object.keys(rows).length > 0 ? { rows } : {}),
    ...(said.expires === undefined ? {} : { expiresAt: momentOf(said.expires) }),
    ...(most === undefined ? {} : { requestsPerMinute: most }),
  };
}

/** Throws ACCESS_UNFIT. */
export function scopesOf(said: readonly string[]): ApiScope[] {
  if (said.length === 0) throw unfit('scopes', 'a scope is missing', scopeNames.join(', '));
  return [...new Set(said)].map((name) => {
    const scope = scopeNames.find((one) => one === name);
    if (scope) return scope;
    const near = nearestName(name, scopeNames);
    const todo = near ? `did you mean '${near}'?` : `known: ${scopeNames.join(', ')}`;
    throw unfit('scopes', `there is no scope '${name.slice(0, 100)}'`, todo);
  });
}

/** For how long two secrets open. Throws ACCESS_UNFIT. */
export function overlapOf(said: string): number {
  const ms = duration('Overlap.').read(said, [], () => undefined);
  if (ms !== undefined && ms <= accessLimits.keyOverlapMs) return ms;
  throw unfit('overlap', `'${said.slice(0, 100)}' is no duration of up to 24 days, such as 24h`);
}

/** None at all would be a key that sees nothing. */
function rowNames(field: string, names: readonly string[]): readonly string[] {
  const isFit = names.length > 0 && names.every((name) => name !== '' && name.length <= 128);
  if (isFit) return [...new Set(names)];
  throw unfit(field, 'one of the names is empty, or has more than 128 characters');
}

function momentOf(said: string): string {
  const text = DAY.test(said) ? `${said}T23:59:59.999Z` : said;
  const ms = INSTANT.test(text) ? Date.parse(text) : NaN;
  // A day that is none, such as the 31st of June, would be another one.
  if (!Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text.slice(0, 10)))
    return new Date(ms).toISOString();
  throw unfit('expires', `'${said.slice(0, 100)}' is no day such as 2027-06-30, and no instant`);
}

const unfit = (field: string, message: string, todo?: string): StockbusError =>
  new StockbusError('ACCESS_UNFIT', message, { field }, todo ? { todo } : {});
