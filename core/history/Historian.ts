/**
 * Tells what became of a document, of what documents refer to, a SKU, a lot, a partner, an order, a message, a file or a payload, from what the store knows: payloads
 * and their tallies, parked records, the ledger, numbered events, and calls of subscribers.
 */
import type { InboxRecord, LedgerEntry } from '../ledger.ts';
import { limits } from '../limits.ts';
import type { IntakeReport, Origin } from '../message.ts';
import { type Case, casesOf } from '../parked/Cases.ts';
import type { AcceptedPayload, Books, KeptParked, Page, Paged } from '../ports.ts';
import { eventIds } from '../relayedEvents.ts';
import { isSettled, type KeyOfRead } from '../reports/settledParked.ts';
import { timeOfId } from '../runtime.ts';
import { wordKey } from '../searchWords.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { tupleKey } from '../tupleKey.ts';
import { tellUndelivered, tellUnhandled, tellUnrelayed } from './openWaits.ts';
import { originsOf } from './originsOf.ts';
import { type Relayed, RelayedFinder } from './RelayedFinder.ts';
import { StoryWriter } from './StoryWriter.ts';
import { type Story, StoryLines } from './story.ts';

export interface HistorianParts {
  store: Books;
  policy: StockPolicy;
  /** As `isSettled` has it; left out: of what intake parked it is not told whether it was booked since. */
  keyOf?: KeyOfRead;
}

interface KnownPayload {
  accepted: AcceptedPayload | undefined;
  report: IntakeReport | undefined;
}

export class Historian {
  readonly #store: Books;
  readonly #parts: HistorianParts;
  readonly #key: string;
  readonly #found = new Set<string>();
  readonly #lines = new StoryLines();
  readonly #write: StoryWriter;
  readonly #relayed: RelayedFinder;
  /** Intakes, messages and brokers' messages that were followed. */
  readonly #followed = new Set<string>();
  readonly #payloadsAsked = new Map<string, Promise<KnownPayload>>();
  /** By source and id, those that were looked up. */
  readonly #booked = new Map<string, InboxRecord>();
  /** Entries of which subscribers are to be told, and were not as far as is known. */
  readonly #untold: LedgerEntry[] = [];

  constructor(parts: HistorianParts, key: string) {
    this.#parts = parts;
    this.#store = parts.store;
    this.#key = key;
    this.#write = new StoryWriter(this.#lines, parts.policy);
    this.#relayed = new RelayedFinder(parts.store);
  }

  async tell(): Promise<Story> {
    await this.#payloads();
    await this.#messages();
    await this.#entries();
    await this.#logs();
    await this.#parked();
    await this.#dead(this.#key);
    await this.#waiting();
    await tellUndelivered(this.#store, this.#lines);
    await tellUnrelayed(this.#store, this.#lines, this.#untold);
    const lines = this.#lines.list();
    const origins = await originsOf(lines, this.#booked, (id) => this.#originOf(id));
    const { isCut } = this.#lines;
    return { key: this.#key, found: [...this.#found], lines, origins, isCut };
  }

  // --- what the key may be ------------------------------------------------------------------------

  async #payloads(): Promise<void> {
    const id = this.#key;
    if (await this.#payload(id)) {
      this.#found.add('payload');
      await this.#bookedOf(id);
    }
    const named = await this.#store.accepted({ name: id }, limits.storyRows);
    for (const { intakeId } of named) {
      this.#found.add('file');
      await this.#payload(intakeId);
      await this.#bookedOf(intakeId);
    }
  }

  async #messages(): Promise<void> {
    const sources = await this.#store.sources();
    const keys = sources.map((source) => ({ source, id: this.#key }));
    const booked = keys.length === 0 ? [] : await this.#store.inbox(keys);
    for (const record of booked) {
      this.#found.add('message');
      this.#booked.set(tupleKey(record.source, record.id), record);
      this.#write.message(record);
      await this.#payload(record.intakeId);
      await this.#entriesOfMessage(record.source, record.id);
    }
  }

  /** By the number of its document, which most keys begin with. */
  async #entriesOfMessage(source: string, id: string): Promise<void> {
    const parts = id.split('/');
    const numbers = parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
    for (const document of numbers) {
      const entries = await this.#some((page) => this.#store.ledger({ document }, page));
      const own = entries.filter((entry) => entry.source === source && entry.messageId === id);
      if (own.length === 0) continue;
      await this.#follow(own);
      return;
    }
  }

  async #entries(): Promise<void> {
    const key = this.#key;
    const lists = [
      ['document', { document: key }],
      ['reference', { reference: key }],
      ['lot', { lot: key }],
      ['partner', { partner: key }],
    ] as const;
    for (const [what, filter] of lists) {
      const entries = await this.#some((page) => this.#store.ledger(filter, page));
      if (entries.length > 0) this.#found.add(what);
      await this.#follow(entries);
    }
    const { skus } = await this.#store.load({ skus: [key], reservations: [], openOrders: [] });
    const { version, seq } = skus[0]!.head;
    if (version === 0) return;
    this.#found.add('SKU');
    const from = Math.max(0, seq - limits.storyRows);
    if (from > 0) this.#lines.isCut = true;
    await this.#follow(await this.#store.entriesAfter(key, from, limits.storyRows));
  }

  /** Orders and reservations have a log each. */
  async #logs(): Promise<void> {
    const reference = this.#key;
    for (const about of ['order', 'reservation'] as const) {
      if (await this.#logOf(about, this.#key)) this.#found.add(about);
    }
    for (const { id } of await this.#some((page) =>
      this.#store.reservations({ reference }, page),
    )) {
      this.#found.add('reference');
      if (id !== reference) await this.#logOf('reservation', id);
    }
  }

  /** True where it has one. */
  async #logOf(about: 'order' | 'reservation', name: string): Promise<boolean> {
    const lines = await this.#some((page) => this.#store.log({ about, name }, page));
    for (const line of lines) {
      const messages = this.#write.logged(line);
      for (const [source, id] of messages) await this.#payloadOfMessage(source, id);
    }
    const [first] = lines;
    if (about === 'reservation' && first) await this.#toldOfReservation(name, first.body);
    return first !== undefined;
  }

  async #toldOfReservation(name: string, body: string): Promise<void> {
    const { recordedAt } = JSON.parse(body) as { recordedAt: string };
    const start = `reservation/${name}#`;
    for await (const relayed of this.#relayed.between(recordedAt, AFTER_ALL)) {
      if (relayed.topic !== 'reservation.changed.v1') continue;
      const isTold = eventIds(relayed).some((id) => id.startsWith(start));
      if (isTold) await this.#calls(relayed.id);
    }
  }

  async #parked(): Promise<void> {
    const own = await this.#store.parkedRecord(this.#key);
    if (own) this.#found.add('parked record');
    if (own) await this.#parkedRecord(own);
    const isNamed = namedIn(this.#key);
    const names = ({ messageId, origin, content }: KeptParked): boolean =>
      [messageId, origin.name, origin.intakeId].includes(this.#key) || isNamed(content);
    await this.#look(
      (page) => this.#store.parked({ word: wordKey(this.#key) }, page),
      async (record) => {
        if (names(record)) await this.#parkedRecord(record);
      },
    );
  }

  async #waiting(): Promise<void> {
    const isNamed = namedIn(this.#key);
    await this.#look(
      (page) => this.#store.staged({}, page),
      async (row) => {
        if (row.waiting > 0 && isNamed(row.key)) this.#write.waits(row);
      },
    );
  }

  // --- following it -------------------------------------------------------------------------------

  /** Asked once. */
  #known(intakeId: string): Promise<KnownPayload> {
    const asked = this.#payloadsAsked.get(intakeId) ?? this.#ask(intakeId);
    this.#payloadsAsked.set(intakeId, asked);
    return asked;
  }

  async #ask(intakeId: string): Promise<KnownPayload> {
    const [[accepted], report] = await Promise.all([
      this.#store.accepted({ intakeId }, 1),
      this.#store.intake(intakeId),
    ]);
    return { accepted, report };
  }

  async #originOf(intakeId: string): Promise<Origin | undefined> {
    const { accepted, report } = await this.#known(intakeId);
    return accepted ?? report?.origin;
  }

  /** True where such a payload is known. */
  async #payload(intakeId: string): Promise<boolean> {
    const { accepted, report } = await this.#known(intakeId);
    if (!accepted && !report) return false;
    if (!this.#isNew('payload', intakeId)) return true;
    this.#write.payload(accepted, report, timeOfId(intakeId));
    // What a flow handed on goes to its sinks under the id of the intake.
    await this.#calls(intakeId);
    await this.#snapshots(intakeId);
    return true;
  }

  /** Of a payload that was asked for all, of another those that name the key. */
  async #snapshots(intakeId: string): Promise<void> {
    const found = await this.#store.snapshots({ intakeId }, limits.storySnapshots);
    const isNamed = namedIn(this.#key);
    for (const one of found) {
      const isAsked = [one.intakeId, one.name].includes(this.#key) || isNamed(one.body);
      if (isAsked) this.#write.snapshot(one);
    }
  }

  async #payloadOfMessage(source: string, id: string): Promise<void> {
    if (!this.#isNew('message', source, id)) return;
    const [booked] = await this.#store.inbox([{ source, id }]);
    if (!booked) return;
    this.#booked.set(tupleKey(source, id), booked);
    await this.#payload(booked.intakeId);
  }

  /** What was booked of a payload: of its commits what subscribers were told, as long as that is kept. */
  async #bookedOf(intakeId: string): Promise<void> {
    const { report } = await this.#known(intakeId);
    if (!report) return;
    let looked = 0;
    for await (const { moved } of this.#relayed.between(report.firstAt, report.lastAt)) {
      const ranges = moved?.moved ?? [];
      for (const [sku, , from, to] of ranges) {
        looked += 1;
        const entries = await this.#store.entriesAfter(sku, from - 1, to - from + 1);
        await this.#follow(await this.#bookedBy(entries, intakeId));
        if (this.#write.entries >= limits.storyRows || looked >= limits.storyRanges) {
          this.#lines.isCut = true;
          return;
        }
      }
    }
  }

  /** Those of a payload. */
  async #bookedBy(entries: readonly LedgerEntry[], intakeId: string): Promise<LedgerEntry[]> {
    const keys = entries.map(({ source, messageId: id }) => ({ source, id }));
    const booked = keys.length === 0 ? [] : await this.#store.inbox(keys);
    const own = booked.filter((record) => record.intakeId === intakeId);
    const ids = new Set(own.map(({ source, id }) => tupleKey(source, id)));
    return entries.filter(({ source, messageId }) => ids.has(tupleKey(source, messageId)));
  }

  async #follow(entries: readonly LedgerEntry[]): Promise<void> {
    const fresh = entries.filter(({ sku, seq }) => this.#isNew('entry', sku, seq));
    for (const entry of fresh) {
      this.#write.entry(entry);
      await this.#payloadOfMessage(entry.source, entry.messageId);
    }
    for (const [, some] of Map.groupBy(fresh, ({ recordedAt }) => recordedAt)) {
      const untold = new Set(some.filter(({ fromAfter, toAfter }) => fromAfter ?? toAfter));
      for (const [relayed, told] of await this.#relayed.of(some)) {
        await this.#told(relayed, told);
        for (const entry of told) untold.delete(entry);
      }
      this.#untold.push(...untold);
    }
  }

  async #told(relayed: Relayed, entries: readonly LedgerEntry[]): Promise<void> {
    this.#write.published(relayed, entries);
    await this.#calls(relayed.id);
  }

  async #calls(message: string): Promise<void> {
    if (!this.#isNew('calls', message)) return;
    const calls = await this.#store.deliveries(message, limits.storyRows);
    for (const call of calls) this.#write.call(call);
    const failed = calls.filter(({ code }) => code !== '').length;
    if (Math.max(failed, calls.length - failed) === limits.storyRows) this.#lines.isCut = true;
    await this.#dead(message);
  }

  /** Dead letters that a word finds. */
  async #dead(word: string): Promise<void> {
    const found = await this.#some((page) => this.#store.deadLetters({ word }, page));
    for (const letter of found) {
      if (!this.#isNew('dead', letter.id)) continue;
      this.#write.dead(letter);
      await this.#handled(letter.id, 'dead', letter.deadAt);
      await this.#calls(letter.messageId);
    }
  }

  /** `isDone`: it waits for nobody, whatever its case says. */
  async #handled(id: string, of: Case['of'], at: string, isDone = false): Promise<void> {
    const one = (await casesOf(this.#store, [id])).get(id);
    if (one) this.#write.handled(one);
    if (!isDone) tellUnhandled(this.#lines, { id, of, at }, one);
  }

  async #parkedRecord(record: KeptParked): Promise<void> {
    if (!this.#isNew('parked', record.id)) return;
    const { intakeId } = record.origin;
    await this.#payload(intakeId);
    const { store, keyOf } = this.#parts;
    const isDone = await isSettled(store, record, keyOf);
    this.#write.parked(record, isDone);
    await this.#handled(record.id, 'parked', record.parkedAt, isDone);
    const of = { intakeId, record: record.record };
    for (const one of await store.snapshots(of, limits.storyRows)) this.#write.snapshot(one);
  }

  // ------------------------------------------------------------------------------------------------

  /** True the first time. */
  #isNew(kind: string, ...parts: (string | number)[]): boolean {
    const key = tupleKey(kind, ...parts);
    const isNew = !this.#followed.has(key);
    this.#followed.add(key);
    return isNew;
  }

  async #some<Row>(list: (page: Page) => Promise<Paged<Row>>): Promise<Row[]> {
    const { rows, next } = await list({ limit: limits.storyRows });
    if (next !== undefined) this.#lines.isCut = true;
    return rows;
  }

  /** Looks through a list that nothing finds by the key, as far as that goes. */
  async #look<Row>(
    list: (page: Page) => Promise<Paged<Row>>,
    use: (row: Row) => Promise<void>,
  ): Promise<void> {
    let after: string | undefined;
    for (let looked = 0; looked < limits.storyLooked; looked += limits.pageRows) {
      const page = { limit: limits.pageRows, ...(after === undefined ? {} : { after }) };
      const { rows, next } = await list(page);
      for (const row of rows) await use(row);
      if (next === undefined) return;
      after = next;
    }
    this.#lines.isCut = true;
  }
}

const AFTER_ALL = '~';

/** Whether a text, or JSON text, has the key as a whole: not as a part of a longer one. */
function namedIn(key: string): (text: string) => boolean {
  const inside = JSON.stringify(key).slice(1, -1);
  const isPart = (character: string | undefined): boolean =>
    character !== undefined && /[\p{L}\p{N}_-]/u.test(character);
  return (text) => {
    for (let at = text.indexOf(inside); at >= 0; at = text.indexOf(inside, at + 1)) {
      if (!isPart(text[at - 1]) && !isPart(text[at + inside.length])) return true;
    }
    return false;
  };
}
