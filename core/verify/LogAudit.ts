import { isStockbusError } from '../errors.ts';
import type { Location, OpenOrder, Reservation } from '../ledger.ts';
import { type LogLine, type LogSubject, logSubjects } from '../logLine.ts';
import { booksName, plainValue } from '../logOf.ts';
import { compareUtf8 } from '../order.ts';
import { pagesOf } from '../pagesOf.ts';
import type { Books } from '../ports.ts';
import { rowsOf } from '../rowsOf.ts';
import type { Difference } from '../stock/verify/Differences.ts';
import { LedgerDigest } from './LedgerDigest.ts';
import { keyOfLine, LogFold, type LoggedState, stateDifferences } from './LogFold.ts';
import { SkuCursor, smallest } from './SkuCursor.ts';

type LogStore = Pick<Books, 'log' | 'load' | 'location' | 'locations'> &
  Pick<Books, 'openOrders' | 'period' | 'reservations'>;

/** A line of a log, or what is kept of that of which it is, by its name. */
interface Named<Row> {
  sku: string;
  row: Row;
}

/** Times that what changes while it is read is read again. */
const MAX_READINGS = 20;
/** Names before others have their turn. */
const NAMES_A_TURN = 256;

/**
 * Reservations, the period, open orders and places against their logs, and these line by line: what was changed in
 * one alone is told here, what was changed in both by the digest. What seems wrong is read again by itself, because
 * something may have been booked in between.
 */
export class LogAudit {
  /** Over the last line of each log, as the digest of the ledger is over packs. */
  readonly digest = new LedgerDigest();
  /** When the last line was recorded that counts for it. */
  recordedAt = '';
  readonly #store: LogStore;
  readonly #knownAt: string;

  constructor(store: LogStore, knownAt: string) {
    this.#store = store;
    this.#knownAt = knownAt;
  }

  async *compare(): AsyncIterable<Difference[]> {
    for (const about of logSubjects) yield* this.#compare(about);
  }

  async *#compare(about: LogSubject): AsyncIterable<Difference[]> {
    const lines = new SkuCursor(linesOf(this.#store, about));
    const states = new SkuCursor(statesOf(this.#store, about));
    for (let count = 1; ; count += 1) {
      await lines.fill();
      await states.fill();
      const name = smallest([lines.sku, states.sku]);
      if (name === undefined) return;
      const fold = new LogFold(this.#knownAt);
      let kept: LoggedState | undefined;
      await lines.each(name, ({ row }) => fold.add(row));
      await states.each(name, ({ row }) => {
        kept = row;
      });
      this.#count(about, name, fold);
      if (differencesOf(fold, kept).length > 0) yield await this.#again(about, name, fold);
      // A store that answers at once would let nobody else be heard.
      if (count % NAMES_A_TURN === 0) await new Promise(setImmediate);
    }
  }

  #count(about: LogSubject, name: string, { known, recordedAt }: LogFold): void {
    if (known.version === 0) return;
    this.digest.addLog({ about, name, ...known });
    if (recordedAt > this.recordedAt) this.recordedAt = recordedAt;
  }

  /** Until two readings one after the other end with the same line. */
  async #again(about: LogSubject, name: string, first: LogFold): Promise<Difference[]> {
    let { version } = first.last;
    for (let reading = 1; ; reading += 1) {
      const fold = new LogFold('');
      for await (const line of rowsOf((page) => this.#store.log({ about, name }, page))) {
        fold.add(line);
      }
      const found = differencesOf(fold, await stateOf(this.#store, about, name));
      const isLast = fold.last.version === version || reading === MAX_READINGS;
      if (found.length === 0 || isLast) {
        return found.map((what) => ({
          sku: '(all)',
          ...told(about, `${nameIn[about](name)} ${what}`),
        }));
      }
      version = fold.last.version;
    }
  }
}

const told = (about: LogSubject, message: string): Pick<Difference, 'check' | 'message'> => ({
  check: about === 'messages' ? 'inbox' : about,
  message,
});

const nameIn: Readonly<Record<LogSubject, (name: string) => string>> = {
  messages: (name) => `the list of messages ${name}`,
  order: (name) => `order ${name}`,
  period: () => 'the period',
  place: (name) => `place ${name}`,
  reservation: (name) => name,
};

function differencesOf({ wrong, last, state }: LogFold, kept: LoggedState | undefined): string[] {
  if (last.version === 0) return ['is there, and has no log'];
  if (state && !kept) return [...wrong, 'is not there, its log says what it is'];
  return [...wrong, ...stateDifferences(kept, state)];
}

async function* linesOf(store: LogStore, about: LogSubject): AsyncIterable<Named<LogLine>[]> {
  for await (const lines of pagesOf((page) => store.log({ about }, page))) {
    yield lines.map((row) => ({ sku: row.name, row }));
  }
}

/** What is kept, in the order of its names. */
async function* statesOf(store: LogStore, about: LogSubject): AsyncIterable<Named<LoggedState>[]> {
  if (about === 'period') {
    const row = await stateOf(store, about, booksName);
    if (row) yield [{ sku: booksName, row }];
  } else if (about === 'place') {
    for await (const rows of pagesOf((page) => store.locations(page))) {
      yield rows.map((row) => ({ sku: row.location, row: stateOfPlace(row) }));
    }
  } else if (about === 'reservation') {
    for await (const rows of pagesOf((page) => store.reservations({}, page))) {
      yield rows.map((row) => ({ sku: row.id, row: stateOfReservation(row) }));
    }
  } else if (about === 'order') {
    // They are listed by SKU, and only what is still open.
    const open: OpenOrder[] = [];
    for await (const row of rowsOf((page) => store.openOrders({}, page))) open.push(row);
    const byDocument = [...Map.groupBy(open, ({ document }) => document)];
    byDocument.sort(([one], [other]) => compareUtf8(one, other));
    for (const [sku, rows] of byDocument) yield [{ sku, row: stateOfOrder(rows) }];
  }
}

/** Of one name; undefined where it is not there. */
async function stateOf(
  store: LogStore,
  about: LogSubject,
  name: string,
): Promise<LoggedState | undefined> {
  if (about === 'messages') return undefined;
  if (about === 'period') {
    const period = await store.period().catch((error: unknown) => {
      // That it cannot be read is told with the period.
      if (isStockbusError(error) && error.code !== 'STORE_CORRUPT') throw error;
    });
    if (!period || (period.closedThrough === '' && period.log.length === 0)) return undefined;
    const { version: _, ...row } = period;
    return plain(row);
  }
  if (about === 'place') {
    const found = await store.location(name);
    return found && stateOfPlace(found);
  }
  const asked = { skus: [], reservations: [], openOrders: [] };
  if (about === 'order') {
    const { openOrders } = await store.load({ ...asked, openOrders: [name] });
    const open = openOrders.filter(({ quantity }) => quantity > 0n);
    return open.length === 0 ? undefined : stateOfOrder(open);
  }
  const { reservations } = await store.load({ ...asked, reservations: [name] });
  const [found] = reservations;
  return found && stateOfReservation(found);
}

const stateOfPlace = ({ location: _, ...row }: Location): LoggedState => plain(row);

const stateOfReservation = ({ id: _, ...row }: Reservation): LoggedState => plain(row);

const stateOfOrder = (rows: readonly OpenOrder[]): LoggedState =>
  Object.fromEntries(rows.map(({ document: _, line, ...row }) => [keyOfLine(line), plain(row)]));

/** As it is in a log: text for text, and of integers their digits. */
const plain = (row: object): LoggedState => JSON.parse(JSON.stringify(row, plainValue));
