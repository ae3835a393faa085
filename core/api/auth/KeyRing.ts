import { createHmac } from 'node:crypto';
import { faultOf } from '../../errors.ts';
import type { ControlBooks } from '../../ports.ts';
import type { Runtime } from '../../runtime.ts';
import { type ApiKey, apiKeyFrom, KEY, readApiKey, stateOfKey } from './ApiKey.ts';
import { accessLimits } from './accessLimits.ts';
import type { Caller } from './Caller.ts';
import { KeyDesk, type KeyStore } from './KeyDesk.ts';
import { RecentRows } from './RecentRows.ts';
import { grantedBy } from './scopes.ts';
import { isSameHash } from './secretText.ts';

/** Tells callers by their keys. When one was used last is noted beside the answer, once a minute. */
export class KeyRing {
  readonly #rows: RecentRows;
  readonly #runtime: Runtime;
  readonly #store: () => KeyStore;
  /** When this process noted the use of a key, on the monotonic clock. */
  readonly #noted = new Map<string, number>();

  constructor(store: () => KeyStore, runtime: Runtime) {
    this.#store = store;
    this.#runtime = runtime;
    const read: Pick<ControlBooks, 'control'> = {
      control: async (kind, ids) => store().control(kind, ids),
    };
    this.#rows = new RecentRows(read, runtime, KEY);
  }

  /** Undefined for a key that opens nothing; which of the reasons it is, nobody is told. */
  async callerOf(text: string): Promise<Caller | undefined> {
    const read = readApiKey(text);
    if (!read) return undefined;
    const row = await this.#rows.get(read.id);
    const key = row && apiKeyFrom(row);
    const now = new Date(this.#runtime.now()).toISOString();
    if (!key || !opens(key, read.hash, now)) return undefined;
    this.#noteUse(key, now);
    const { id, scopes, rows, source, requestsPerMinute, expiresAt } = key;
    return {
      ...{ actor: `key:${id}`, scopes: grantedBy(scopes), source },
      ...(rows ? { rows, markerKey: markerKeyOf(read.hash) } : {}),
      ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
  }

  /** It was changed by this process. */
  forget(id: string): void {
    this.#rows.forget(id);
  }

  #noteUse({ id, lastUsedAt }: ApiKey, now: string): void {
    const sinceMs = this.#runtime.monotonic();
    if (sinceMs - (this.#noted.get(id) ?? -Infinity) < accessLimits.keyUseNotedMs) return;
    if (this.#noted.size >= accessLimits.accessRows) this.#noted.clear();
    this.#noted.set(id, sinceMs);
    if (
      lastUsedAt !== undefined &&
      Date.parse(now) - Date.parse(lastUsedAt) < accessLimits.keyUseNotedMs
    )
      return;
    new KeyDesk(this.#store(), this.#runtime).noteUse(id, now).catch((error: unknown) => {
      const { code, message } = faultOf(error);
      this.#runtime.log('warn', 'http.key_use_not_noted', { key: id, code, message });
    });
  }
}

const markerKeyOf = (hash: string): Buffer =>
  createHmac('sha256', hash).update('stockbus markers').digest();

/** Each secret is looked at, whichever fits. */
function opens(key: ApiKey, hash: string, now: string): boolean {
  const fits = key.secrets.map((one) => isSameHash(one.hash, hash) && (one.until ?? '~') > now);
  return fits.includes(true) && stateOfKey(key, now) === 'active';
}
