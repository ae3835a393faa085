/** Who signed in at the console. The browser has a secret, the store its hash. */
import { createHmac } from 'node:crypto';
import type { Act } from '../../auditTrail.ts';
import { changeControlRows } from '../../changeControlRows.ts';
import { faultOf } from '../../errors.ts';
import { parseStored } from '../../parseStored.ts';
import type { ControlRow, ControlStore } from '../../ports.ts';
import { requireVersion } from '../../requireVersion.ts';
import type { Runtime } from '../../runtime.ts';
import { accessLimits } from './accessLimits.ts';
import type { Caller } from './Caller.ts';
import type { KeyStore } from './KeyDesk.ts';
import { RecentRows } from './RecentRows.ts';
import { type ApiScope, grantedBy } from './scopes.ts';
import { hashOfSecret, isSameHash, newSecret } from './secretText.ts';
import { USER, type User, userFrom } from './Users.ts';

/** Rows of this kind are sessions, by the hashes of their ids. */
export const SESSION = 'session';
/** Of their bodies; a reader refuses another. */
const SESSION_FORMAT = 1;

interface SessionFacts {
  user: string;
  createdAt: string;
  /** To the minute: when it was used last. */
  seenAt: string;
  /** Of a user of the hub: the password that it was opened with. What he may, his row says. */
  passwordAt?: string;
  /** Of one who came by a provider: as it said then. */
  scopes?: readonly ApiScope[];
}

export type SessionStore = KeyStore & Pick<ControlStore, 'dueControl'>;

/** Sent with whatever a session changes: a page of another site cannot know it. */
export const csrfOf = (session: string): string =>
  createHmac('sha256', session).update('stockbus csrf').digest('base64url');

export const isCsrf = (session: string, given: string | undefined): boolean =>
  given !== undefined && isSameHash(csrfOf(session), given);

export class Sessions {
  readonly #store: () => SessionStore;
  readonly #runtime: Runtime;
  readonly #rows: RecentRows;
  readonly #users: RecentRows;

  constructor(store: () => SessionStore, runtime: Runtime) {
    this.#store = store;
    this.#runtime = runtime;
    const read = {
      control: async (kind: string, ids: readonly string[]) => store().control(kind, ids),
    };
    this.#rows = new RecentRows(read, runtime, SESSION);
    this.#users = new RecentRows(read, runtime, USER);
  }

  /** A new one, whose id nobody has seen before; what has ended long ago is removed. */
  async open(
    who: Pick<User, 'name' | 'passwordAt'> | { name: string; scopes: readonly ApiScope[] },
  ): Promise<string> {
    const store = this.#store();
    const now = await store.serverTime();
    const session = newSecret();
    const { name: user, ...rest } = who;
    const known = 'passwordAt' in rest ? { passwordAt: rest.passwordAt } : rest;
    const facts: SessionFacts = { user, createdAt: now, seenAt: now, ...known };
    const act = { actor: `user:${user}`, did: 'user.signed-in', id: user };
    await this.#write(
      hashOfSecret(session),
      () => rowOf(facts),
      () => act,
    );
    const over = await store.dueControl(SESSION, now, accessLimits.sessionsSwept);
    for (const { id } of over) await this.#write(id, () => undefined);
    return session;
  }

  /** Undefined for one that is over, or never was. */
  async callerOf(session: string): Promise<Caller | undefined> {
    const id = hashOfSecret(session);
    const row = await this.#rows.get(id);
    const facts = row && factsOf(row);
    if (!facts || this.#isOver(facts)) return undefined;
    const scopes = facts.scopes ?? (await this.#scopesOf(facts));
    if (!scopes) return undefined;
    this.#noteUse(id, facts);
    return { actor: `user:${facts.user}`, scopes: grantedBy(scopes), source: 'api' };
  }

  /** Idempotent. */
  async close(session: string): Promise<void> {
    const id = hashOfSecret(session);
    const actOf = ({ user }: SessionFacts): Act => {
      return { actor: `user:${user}`, did: 'user.signed-out', id: user };
    };
    await this.#write(
      id,
      () => undefined,
      (found) => found && actOf(factsOf(found)),
    );
    this.#rows.forget(id);
  }

  async #scopesOf({ user, passwordAt }: SessionFacts): Promise<readonly ApiScope[] | undefined> {
    const row = await this.#users.get(user);
    const found = row && userFrom(row);
    return found?.passwordAt === passwordAt ? found?.scopes : undefined;
  }

  #isOver({ createdAt, seenAt }: SessionFacts): boolean {
    const now = this.#runtime.now();
    return (
      now >= Date.parse(createdAt) + accessLimits.sessionMs ||
      now >= Date.parse(seenAt) + accessLimits.sessionIdleMs
    );
  }

  #noteUse(id: string, facts: SessionFacts): void {
    const nowMs = this.#runtime.now();
    if (nowMs - Date.parse(facts.seenAt) < accessLimits.keyUseNotedMs) return;
    const seenAt = new Date(nowMs).toISOString();
    const note = (found: ControlRow | undefined) => found && rowOf({ ...factsOf(found), seenAt });
    this.#write(id, note)
      .then(() => this.#rows.forget(id))
      .catch((error: unknown) => {
        const { code, message } = faultOf(error);
        this.#runtime.log('warn', 'http.key_use_not_noted', { key: 'session', code, message });
      });
  }

  #write(
    id: string,
    next: (found: ControlRow | undefined) => ReturnType<typeof rowOf> | undefined,
    actOf: (found: ControlRow | undefined) => Act | undefined = () => undefined,
  ): Promise<void> {
    const about = { kind: SESSION, ids: [id], busy: 'USER_CHANGED' } as const;
    return changeControlRows(this.#store(), this.#runtime, about, ([found]) => {
      const row = next(found);
      const act = actOf(found);
      const isSame = row === undefined && found === undefined;
      const changes = isSame ? [] : [{ id, ...(row ? { row } : {}) }];
      return { changes, result: undefined, ...(act ? { act } : {}) };
    });
  }
}

const rowOf = (facts: SessionFacts) => ({
  ...{ state: 'open', since: facts.createdAt, words: [facts.user] },
  dueAt: new Date(Date.parse(facts.createdAt) + accessLimits.sessionMs).toISOString(),
  body: JSON.stringify({ v: SESSION_FORMAT, ...facts }),
});

function factsOf({ body }: ControlRow): SessionFacts {
  const { v, ...facts } = parseStored<SessionFacts & { v?: unknown }>('a session', body);
  requireVersion('a session', v, SESSION_FORMAT);
  return facts;
}
