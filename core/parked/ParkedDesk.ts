/** What a person sees of what is parked, and does about it, but for sending it again (ParkedReplay). */
import { StockbusError } from '../errors.ts';
import type { CommandCheck } from '../flow/commandCheck.ts';
import { limits } from '../limits.ts';
import type { Command, ParkedRecord } from '../message.ts';
import { pagesOf } from '../pagesOf.ts';
import type { Books, KeptParked, Page, Paged, ParkedFilter } from '../ports.ts';
import { isSettled, type KeyOfRead } from '../reports/settledParked.ts';
import { parkedWords, wordKey } from '../searchWords.ts';
import { sideBySide } from '../sideBySide.ts';
import {
  type AskedState,
  assigned,
  type Case,
  type CaseSubject,
  type Cases,
  casesOf,
  dismissed,
  type FieldChange,
  isClosed,
  isInState,
  requireOpen,
  untouched,
} from './Cases.ts';
import { CauseGroups, type GroupFacts } from './CauseGroups.ts';
import { correctedContent, type Edits } from './correction.ts';

export interface ParkedQuery extends ParkedFilter {
  code?: string;
  /** Of the first fault. */
  field?: string;
  /** Business key, SKU, document: a value that stands in it. */
  find?: string;
  state?: AskedState;
}

export interface ParkedEntry {
  record: KeptParked;
  case: Case;
}

/** Why something is parked. */
export type ParkedCause = Record<'flow' | 'code' | 'field', string>;
export type ParkedGroup = ParkedCause & GroupFacts;

export interface DeskParts {
  store: Books;
  /** Who only reads has none. */
  cases?: Cases;
  keyOf?: KeyOfRead;
  checkCommand?: CommandCheck;
}

export class ParkedDesk {
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** Those of one page of the store that fit: so it may have fewer rows than asked for, and go on. */
  async page(query: ParkedQuery, page: Page): Promise<Paged<ParkedEntry>> {
    const { store } = this.#parts;
    const { code, field, find, state, ...filter } = query;
    const asked = { ...filter, ...(find === undefined ? {} : { word: wordKey(find) }) };
    const { rows, ...rest } = await store.parked(asked, page);
    const fitting = rows.filter((row) => fits(row, { code, field, find }));
    const entries = await this.entries(fitting.sort(asTheyCame));
    return { rows: entries.filter((one) => isInState(one.case, state)), ...rest };
  }

  pages(query: ParkedQuery): AsyncGenerator<ParkedEntry[]> {
    return pagesOf((page) => this.page(query, page));
  }

  /** Of all that fit. */
  async *ids(query: ParkedQuery): AsyncGenerator<string[]> {
    for await (const entries of this.pages(query)) yield entries.map(({ record }) => record.id);
  }

  /** All of them, and of each only what was noted. */
  async *noted(): AsyncGenerator<{ case: Case }[]> {
    const { store } = this.#parts;
    for await (const rows of pagesOf((page) => store.parked({}, page))) {
      const ids = rows.map(({ id }) => id);
      const known = await casesOf(store, ids);
      yield ids.map((id) => ({ case: known.get(id) ?? untouched(id, 'parked') }));
    }
  }

  /** By how many there are, most first. */
  async groups(query: ParkedQuery): Promise<ParkedGroup[]> {
    const groups = new CauseGroups<ParkedCause>();
    for await (const entries of this.pages({ state: 'waiting', ...query })) {
      for (const { record } of entries) {
        const { code = '', message = '', at } = record.faults[0] ?? {};
        const cause = { flow: record.origin.flow, code, field: at?.field ?? '' };
        groups.add(cause, message, record.parkedAt);
      }
    }
    return groups.list();
  }

  /** Throws PARKED_UNKNOWN. */
  async entry(id: string): Promise<ParkedEntry> {
    const record = await this.#parts.store.parkedRecord(id);
    if (!record) throw new StockbusError('PARKED_UNKNOWN', `nothing is parked under '${id}'`);
    const [entry] = await this.entries([record]);
    return entry!;
  }

  /** Those of which something was done, and those that were booked since by themselves. */
  async entries(records: readonly KeptParked[]): Promise<ParkedEntry[]> {
    const { store, keyOf } = this.#parts;
    const ids = records.map(({ id }) => id);
    const known = await casesOf(store, ids);
    return sideBySide(records, limits.readsAtOnce, async (record) => {
      const found = known.get(record.id) ?? untouched(record.id, 'parked');
      const isBooked = !isClosed(found.state) && (await isSettled(store, record, keyOf));
      return { record, case: isBooked ? { ...found, state: 'resolved' } : found };
    });
  }

  assign(id: string, by: string, to: string): Promise<Case> {
    return this.#change(id, by, assigned(to));
  }

  dismiss(id: string, by: string, reason: string): Promise<Case> {
    return this.#change(id, by, dismissed(reason));
  }

  async reopen(id: string, by: string): Promise<Case> {
    return this.#change(id, by, ({ state }) => {
      if (isClosed(state)) return { state: 'open', line: { did: 'reopened' } };
      throw new StockbusError('CASE_CLOSED', `'${id}' is ${state}: there is nothing to reopen`);
    });
  }

  /** What it is from now on, for whoever replays it; what was parked stays as it was. Throws CORRECTION_UNFIT. */
  async correct(id: string, by: string, edits: Edits): Promise<Case> {
    const { record } = await this.entry(id);
    return this.#change(id, by, (now) => {
      requireOpen(now);
      const { content, changes } = this.corrected({ record, case: now }, edits);
      if (changes.length === 0)
        throw new StockbusError('CORRECTION_UNFIT', 'nothing changes by it');
      const { state } = now;
      return { state, content, line: { did: 'corrected', changes } };
    });
  }

  /** As it would be with these edits; nothing of it is kept. Throws CORRECTION_UNFIT. */
  corrected(
    { record, case: one }: ParkedEntry,
    edits: Edits,
  ): { content: string; changes: FieldChange[] } {
    const { stage } = record;
    const found = correctedContent({ stage, content: one.content ?? record.content }, edits);
    this.#check(record, found.content);
    return found;
  }

  #check({ stage }: ParkedRecord, content: string): void {
    if (stage !== 'apply') return;
    const fault = this.#parts.checkCommand?.(JSON.parse(content) as Command);
    if (fault) throw new StockbusError('CORRECTION_UNFIT', fault.message, fault.at);
  }

  async #change(id: string, by: string, decide: Parameters<Cases['change']>[2]): Promise<Case> {
    const { cases, store } = this.#parts;
    const record = await store.parkedRecord(id);
    if (!record) throw new StockbusError('PARKED_UNKNOWN', `nothing is parked under '${id}'`);
    if (!cases) throw new StockbusError('INTERNAL', 'these books are open to be read only');
    return cases.change(subjectOf(record), by, decide);
  }
}

/** What was parked in one moment, as it stood in its payload. */
const asTheyCame = (one: KeptParked, other: KeptParked): number =>
  compare(one.parkedAt, other.parkedAt) ||
  compare(one.origin.intakeId, other.origin.intakeId) ||
  one.record - other.record;

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** A parked record as the subject of a case. */
export const subjectOf = (record: ParkedRecord): CaseSubject => ({
  id: record.id,
  of: 'parked',
  words: [...new Set([record.origin.flow, ...parkedWords(record)])],
});

function fits(
  record: ParkedRecord,
  { code, field, find }: { [Name in 'code' | 'field' | 'find']: string | undefined },
): boolean {
  const { faults } = record;
  if (code !== undefined && !faults.some((fault) => fault.code === code)) return false;
  if (field !== undefined && !faults.some(({ at }) => at?.field === field)) return false;
  return find === undefined || parkedWords(record).includes(wordKey(find));
}
