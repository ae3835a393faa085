/** Keys of programs: who has one, what it opens, and how one is kept. The key itself is shown once, and nowhere kept. */
import { parseStored } from '../../parseStored.ts';
import type { ControlChange, ControlRow } from '../../ports.ts';
import { requireVersion } from '../../requireVersion.ts';
import { newKey } from '../../runtime.ts';
import type { RowFilter } from './Caller.ts';
import type { ApiScope } from './scopes.ts';
import { hashOfSecret, newSecret } from './secretText.ts';

/** Rows of this kind are keys, by their public ids. */
export const KEY = 'key';
/** Of their bodies; a reader refuses another. */
const KEY_FORMAT = 1;

export interface ApiKey {
  id: string;
  name: string;
  scopes: readonly ApiScope[];
  /** Left out: all rows. */
  rows?: RowFilter;
  /** Of commands that are sent with it. */
  source: string;
  /** Left out: what every caller has. */
  requestsPerMinute?: number;
  createdAt: string;
  createdBy: string;
  expiresAt?: string;
  /** To the minute. */
  lastUsedAt?: string;
  revoked?: { at: string; by: string };
  /** The newest first; others open until a moment. */
  secrets: readonly { hash: string; until?: string }[];
}

export type KeyState = 'active' | 'expired' | 'revoked';

/** As people and programs see it. */
export interface ShownKey extends Omit<ApiKey, 'secrets'> {
  state: KeyState;
  /** Until when the one before opens, too. */
  overlapUntil?: string;
}

export interface ReadKey {
  id: string;
  hash: string;
}

/** A new one, and as it is kept. */
export function newApiKey(id = newKeyId()): { text: string; hash: string; id: string } {
  const text = `sb_${id}_${newSecret()}`;
  return { text, hash: hashOfSecret(text), id };
}

const ID_BYTES = 6;
const newKeyId = (): string => Buffer.from(newKey()).subarray(0, ID_BYTES).toString('hex');

/** Undefined for what is no key at all. */
export function readApiKey(text: string): ReadKey | undefined {
  const id = /^sb_([0-9a-f]{12})_[\w-]{43}$/.exec(text)?.[1];
  return id === undefined ? undefined : { id, hash: hashOfSecret(text) };
}

export function stateOfKey({ revoked, expiresAt }: ApiKey, now: string): KeyState {
  if (revoked) return 'revoked';
  return expiresAt !== undefined && expiresAt <= now ? 'expired' : 'active';
}

export function shownKey({ secrets, ...key }: ApiKey, now: string): ShownKey {
  const before = secrets.find(({ until = '' }) => until > now);
  return {
    ...key,
    state: stateOfKey({ secrets, ...key }, now),
    ...(before?.until ? { overlapUntil: before.until } : {}),
  };
}

export function apiKeyFrom({ id, body }: ControlRow): ApiKey {
  const what = `the key '${id}'`;
  const { v, ...facts } = parseStored<Omit<ApiKey, 'id'> & { v?: unknown }>(what, body);
  requireVersion(what, v, KEY_FORMAT);
  return { ...facts, id };
}

export const apiKeyRow = ({ id: _, ...facts }: ApiKey): NonNullable<ControlChange['row']> => ({
  state: facts.revoked ? 'revoked' : 'active',
  since: facts.createdAt,
  words: [facts.name],
  body: JSON.stringify({ v: KEY_FORMAT, ...facts }),
});
