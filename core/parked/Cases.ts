/**
 * What people and the hub did about a parked record or a dead letter. What is parked never changes: its state lies
 * beside it, and one of which nothing is known is open.
 */
import { hash } from 'node:crypto';
import type { Act } from '../auditTrail.ts';
import { changeControlRows } from '../changeControlRows.ts';
import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import { parseStored } from '../parseStored.ts';
import { type Books, CASE, CLOSED, type ControlRow, type ControlStore } from '../ports.ts';
import { requireVersion } from '../requireVersion.ts';
import type { Runtime } from '../runtime.ts';

/** Who looks after what others began, and what became of it. */
export const HUB = 'job:parked';

/** Of their bodies; a reader refuses another. */
export const CASE_FORMAT = 1;
const KIND = CASE;

export type CaseState = 'open' | 'assigned' | 'replaying' | (typeof CLOSED)[number];
export const caseStates: readonly CaseState[] = [
  'open',
  'assigned',
  'replaying',
  'replayed',
  'resolved',
  'dismissed',
];

/** A person has nothing more to do about it. */
export const isClosed = (state: CaseState): boolean =>
  (CLOSED as readonly string[]).includes(state);

/** What lists ask for; `waiting`: open, assigned or being replayed. */
export type AskedState = CaseState | 'waiting';

/** All are where no state is asked for. */
export function isInState({ state }: Pick<Case, 'state'>, asked: AskedState | undefined): boolean {
  if (asked === undefined) return true;
  return asked === 'waiting' ? !isClosed(state) : state === asked;
}

/** One field of a record that was corrected. */
export interface FieldChange {
  path: string;
  /** JSON text; left out: it was not there, or is there no more. */
  from?: string;
  to?: string;
}

/** Something that was done, in the order of time. */
export interface CaseLine {
  at: string;
  by: string;
  did:
    | 'assigned'
    | 'corrected'
    | 'replayed'
    | 'parked again'
    | 'resolved'
    | 'dismissed'
    | 'reopened';
  /** To whom it was assigned. */
  to?: string;
  reason?: string;
  changes?: readonly FieldChange[];
  /** Of the replay, or of what booked it. */
  intakeId?: string;
}

export interface CaseFacts {
  of: 'parked' | 'dead';
  log: readonly CaseLine[];
  assignee?: string;
  /** As it was corrected, in the form of the content of a parked record. */
  content?: string;
  /** The last replay. */
  intakeId?: string;
}

export interface Case extends CaseFacts {
  id: string;
  state: CaseState;
  /** Of the state; empty of one that nobody has touched. */
  since: string;
  dueAt?: string;
}

/** What becomes of a case; what is left out stays, but for the moment at which it is due. */
export interface CaseChange extends Partial<Omit<CaseFacts, 'of' | 'log'>> {
  state: CaseState;
  line?: Omit<CaseLine, 'at' | 'by'>;
  /** It is to be looked at again after so long. */
  dueInMs?: number;
}

/** What a case is about. */
export interface CaseSubject {
  id: string;
  of: CaseFacts['of'];
  /** By which it is found: the first is its flow, or whose letter it is. Before them `of` is a word as well. */
  words: readonly string[];
}

export type CaseReader = Pick<Books, 'control'>;
export type CaseStore = CaseReader &
  Pick<ControlStore, 'changeControl' | 'dueControl' | 'serverTime'>;

export const untouched = (id: string, of: CaseFacts['of']): Case => ({
  ...{ id, of, state: 'open', since: '', log: [] },
});

/** Of these, those that somebody has touched. */
export async function casesOf(
  store: CaseReader,
  ids: readonly string[],
): Promise<Map<string, Case>> {
  const rows = ids.length === 0 ? [] : await store.control(KIND, ids);
  return new Map(rows.map((row) => [row.id, caseFrom(row)]));
}

/** Times are those of the store's server: several processes look after the same cases. */
export class Cases {
  readonly #store: CaseStore;
  readonly #runtime: Pick<Runtime, 'newId'>;

  constructor(store: CaseStore, runtime: Pick<Runtime, 'newId'>) {
    this.#store = store;
    this.#runtime = runtime;
  }

  /**
   * `decide` sees the case as it is, and may throw; it is asked again where somebody else was faster. Undefined: it stays
   * as it is, and is looked at again when it would have been.
   */
  async change(
    { id, of, words }: CaseSubject,
    by: string,
    decide: (now: Case, at: string) => CaseChange | undefined,
  ): Promise<Case> {
    const at = await this.#store.serverTime();
    return changeControlRows(this.#store, this.#runtime, about([id]), ([found]) => {
      const now = found ? caseFrom(found) : untouched(id, of);
      const decided = decide(now, at);
      if (!decided) return { changes: [], result: now };
      const { state, line, dueInMs, ...facts } = decided;
      const dueAt =
        dueInMs === undefined ? undefined : new Date(Date.parse(at) + dueInMs).toISOString();
      const log = line ? [...now.log, { at, by, ...line }] : now.log;
      const { id: _, state: was, since, dueAt: __, ...before } = now;
      const next: CaseFacts = { ...before, ...facts, log: log.slice(-limits.caseLines) };
      const known = [
        ...(found?.words ?? [of, ...words]),
        ...(facts.intakeId ? [facts.intakeId] : []),
      ];
      const row = {
        ...{ state, since: state === was && since !== '' ? since : at },
        ...(dueAt === undefined ? {} : { dueAt }),
        words: [...new Set(known)],
        body: JSON.stringify({ v: CASE_FORMAT, ...next }),
      };
      const result = { id, ...next, ...row };
      const isOfHub = line === undefined || by === HUB;
      return {
        ...{ changes: [{ id, row }], result },
        ...(isOfHub ? {} : { act: actOf(of, id, by, line, facts.content) }),
      };
    });
  }

  /** Those that are to be looked at again. */
  async due(limit: number): Promise<Case[]> {
    const now = await this.#store.serverTime();
    return (await this.#store.dueControl(KIND, now, limit)).map(caseFrom);
  }

  /** Nothing is known of them any more. */
  async forget(ids: readonly string[]): Promise<void> {
    await changeControlRows(this.#store, this.#runtime, about(ids), (rows) => ({
      changes: rows.map(({ id }) => ({ id })),
      result: undefined,
    }));
  }
}

/** What was corrected is told by its fields, and by the hash of what it is since: payloads may have to be forgotten. */
function actOf(
  of: CaseFacts['of'],
  id: string,
  actor: string,
  { did, to, reason, intakeId, changes }: Omit<CaseLine, 'at' | 'by'>,
  content: string | undefined,
): Act {
  const fields = changes?.map(({ path }) => path).join(', ');
  const facts = {
    ...(to === undefined ? {} : { to }),
    ...(intakeId === undefined ? {} : { intakeId }),
    ...(fields ? { fields: fields.slice(0, limits.reasonCharacters) } : {}),
    ...(content === undefined ? {} : { contentSha256: hash('sha256', content) }),
  };
  return {
    ...{ actor, did: `${of}.${did.replaceAll(' ', '-')}`, id },
    ...(reason === undefined ? {} : { reason }),
    ...(Object.keys(facts).length === 0 ? {} : { facts }),
  };
}

const about = (ids: readonly string[]) => ({ kind: KIND, ids, busy: 'CASE_CHANGED' }) as const;

function caseFrom({ id, state, since, dueAt, body }: ControlRow): Case {
  const what = `the case '${id}'`;
  const { v, ...facts } = parseStored(what, body) as CaseFacts & { v?: unknown };
  requireVersion(what, v, CASE_FORMAT);
  return { id, state: state as CaseState, since, ...(dueAt ? { dueAt } : {}), ...facts };
}

/** What becomes of one that somebody ticks off. Throws CASE_CLOSED. */
export const dismissed =
  (reason: string) =>
  (now: Case): CaseChange => {
    requireOpen(now);
    return { state: 'dismissed', line: { did: 'dismissed', reason } };
  };

/** What becomes of one that somebody is to see to. Throws CASE_CLOSED. */
export const assigned =
  (to: string) =>
  (now: Case): CaseChange => {
    requireOpen(now);
    return { state: 'assigned', assignee: to, line: { did: 'assigned', to } };
  };

/** Throws CASE_CLOSED for what waits for nobody. */
export function requireOpen(now: Case): void {
  if (now.state === 'open' || now.state === 'assigned') return;
  const last = now.log.at(-1);
  const who = last ? ` (${last.by}, ${last.at})` : '';
  throw new StockbusError('CASE_CLOSED', `'${now.id}' is ${now.state}${who}`);
}
