/**
 * Who did what about the hub's own work: corrected, replayed or dismissed what was parked, paused a flow, gave out a key. Each
 * act is a row that is never changed, has the hash of the one before it, and is written with what it did or not at all.
 * What the trail says holds texts of the acts, but nothing of payloads: what was changed in one is told by hashes.
 */
import { hash } from 'node:crypto';
import { parseStored } from './parseStored.ts';
import {
  ACT,
  type ControlBooks,
  type ControlChange,
  type ControlRow,
  type ControlStore,
  type Page,
  type Paged,
} from './ports.ts';
import { requireVersion } from './requireVersion.ts';
import type { Runtime } from './runtime.ts';

/** Of entries and of the head; a reader refuses another. */
export const TRAIL_FORMAT = 1;

export interface Act {
  /** `cli:NAME`, `key:ID`, `user:NAME`, `token`, `local`. */
  actor: string;
  /** What it was about, and what was done: `parked.dismissed`, `flow.paused`. */
  did: string;
  /** Of what it was done to. */
  id: string;
  reason?: string;
  /** What else says what was done; texts that are short. */
  facts?: Readonly<Record<string, string>>;
}

export interface AuditEntry extends Act {
  /** 1, 2, … without gaps. */
  number: number;
  /** Of the store's server; never before the one before it. */
  at: string;
  /** SHA-256 of the entry before it, in hex; empty of the first. */
  before: string;
  /** SHA-256 of this one. */
  hash: string;
}

/** Where the trail ends. */
export interface TrailHead extends Pick<AuditEntry, 'number' | 'at' | 'hash'> {}

const HEAD_ID = 'head';
const EMPTY: TrailHead = { number: 0, at: '', hash: '' };

type TrailStore = Pick<ControlBooks, 'control'> &
  Pick<ControlStore, 'changeControl' | 'serverTime'>;

/**
 * Changes rows, and says so in the trail, in one commit. A conflict means that one of `changes` met another version: that others
 * wrote to the trail at the same moment is no reason.
 */
export async function changeAudited(
  store: TrailStore,
  { newId }: Pick<Runtime, 'newId'>,
  act: Act,
  changes: readonly ControlChange[],
): Promise<'done' | 'conflict'> {
  const now = await store.serverTime();
  let head = await headRow(store);
  for (;;) {
    const entry = entryOf(act, head ? headOf(head) : EMPTY, now);
    const written = [...changes, ...trailChanges(entry, head?.version ?? '')];
    if ((await store.changeControl(newId(), written)) === 'done') return 'done';
    const found = await headRow(store);
    if (found?.version === head?.version) return 'conflict';
    head = found;
  }
}

async function headRow(store: Pick<ControlBooks, 'control'>): Promise<ControlRow | undefined> {
  const [row] = await store.control(ACT.head, [HEAD_ID]);
  return row;
}

function headOf({ body }: ControlRow): TrailHead {
  const what = 'the head of the audit trail';
  const { v, ...head } = parseStored<TrailHead & { v?: unknown }>(what, body);
  requireVersion(what, v, TRAIL_FORMAT);
  return head;
}

/** Where it ends now; number 0 of a trail that has nothing in it. */
export async function trailHead(store: Pick<ControlBooks, 'control'>): Promise<TrailHead> {
  const row = await headRow(store);
  return row ? headOf(row) : EMPTY;
}

interface WrittenEntry {
  number: number;
  at: string;
  text: string;
  act: Act;
}

function entryOf(act: Act, head: TrailHead, now: string): WrittenEntry {
  const { actor, did, id, reason, facts } = act;
  const number = head.number + 1;
  const at = now > head.at ? now : head.at;
  const before = head.hash;
  const text = JSON.stringify({
    ...{ v: TRAIL_FORMAT, number, at, actor, did, id },
    ...(reason === undefined ? {} : { reason }),
    ...(facts === undefined ? {} : { facts }),
    before,
  });
  return { number, at, text, act };
}

/** Rows of one moment are listed by their ids: numbers of one length. */
const rowId = (number: number): string => String(number).padStart(12, '0');

function trailChanges({ number, at, text, act }: WrittenEntry, expected: string): ControlChange[] {
  const words = [...new Set([act.actor, act.did, act.id])];
  const row = { state: 'kept', since: at, words, body: text };
  const head: TrailHead = { number, at, hash: hash('sha256', text) };
  const ofHead = {
    ...{ state: 'kept', since: at, words: [] },
    body: JSON.stringify({ v: TRAIL_FORMAT, ...head }),
  };
  return [
    { kind: ACT.entry, id: rowId(number), expected: '', row },
    { kind: ACT.head, id: HEAD_ID, expected, row: ofHead },
  ];
}

export interface TrailFilter {
  /** An actor, what was done, or the id of what it was done to. */
  word?: string;
  since?: string;
  until?: string;
}

/** In the order of their numbers. */
export async function auditEntries(
  store: Pick<ControlBooks, 'controlRows'>,
  filter: TrailFilter,
  page: Page,
): Promise<Paged<AuditEntry>> {
  const { rows, ...rest } = await store.controlRows({ kind: ACT.entry, ...filter }, page);
  return { rows: rows.map(auditEntry), ...rest };
}

function auditEntry({ id, body }: ControlRow): AuditEntry {
  const what = `the entry '${id}' of the audit trail`;
  const { v, ...entry } = parseStored<Omit<AuditEntry, 'hash'> & { v?: unknown }>(what, body);
  requireVersion(what, v, TRAIL_FORMAT);
  return { ...entry, hash: hash('sha256', body) };
}

export interface CheckedTrail {
  entries: number;
  /** Of what was read: note it down elsewhere, and compare it the next time. */
  head: TrailHead;
  /** What does not fit together, in words; the first of it. */
  differences: string[];
}

/**
 * Follows the chain from its first entry. `expected`: a head that was noted down before; that the trail was cut off behind it
 * shows in nothing else.
 */
export async function checkTrail(
  store: ControlBooks,
  rows: AsyncIterable<ControlRow>,
  expected?: Pick<TrailHead, 'number' | 'hash'>,
): Promise<CheckedTrail> {
  const differences: string[] = [];
  // Before the rows: what is written meanwhile comes after it.
  const stated = await trailHead(store);
  let last = EMPTY;
  const tell = (what: string): void => void differences.push(what);
  for await (const row of rows) {
    const entry = auditEntry(row);
    const of = `entry ${entry.number}`;
    if (entry.number !== last.number + 1) tell(`after entry ${last.number} comes ${of}`);
    if (entry.before !== last.hash) tell(`${of} does not have the hash of the one before it`);
    if (!isFiledAs(row, entry)) tell(`${of} is filed as something else than it says`);
    const { number, at, hash } = entry;
    for (const [name, known] of [
      ['the head', stated],
      ['what was noted down', expected],
    ] as const) {
      if (known?.number === number && known.hash !== hash) tell(`${of} is not that of ${name}`);
    }
    last = { number, at, hash };
    if (differences.length >= DIFFERENCES_TOLD) break;
  }
  for (const known of [stated, ...(expected ? [expected] : [])])
    if (last.number < known.number && differences.length < DIFFERENCES_TOLD)
      tell(`it ends with entry ${last.number}, and there was an entry ${known.number}`);
  return { entries: last.number, head: last, differences };
}

const DIFFERENCES_TOLD = 20;

function isFiledAs({ id, since, words }: ControlRow, entry: AuditEntry): boolean {
  const { number, at, actor, did } = entry;
  const said = new Set([actor, did, entry.id]);
  const isSame = words.length === said.size && words.every((word) => said.has(word));
  return id === rowId(number) && since === at && isSame;
}

/** All rows of the trail, a page of them in memory. */
export const trailRows = (
  store: Pick<ControlBooks, 'controlRows'>,
  page: Page,
): Promise<Paged<ControlRow>> => store.controlRows({ kind: ACT.entry }, page);
