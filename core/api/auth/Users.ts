/** People who sign in with a password of the hub, where no provider of identities does it for them. */
import type { Act } from '../../auditTrail.ts';
import { changeControlRows } from '../../changeControlRows.ts';
import { StockbusError } from '../../errors.ts';
import { parseStored } from '../../parseStored.ts';
import type { ControlRow } from '../../ports.ts';
import { requireVersion } from '../../requireVersion.ts';
import { rowsOf } from '../../rowsOf.ts';
import type { Runtime } from '../../runtime.ts';
import type { KeyStore } from './KeyDesk.ts';
import { hashOfPassword, isPassword, type PasswordHash } from './passwordHash.ts';
import type { ApiScope } from './scopes.ts';

/** Rows of this kind are users, by their names. */
export const USER = 'user';
/** Of their bodies; a reader refuses another. */
const USER_FORMAT = 1;

export interface User {
  name: string;
  scopes: readonly ApiScope[];
  createdAt: string;
  createdBy: string;
  /** Sessions from before it are over. */
  passwordAt: string;
  password: PasswordHash;
}
export type ShownUser = Omit<User, 'password'>;

const LEAST_CHARACTERS = 12;
const MOST_CHARACTERS = 256;

export class Users {
  readonly #store: KeyStore;
  readonly #runtime: Pick<Runtime, 'newId'>;

  constructor(store: KeyStore, runtime: Pick<Runtime, 'newId'>) {
    this.#store = store;
    this.#runtime = runtime;
  }

  async list(): Promise<ShownUser[]> {
    const users: ShownUser[] = [];
    for await (const row of rowsOf((page) => this.#store.controlRows({ kind: USER }, page)))
      users.push(shownUser(userFrom(row)));
    return users.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** Throws USER_EXISTS, USER_BAD_NAME, USER_WEAK_PASSWORD. */
  async add(
    name: string,
    password: string,
    scopes: readonly ApiScope[],
    by: string,
  ): Promise<ShownUser> {
    refuseName(name);
    const hash = await newPassword(name, password);
    const now = await this.#store.serverTime();
    const user: User = {
      ...{ name, scopes, createdAt: now, createdBy: by, passwordAt: now, password: hash },
    };
    const act = { actor: by, did: 'user.added', id: name, facts: { scopes: scopes.join(' ') } };
    return this.#change(name, act, (found) => {
      if (found) throw new StockbusError('USER_EXISTS', `there is a user '${name}' already`);
      return user;
    });
  }

  /** Ends his sessions. Throws USER_UNKNOWN, USER_WEAK_PASSWORD. */
  async setPassword(name: string, password: string, by: string): Promise<ShownUser> {
    const hash = await newPassword(name, password);
    const now = await this.#store.serverTime();
    const act = { actor: by, did: 'user.password-set', id: name };
    return this.#change(name, act, (found) => ({
      ...known(name, found),
      ...{ password: hash, passwordAt: now },
    }));
  }

  /** Ends his sessions; what he did stands under his name for ever. Throws USER_UNKNOWN. */
  async remove(name: string, by: string): Promise<void> {
    const about = { kind: USER, ids: [name], busy: 'USER_CHANGED' } as const;
    await changeControlRows(this.#store, this.#runtime, about, ([row]) => {
      known(name, row);
      const act = { actor: by, did: 'user.removed', id: name };
      return { changes: [{ id: name }], result: undefined, act };
    });
  }

  /** The user whose password it is; it takes as long where there is no such user. */
  async withPassword(name: string, password: string): Promise<User | undefined> {
    const [row] = await this.#store.control(USER, [name]);
    const user = row && userFrom(row);
    const given = password.slice(0, MOST_CHARACTERS);
    return (await isPassword(given, user?.password)) ? user : undefined;
  }

  #change(name: string, act: Act, next: (found: User | undefined) => User): Promise<ShownUser> {
    const about = { kind: USER, ids: [name], busy: 'USER_CHANGED' } as const;
    return changeControlRows(this.#store, this.#runtime, about, ([row]) => {
      const user = next(row && userFrom(row));
      const { name: _, ...facts } = user;
      const body = JSON.stringify({ v: USER_FORMAT, ...facts });
      const written = { state: 'active', since: user.createdAt, words: [], body };
      return { changes: [{ id: name, row: written }], result: shownUser(user), act };
    });
  }
}

export function userFrom({ id, body }: ControlRow): User {
  const what = `the user '${id}'`;
  const { v, ...facts } = parseStored<Omit<User, 'name'> & { v?: unknown }>(what, body);
  requireVersion(what, v, USER_FORMAT);
  return { ...facts, name: id };
}

const shownUser = ({ password: _, ...user }: User): ShownUser => user;

function known<Found>(name: string, found: Found | undefined): Found {
  if (found !== undefined) return found;
  throw new StockbusError('USER_UNKNOWN', `there is no user '${name}'`);
}

function refuseName(name: string): void {
  if (/^[a-z0-9][a-z0-9._@-]{0,63}$/.test(name)) return;
  const message = `'${name.slice(0, 64)}' is no name of a user`;
  throw new StockbusError('USER_BAD_NAME', message, { field: 'name' });
}

function newPassword(name: string, password: string): Promise<PasswordHash> {
  const { length } = password;
  const isFit = length >= LEAST_CHARACTERS && length <= MOST_CHARACTERS;
  if (isFit && new Set(password).size > LEAST_CHARACTERS / 3 && !password.includes(name))
    return hashOfPassword(password);
  const message = `a password has ${LEAST_CHARACTERS} to ${MOST_CHARACTERS} characters, few of them the same, and not the user's name`;
  throw new StockbusError('USER_WEAK_PASSWORD', message, { field: 'password' });
}
