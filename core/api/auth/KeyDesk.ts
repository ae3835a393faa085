/** Keys are made, turned over and revoked here, by a command or over the API. */
import type { Act } from '../../auditTrail.ts';
import { changeControlRows } from '../../changeControlRows.ts';
import { StockbusError } from '../../errors.ts';
import type { ControlChapter } from '../../ports.ts';
import { rowsOf } from '../../rowsOf.ts';
import type { Runtime } from '../../runtime.ts';
import {
  type ApiKey,
  apiKeyFrom,
  apiKeyRow,
  KEY,
  newApiKey,
  type ShownKey,
  shownKey,
  stateOfKey,
} from './ApiKey.ts';

export type KeyWish = Pick<
  ApiKey,
  'name' | 'scopes' | 'rows' | 'source' | 'requestsPerMinute' | 'expiresAt'
>;

/** A key, to be shown this once. */
export interface MadeKey extends ShownKey {
  key: string;
}

export type KeyStore = Pick<
  ControlChapter,
  'control' | 'controlRows' | 'changeControl' | 'serverTime'
>;

export class KeyDesk {
  readonly #store: KeyStore;
  readonly #runtime: Pick<Runtime, 'newId'>;

  constructor(store: KeyStore, runtime: Pick<Runtime, 'newId'>) {
    this.#store = store;
    this.#runtime = runtime;
  }

  /** The first made first. */
  async list(): Promise<ShownKey[]> {
    const now = await this.#store.serverTime();
    const keys: ShownKey[] = [];
    for await (const row of rowsOf((page) => this.#store.controlRows({ kind: KEY }, page)))
      keys.push(shownKey(apiKeyFrom(row), now));
    return keys;
  }

  async create(wish: KeyWish, by: string): Promise<MadeKey> {
    const now = await this.#store.serverTime();
    const { text, hash, id } = newApiKey();
    const key: ApiKey = {
      ...{ id, ...wish, createdAt: now, createdBy: by },
      secrets: [{ hash }],
    };
    return this.#change(id, (found) => {
      if (found) throw new StockbusError('KEY_CHANGED', `there is a key '${id}' already`);
      return {
        ...{ next: key, result: { ...shownKey(key, now), key: text } },
        act: { actor: by, did: 'key.created', id, facts: factsOf(wish) },
      };
    });
  }

  /** Another secret for the same key; the one before opens for `overlapMs` more. Throws KEY_UNKNOWN, KEY_REVOKED. */
  async rotate(
    id: string,
    overlapMs: number,
    by: string,
    allow: (key: ApiKey) => void = () => undefined,
  ): Promise<MadeKey> {
    const now = await this.#store.serverTime();
    const { text, hash } = newApiKey(id);
    return this.#change(id, (found) => {
      const before = known(id, found);
      if (stateOfKey(before, now) !== 'active') throw closed(before, now);
      allow(before);
      const until = new Date(Date.parse(now) + overlapMs).toISOString();
      const [newest] = before.secrets;
      const old = newest && overlapMs > 0 ? [{ hash: newest.hash, until }] : [];
      const next: ApiKey = { ...before, secrets: [{ hash }, ...old] };
      const act = { actor: by, did: 'key.rotated', id, facts: { before: `opens until ${until}` } };
      return { next, result: { ...shownKey(next, now), key: text }, act };
    });
  }

  /** Opens nothing any more; what it did stands under its id for ever. Idempotent. Throws KEY_UNKNOWN. */
  async revoke(id: string, by: string): Promise<ShownKey> {
    const now = await this.#store.serverTime();
    return this.#change(id, (found) => {
      const before = known(id, found);
      const next: ApiKey = { ...before, revoked: before.revoked ?? { at: now, by }, secrets: [] };
      return { next, result: shownKey(next, now), act: { actor: by, did: 'key.revoked', id } };
    });
  }

  /** To the minute; of one that is gone nothing. */
  async noteUse(id: string, at: string): Promise<void> {
    await this.#change(id, (found) => {
      if (!found) return { result: undefined };
      return { next: { ...found, lastUsedAt: at }, result: undefined };
    });
  }

  #change<Result>(
    id: string,
    decide: (found: ApiKey | undefined) => { next?: ApiKey; result: Result; act?: Act },
  ): Promise<Result> {
    const about = { kind: KEY, ids: [id], busy: 'KEY_CHANGED' } as const;
    return changeControlRows(this.#store, this.#runtime, about, ([row]) => {
      const { next, ...rest } = decide(row && apiKeyFrom(row));
      return { changes: next ? [{ id, row: apiKeyRow(next) }] : [], ...rest };
    });
  }
}

function known(id: string, found: ApiKey | undefined): ApiKey {
  if (found) return found;
  throw new StockbusError('KEY_UNKNOWN', `there is no key '${id}'`);
}

const closed = (key: ApiKey, now: string): StockbusError =>
  new StockbusError('KEY_REVOKED', `the key '${key.id}' is ${stateOfKey(key, now)}`);

/** All that makes up what a key may, as the audit trail keeps it. */
function factsOf(wish: KeyWish): Record<string, string> {
  const { name, scopes, source, rows: { locations, itemGroups } = {}, ...rest } = wish;
  const { requestsPerMinute, expiresAt } = rest;
  return {
    ...{ name, scopes: scopes.join(' '), source },
    ...(locations ? { locations: locations.join(' ') } : {}),
    ...(itemGroups ? { itemGroups: itemGroups.join(' ') } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute: String(requestsPerMinute) }),
  };
}
