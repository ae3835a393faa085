/**
 * A store in memory, for properties that need thousands of books. It copies what it takes and gives,
 * as a disk would, and refuses what does not have the version expected. All lists are one page.
 */
import type { Closing, ClosingFilter, ClosingPart } from '../../core/closing.ts';
import {
  BEGINNING,
  type Commit,
  type CommitMaker,
  earlierOf,
  madeAfter,
  seenFrom,
} from '../../core/commit.ts';
import type {
  Balance,
  Checkpoint,
  CheckpointKey,
  CostLayer,
  InboxRecord,
  LedgerEntry,
  Location,
  OpenOrder,
  OutboxRecord,
  Period,
  Reservation,
  SkuHead,
} from '../../core/ledger.ts';
import { batchKey, isOutside, returnedTo } from '../../core/ledger.ts';
import { type LogLine, lineAfter, noLines } from '../../core/logLine.ts';
import { logOf } from '../../core/logOf.ts';
import {
  type BookedMessage,
  firstOfEach,
  type NamedMessage,
  type PackKey,
  type SkuBooks,
  type SkuPointer,
  type StoredPack,
} from '../../core/pack.ts';
import { entriesFrom, packState } from '../../core/packFrom.ts';
import type {
  Backlog,
  CommitResult,
  KeptLetter,
  KeptParked,
  LedgerFilter,
  Loaded,
  LoadRequest,
  LogFilter,
  Paged,
  ProducerRow,
  ReservationFilter,
  SeenNumbers,
  StockFilter,
  Store,
  ValuationRow,
} from '../../core/ports.ts';
import {
  type EventCursor,
  type EventGroup,
  numberedEvents,
  type RelayedEvents,
  requireNext,
} from '../../core/relayedEvents.ts';
import { booksOf, emptyBooks } from '../../core/skuBooks.ts';
import { MemoryHistory } from './MemoryHistory.ts';

const keyOf = (...parts: (string | number)[]): string => parts.join('\u0000');
const balanceKey = ({ sku, place, lot, status, owner }: Omit<Balance, 'onHand'> | Balance) =>
  keyOf(sku, place, lot, status, owner);
const byKey = <Row>(rows: Iterable<[string, Row]>): Row[] =>
  [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);

/** Rows hold plain values. */
const copies = <Row extends object>(rows: readonly Row[]): Row[] => rows.map((row) => ({ ...row }));

const isKnown = (
  { at, recordedAt }: LedgerEntry,
  { since = '', asOf, knownAt, recordedAfter = '' }: LedgerFilter,
): boolean =>
  at >= since &&
  recordedAt > recordedAfter &&
  (asOf === undefined || at <= asOf) &&
  (knownAt === undefined || recordedAt <= knownAt);

const isSameQueue =
  (one: SeenNumbers) =>
  (other: SeenNumbers): boolean =>
    one.producer === other.producer && one.partition === other.partition;

export class MemoryStore extends MemoryHistory implements Store {
  readonly commitBatches = 16;
  readonly answersAtOnce = true;
  /** By SKU, as they are kept: each reading makes them anew of their text. */
  readonly #packs = new Map<string, StoredPack[]>();
  readonly #messages: NamedMessage[] = [];
  readonly #inbox = new Map<string, InboxRecord>();
  readonly #batches = new Set<string>();
  readonly #reservations = new Map<string, Reservation>();
  readonly #orders = new Map<string, OpenOrder>();
  readonly #parked = new Map<string, KeptParked>();
  readonly #dead = new Map<string, KeptLetter>();
  readonly #locations = new Map<string, Location>();
  readonly #log = new Map<string, LogLine[]>();
  readonly #closings: Closing[] = [];
  readonly #closingParts: ClosingPart[] = [];
  #recordedAt = BEGINNING;
  readonly #seen: { recordedAt: string; from: string }[] = [];
  #checkpoints: Checkpoint[] = [];
  #outbox: OutboxRecord[] = [];
  readonly #events: (RelayedEvents & { relayedAt: string })[] = [];
  #period: Period = { version: 0, closedThrough: '', log: [] };

  open = async (): Promise<void> => undefined;
  ping = async (): Promise<void> => undefined;
  close = async (): Promise<void> => undefined;

  async load(request: LoadRequest): Promise<Loaded> {
    const orders = [...this.#orders.values()].filter(({ document }) =>
      request.openOrders.includes(document),
    );
    return {
      skus: request.skus.map((sku) => this.#books(sku)),
      reservations: request.reservations.flatMap((id) => this.#reservations.get(id) ?? []),
      openOrders: copies(orders),
      period: this.#period,
    };
  }

  /** By all of its packs, whether they stand alone or not. */
  #books(sku: string): SkuBooks {
    const packs = this.#packs.get(sku);
    if (!packs) return emptyBooks(sku);
    return booksOf(packs.slice(packs.findLastIndex(({ isBase }) => isBase)).map(packState));
  }

  get #skus(): string[] {
    return [...this.#packs.keys()].sort();
  }

  async inbox(keys: readonly { source: string; id: string }[]): Promise<InboxRecord[]> {
    return keys.flatMap(({ source, id }) => this.#inbox.get(keyOf(source, id)) ?? []);
  }

  async sources(): Promise<string[]> {
    const all = [...this.#inbox.values()].map(({ source }) => source);
    return [...new Set(all)].sort();
  }

  async appliedBatches(batches: Parameters<Store['appliedBatches']>[0]): Promise<Set<string>> {
    return new Set(batches.map(batchKey).filter((key) => this.#batches.has(key)));
  }

  readonly #producers = new Map<string, ProducerRow>();
  #numbers: SeenNumbers[] = [];

  async sayProducer(row: ProducerRow): Promise<void> {
    this.#producers.set(row.producer, { ...row });
  }

  async producers(): Promise<ProducerRow[]> {
    return [...this.#producers.values()];
  }

  async seenNumbers(partition?: number): Promise<SeenNumbers[]> {
    return copies(
      this.#numbers.filter((row) => partition === undefined || row.partition === partition),
    );
  }

  async changeSeen(seen: SeenNumbers): Promise<boolean> {
    if (!this.#follows(seen)) return false;
    this.#numbers = this.#numbers.filter((row) => !isSameQueue(row)(seen)).concat({ ...seen });
    return true;
  }

  async forgetProducer(producer: string): Promise<void> {
    this.#producers.delete(producer);
    this.#numbers = this.#numbers.filter((row) => row.producer !== producer);
  }

  #follows(seen: SeenNumbers): boolean {
    return (this.#numbers.find(isSameQueue(seen))?.version ?? 0) === seen.version - 1;
  }

  async commit(decided: Commit | CommitMaker): Promise<CommitResult> {
    const commit = madeAfter(decided, this.#recordedAt);
    const isTaken =
      firstOfEach(commit).some(({ sku, version }) => {
        return (this.#packs.get(sku)?.length ?? 0) !== version - 1;
      }) ||
      commit.inbox.some(({ source, id }) => this.#inbox.has(keyOf(source, id))) ||
      commit.reservations.some(({ reservation, expectedVersion }) => {
        return (this.#reservations.get(reservation.id)?.version ?? 0) !== expectedVersion;
      }) ||
      commit.periodVersion !== this.#period.version ||
      commit.recordedAt <= this.#recordedAt ||
      this.#seen.some(({ recordedAt, from }) => {
        return commit.look && recordedAt > commit.look.mark && from <= commit.look.until;
      });
    const { seen = [] } = commit;
    if (isTaken || !seen.every((row) => this.#follows(row))) return { outcome: 'conflict' };
    for (const row of seen) await this.changeSeen(row);
    this.#seen.push({ recordedAt: commit.recordedAt, from: seenFrom(commit) });
    this.#recordedAt = commit.recordedAt;
    this.#write(commit);
    return { outcome: 'committed' };
  }

  mark = async (): Promise<string> => this.#recordedAt;

  async finalUntil(until?: string): Promise<string> {
    return earlierOf(this.#recordedAt, until);
  }

  #write(commit: Commit): void {
    const documents = copies(commit.documents);
    for (const { sku, version, isBase, hash, body, firstSeq, entries } of commit.packs) {
      const packs = this.#packs.get(sku) ?? [];
      packs.push({
        ...{ sku, version, isBase, hash, body },
        ...{ firstSeq, committedAt: '' },
        firstAt: entries.map(({ at }) => at).sort()[0] ?? '',
        documentOf: (number) => documents[number],
        isFoundBy: (number) => documents[number] !== undefined,
        isFoundByPartner: () => true,
        isFoundByReference: () => true,
        isFoundByName: () => true,
      });
      this.#packs.set(sku, packs);
    }
    for (const { document, source, messageId, contenthash, skus } of documents) {
      this.#messages.push([document, source, messageId, contenthash, skus.length]);
    }
    for (const record of commit.inbox) this.#inbox.set(keyOf(record.source, record.id), record);
    for (const { origin, index, digest } of commit.tallies) {
      this.#batches.add(batchKey({ intakeId: origin.intakeId, index, digest }));
    }
    for (const { sku, at } of commit.staleCheckpoints) {
      this.#checkpoints = this.#checkpoints.filter((row) => row.sku !== sku || row.at <= at);
    }
    this.#checkpoints.push(...commit.checkpoints);
    for (const row of commit.locations) this.#locations.set(row.location, row);
    for (const { reservation } of commit.reservations) {
      this.#reservations.set(reservation.id, reservation);
    }
    for (const row of commit.openOrders) {
      if (row.quantity === 0n && row.changed === '')
        this.#orders.delete(keyOf(row.document, row.line));
      else this.#orders.set(keyOf(row.document, row.line), row);
    }
    for (const row of commit.parked)
      this.#parked.set(row.id, { ...row, parkedAt: commit.recordedAt });
    for (const said of logOf(commit)) {
      const key = keyOf(said.about, said.name);
      const lines = this.#log.get(key) ?? [];
      this.#log.set(key, [...lines, lineAfter(lines.at(-1) ?? noLines, said)]);
    }
    if (commit.period) this.#period = commit.period;
    this.#outbox.push(...commit.outbox);
  }

  async checkpoint(sku: string, at: string): Promise<Checkpoint | undefined> {
    const rows = this.#checkpoints.filter((row) => row.sku === sku && row.at <= at);
    rows.sort((one, other) => (one.at < other.at ? 1 : -1));
    return rows[0];
  }

  async entriesAfter(sku: string, seq: number, limit: number): Promise<LedgerEntry[]> {
    return this.entriesOf(sku).slice(seq, seq + limit);
  }

  async recosts(): Promise<Paged<SkuHead>> {
    const { rows } = await this.heads();
    return { rows: rows.filter(({ recost }) => recost !== undefined) };
  }

  async dueReservations(now: string, limit: number): Promise<string[]> {
    return [...this.#reservations.values()]
      .filter(({ state, expiresAt }) => state === 'pending' && expiresAt !== '' && expiresAt <= now)
      .sort((one, other) => (one.expiresAt < other.expiresAt ? -1 : 1))
      .slice(0, limit)
      .map(({ id }) => id);
  }

  async outbox(limit: number): Promise<OutboxRecord[]> {
    return this.#outbox.slice(0, limit);
  }

  async published(ids: readonly string[], relayedAt: string): Promise<void> {
    const { number = 1, count = 0 } = this.#events.at(-1) ?? {};
    const relayed = this.#outbox.filter(({ id }) => ids.includes(id));
    const events = numberedEvents(relayed, number + count);
    this.#events.push(...events.map((event) => ({ ...event, relayedAt })));
    this.#outbox = this.#outbox.filter((record) => !relayed.includes(record));
  }

  async eventGroups(): Promise<EventGroup[]> {
    const [first, last] = [this.#events[0], this.#events.at(-1)];
    if (!first || !last) return [];
    return [{ group: '00', first: first.number, last: last.number + last.count - 1 }];
  }

  async events({ group, after }: EventCursor, limit: number): Promise<RelayedEvents[]> {
    const later = this.#events.filter(({ number, count }) => number + count > after + 1);
    const found = later.slice(0, limit).map(({ relayedAt: _, ...event }) => event);
    return requireNext({ group, after }, found);
  }

  async forgetEvents(before: string, most: number): Promise<number> {
    const oldest = this.#events.slice(0, Math.min(most, this.#events.length - 1));
    const kept = oldest.findIndex(({ relayedAt }) => relayedAt >= before);
    return this.#events.splice(0, kept < 0 ? oldest.length : kept).length;
  }

  /** All entries of which both times have come, by (sku, seq). */
  #known(filter: LedgerFilter): LedgerEntry[] {
    return this.#skus
      .filter((sku) => filter.sku === undefined || sku === filter.sku)
      .flatMap((sku) => this.entriesOf(sku))
      .filter((entry) => isKnown(entry, filter));
  }

  async stock(filter: StockFilter): Promise<Paged<Balance>> {
    const { sku, place, asOf, knownAt } = filter;
    const fits = (row: Balance): boolean =>
      (sku === undefined || row.sku === sku) &&
      (place === undefined ? !isOutside(row.place) : row.place === place);
    if (asOf === undefined && knownAt === undefined) {
      return { rows: this.#skus.flatMap((of) => this.#books(of).balances).filter(fits) };
    }
    const rows = new Map<string, Balance>();
    for (const entry of this.#known(filter)) {
      const { quantity, status, toStatus = status, seq } = entry;
      if (quantity === 0n) continue;
      for (const [place, of, by] of [
        [entry.from, status, -quantity],
        [entry.to, toStatus, quantity],
      ] as const) {
        const { sku, lot, owner } = entry;
        const key = balanceKey({ sku, place, lot, status: of, owner } as Balance);
        const none = { onHand: 0n, reserved: 0n, expiresOn: '', since: '', version: 0 };
        const row = rows.get(key) ?? { sku, place, lot, status: of, owner, ...none };
        rows.set(key, { ...row, onHand: row.onHand + by, version: seq });
      }
    }
    return { rows: byKey(rows).filter((row) => fits(row) && row.onHand !== 0n) };
  }

  async ledger(filter: LedgerFilter): Promise<Paged<LedgerEntry>> {
    const { document, partner, reference, lot, returnsTo, place, kind } = filter;
    const rows = this.#known(filter)
      .filter((entry) => document === undefined || entry.document === document)
      .filter((entry) => partner === undefined || entry.partner === partner)
      .filter((entry) => reference === undefined || entry.reference === reference)
      .filter((entry) => lot === undefined || entry.lot === lot)
      .filter((entry) => returnsTo === undefined || returnedTo(entry) === returnsTo)
      .filter(({ from, to }) => place === undefined || from === place || to === place)
      .filter((entry) => kind === undefined || entry.kind === kind);
    return { rows: copies(rows) };
  }

  async valuation(filter: LedgerFilter): Promise<Paged<ValuationRow>> {
    const rows = new Map<string, ValuationRow>();
    for (const { sku, fromPool, toPool, quantity, value } of this.#known(filter)) {
      for (const [pool, sign] of [[fromPool, -1n] as const, [toPool, 1n] as const]) {
        if (pool === '') continue;
        const row = rows.get(keyOf(sku, pool)) ?? { sku, pool, quantity: 0n, value: 0n };
        row.quantity += sign * quantity;
        row.value += sign * value;
        rows.set(keyOf(sku, pool), row);
      }
    }
    return { rows: byKey(rows).filter(({ quantity, value }) => quantity !== 0n || value !== 0n) };
  }

  async reservations(filter: ReservationFilter): Promise<Paged<Reservation>> {
    const { sku, state, reference } = filter;
    const rows = byKey(this.#reservations)
      .filter((row) => reference === undefined || row.reference === reference)
      .filter((row) => state === undefined || row.state === state)
      .filter(({ lines }) => sku === undefined || lines.some((line) => line.sku === sku));
    return { rows };
  }

  async openOrders({ sku }: { sku?: string }): Promise<Paged<OpenOrder>> {
    const rows = byKey(this.#orders).filter(
      (row) => row.quantity > 0n && (sku === undefined || row.sku === sku),
    );
    return { rows };
  }

  async period(): Promise<Period> {
    return this.#period;
  }

  intake = async (): Promise<undefined> => undefined;

  async parked(): Promise<Paged<KeptParked>> {
    return { rows: [...this.#parked.values()] };
  }

  async backlog(): Promise<Backlog> {
    const byFlow = Map.groupBy(this.#parked.values(), ({ origin }) => origin.flow);
    const parked = [...byFlow].map(([flow, own]) => {
      return { flow, records: own.length, since: own[0]!.parkedAt };
    });
    return { parked, dead: this.#dead.size, outbox: this.#outbox.length };
  }

  async forgetParked(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#parked.delete(id);
  }

  async keepDead(letters: readonly KeptLetter[]): Promise<void> {
    for (const one of letters) if (!this.#dead.has(one.id)) this.#dead.set(one.id, one);
  }

  async forgetDead(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#dead.delete(id);
  }

  async deadLetters(): Promise<Paged<KeptLetter>> {
    return { rows: byKey(this.#dead) };
  }

  async deadLetter(id: string): Promise<KeptLetter | undefined> {
    return this.#dead.get(id);
  }

  async parkedRecord(id: string): Promise<KeptParked | undefined> {
    return this.#parked.get(id);
  }

  async locations(): Promise<Paged<Location>> {
    return { rows: byKey(this.#locations) };
  }

  async log({ about, name }: LogFilter): Promise<Paged<LogLine>> {
    const all = byKey(this.#log).flat();
    const rows = all.filter((line) => about === undefined || line.about === about);
    return { rows: rows.filter((line) => name === undefined || line.name === name) };
  }

  async location(code: string): Promise<Location | undefined> {
    return this.#locations.get(code);
  }

  async heads(): Promise<Paged<SkuHead>> {
    return { rows: this.#skus.map((sku) => this.#books(sku).head) };
  }

  async checkpoints(): Promise<Paged<CheckpointKey>> {
    const keys = this.#checkpoints.map(({ sku, at, seq }): [string, CheckpointKey] => [
      keyOf(sku, at, `${seq}`.padStart(9, '0')),
      { sku, at, seq },
    ]);
    return { rows: byKey(keys) };
  }

  async layers(): Promise<Paged<CostLayer>> {
    return { rows: this.#skus.flatMap((sku) => this.#books(sku).layers) };
  }

  async *packs(skus: readonly string[]): AsyncIterable<readonly StoredPack[]> {
    for (const sku of skus) yield this.#packs.get(sku) ?? [];
  }

  async *packTexts(after: ReadonlyMap<string, number>): AsyncIterable<StoredPack> {
    for (const [sku, version] of after) yield* this.#packs.get(sku)?.slice(version) ?? [];
  }

  async packsByKey(keys: readonly PackKey[]): Promise<StoredPack[]> {
    return keys.flatMap(([sku, version]) => this.#packs.get(sku)?.[version - 1] ?? []);
  }

  async pointers({ sku }: { sku?: string }): Promise<Paged<SkuPointer>> {
    const { rows } = await this.heads();
    const heads = rows.filter((head) => sku === undefined || head.sku === sku);
    const pointers = heads.map(({ sku: of, version, recost }) => {
      const places = [
        ...this.#known({ sku: of }).flatMap(({ from, to }) => [from, to]),
        ...this.#books(of).balances.map(({ place }) => place),
      ];
      return { sku: of, version, recosts: recost !== undefined, places };
    });
    return { rows: pointers };
  }

  async *messages(): AsyncIterable<readonly NamedMessage[]> {
    yield this.#messages;
  }

  async *bookedMessages(): AsyncIterable<readonly BookedMessage[]> {
    yield [...this.#inbox.values()].map((one) => {
      return [one.source, one.id, one.contenthash, one.recordedAt];
    });
  }

  lostSkus = async (): Promise<string[]> => [];

  /** No test that runs over it searches. */
  names = async (): Promise<string[]> => [];

  async closings(): Promise<Closing[]> {
    return this.#closings;
  }

  async closingParts({ kind, closings, month, skus }: ClosingFilter): Promise<ClosingPart[]> {
    return closings.flatMap((id) =>
      this.#closingParts.filter(
        (part) =>
          part.closing === id &&
          part.kind === kind &&
          part.month >= month.from &&
          part.month <= month.through &&
          (!skus || (part.lastSku >= skus.first && part.firstSku <= skus.last)),
      ),
    );
  }

  async addClosingParts(parts: readonly ClosingPart[]): Promise<void> {
    this.#closingParts.push(...parts);
  }

  async completeClosing(closing: Closing): Promise<boolean> {
    if (this.#closings.some(({ before }) => before === closing.before)) return false;
    this.#closings.push(closing);
    return true;
  }

  entriesOf(sku: string): LedgerEntry[] {
    return (this.#packs.get(sku) ?? []).flatMap(entriesFrom);
  }
}
