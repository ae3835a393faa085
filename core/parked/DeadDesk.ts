/** What a person sees of dead letters, and does about them. */
import { labelOfQueue, queuesOf } from '../deliver/sinkQueue.ts';
import { faultOf, StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import { pagesOf } from '../pagesOf.ts';
import type { Books, Broker, DeadFilter, DeadRecord, KeptLetter, Page, Paged } from '../ports.ts';
import { wordKey } from '../searchWords.ts';
import {
  type AskedState,
  assigned,
  type Case,
  type CaseChange,
  type CaseSubject,
  type Cases,
  casesOf,
  dismissed,
  isInState,
  requireOpen,
  untouched,
} from './Cases.ts';
import { CauseGroups, type GroupFacts } from './CauseGroups.ts';

export interface DeadQuery extends Omit<DeadFilter, 'queues' | 'word'> {
  /** Label of a sink (`FLOW` or `FLOW.NAME`), or name of a queue. */
  to?: string;
  find?: string;
  state?: AskedState;
}

export interface DeadEntry {
  letter: DeadRecord;
  /** Whose it was, as people name it. */
  to: string;
  case: Case;
}

/** Who did not take it, and why. */
export type DeadCause = Record<'to' | 'code', string>;
export type DeadGroup = DeadCause & GroupFacts;

export interface DeadDeskParts {
  store: Books;
  /** Who only reads has neither. */
  cases?: Cases;
  broker?: Pick<Broker, 'publish'>;
  /** Those that somebody takes from. */
  queues?(): readonly string[];
}

export class DeadDesk {
  readonly #parts: DeadDeskParts;

  constructor(parts: DeadDeskParts) {
    this.#parts = parts;
  }

  /** As `ParkedDesk.page`: it may have fewer rows than asked for, and go on. */
  async page(query: DeadQuery, page: Page): Promise<Paged<DeadEntry>> {
    const { to, find, state, ...filter } = query;
    const { store } = this.#parts;
    const asked: DeadFilter = {
      ...filter,
      ...(find === undefined ? {} : { word: wordKey(find) }),
      ...(to === undefined ? {} : { queues: queuesOf(to) }),
    };
    const { rows, ...rest } = await store.deadLetters(asked, page);
    const entries = await this.#entries(rows);
    return { rows: entries.filter((one) => isInState(one.case, state)), ...rest };
  }

  pages(query: DeadQuery): AsyncGenerator<DeadEntry[]> {
    return pagesOf((page) => this.page(query, page));
  }

  /** Of all that fit. */
  async *ids(query: DeadQuery): AsyncGenerator<string[]> {
    for await (const entries of this.pages(query)) yield entries.map(({ letter }) => letter.id);
  }

  /** By how many there are, most first. */
  async groups(query: DeadQuery): Promise<DeadGroup[]> {
    const groups = new CauseGroups<DeadCause>();
    for await (const entries of this.pages({ state: 'waiting', ...query }))
      for (const { to, letter } of entries)
        groups.add({ to, code: letter.code }, letter.reason, letter.deadAt);
    return groups.list();
  }

  /** Throws DEAD_UNKNOWN. */
  async entry(id: string): Promise<DeadEntry & { letter: KeptLetter }> {
    const letter = await this.#letter(id);
    const [entry] = await this.#entries([letter]);
    return { ...entry!, letter };
  }

  /**
   * To the queue that it was in, and to no other, under the id that it had, by which whoever gets it knows it again. Throws
   * CASE_CLOSED, DEAD_QUEUE_GONE.
   */
  async replay(id: string, by: string): Promise<Case> {
    const { broker, queues } = this.#parts;
    const letter = await this.#letter(id);
    const { queue, messageId, contentType, body } = letter;
    if (!queues?.().includes(queue)) {
      const message = `nobody takes from '${labelOfQueue(queue)}' any more`;
      throw new StockbusError('DEAD_QUEUE_GONE', message);
    }
    const subject = subjectOfLetter(letter);
    await this.#cases.change(subject, by, (now, at) => {
      // One that was cut short is sent once more, as any event may be.
      if (!isCutShort(now, at)) requireOpen(now);
      return { state: 'replaying', line: { did: 'replayed' } };
    });
    try {
      await broker!.publish([{ id: messageId, to: { queue }, contentType, body }]);
    } catch (error) {
      const { code, message } = faultOf(error);
      const line = { did: 'reopened', reason: `${code} ${message}` } as const;
      await this.#cases.change(subject, by, onItsWay({ state: 'open', line }));
      throw error;
    }
    return this.#cases.change(subject, by, onItsWay({ state: 'replayed' }));
  }

  async dismiss(id: string, by: string, reason: string): Promise<Case> {
    const subject = subjectOfLetter(await this.#letter(id));
    return this.#cases.change(subject, by, dismissed(reason));
  }

  async assign(id: string, by: string, to: string): Promise<Case> {
    const subject = subjectOfLetter(await this.#letter(id));
    return this.#cases.change(subject, by, assigned(to));
  }

  get #cases(): Cases {
    const { cases } = this.#parts;
    if (!cases) throw new StockbusError('INTERNAL', 'these books are open to be read only');
    return cases;
  }

  async #letter(id: string): Promise<KeptLetter> {
    const letter = await this.#parts.store.deadLetter(id);
    if (!letter) throw new StockbusError('DEAD_UNKNOWN', `there is no dead letter '${id}'`);
    return letter;
  }

  async #entries(letters: readonly DeadRecord[]): Promise<DeadEntry[]> {
    const ids = letters.map(({ id }) => id);
    const known = await casesOf(this.#parts.store, ids);
    return letters.map((letter) => ({
      letter,
      to: labelOfQueue(letter.queue),
      case: known.get(letter.id) ?? untouched(letter.id, 'dead'),
    }));
  }
}

/** So long after it was begun nobody is at it any more. */
const isCutShort = ({ state, since }: Case, at: string): boolean =>
  state === 'replaying' && Date.parse(at) - Date.parse(since) >= limits.caseResumeMs;

/** Where it is not on its way any more, somebody else has brought it to its end. */
const onItsWay =
  (change: CaseChange) =>
  ({ state }: Case): CaseChange | undefined =>
    state === 'replaying' ? change : undefined;

const subjectOfLetter = ({ id, queue, words }: DeadRecord): CaseSubject => ({
  ...{ id, of: 'dead', words: [labelOfQueue(queue), ...words] },
});
