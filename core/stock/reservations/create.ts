import type { Micro } from '../../decimal.ts';
import { type Reservation, type ReservationLine, transitPool } from '../../ledger.ts';
import type { ReservationCreate } from '../../message.ts';
import { forEachLine, onLine } from '../documents/onLine.ts';
import { refuseReserved } from '../documents/refuseReserved.ts';
import { refusal } from '../refusal.ts';
import { answering, shortageOf } from './answer.ts';
import { promisable } from './available.ts';
import type { Shortage } from './contract.ts';
import { asOfNow, expireDue, isDue } from './release.ts';
import type { ReservationBooks, ReservationRule } from './reservationBooks.ts';

/** Holds all lines or none; the id is taken either way. */
export const createReservation: ReservationRule<ReservationCreate> = (books, data) => {
  const tell = answering(books, 'create', books.cause);
  const known = asOfNow(books, data.reservation);
  if (known?.state === 'failed') return tell(known, 'already_failed');
  const { reservation: id, partner = '', reference = '' } = data;
  const asked: Reservation = {
    ...{ id, version: 0, state: 'pending', at: new Date(data.at).toISOString() },
    expiresAt: expiryOf(data, known?.log[0]?.recordedAt ?? books.time),
    ...{ partner, reference, lines: readLines(books, data.lines), log: [] },
  };
  if (known) {
    const differs = difference(known, asked);
    return tell(known, differs ? `exists_with_different_${differs}` : 'exists');
  }
  // It was under way for too long: it would hold nothing.
  if (isDue(asked, books.time)) return tell(asked, 'expired', { state: 'expired' });
  const changes = asked.lines.map((line, index) => ({ line, by: line.quantity, index }));
  const shortage = holdInTime(books, changes);
  if (!shortage) return tell(asked, 'created');
  return tell(asked, 'insufficient', { state: 'failed' }, { shortage });
};

/** Texts of time compare like the times they stand for up to this one. */
const LATEST = '9999-12-31T23:59:59.999Z';

export function expiryOf(
  { expiresAt, timeoutSeconds }: Pick<ReservationCreate, 'expiresAt' | 'timeoutSeconds'>,
  madeAt: string,
): string {
  if (expiresAt !== undefined && timeoutSeconds !== undefined)
    throw refusal('MESSAGE_INVALID', 'it has both expiresAt and timeoutSeconds', 'timeoutSeconds');
  if (expiresAt !== undefined) return new Date(expiresAt).toISOString();
  if (timeoutSeconds === undefined || Number(timeoutSeconds) === 0) return '';
  const time = Date.parse(madeAt) + Number(timeoutSeconds) * 1000;
  if (!(time <= Date.parse(LATEST)))
    throw refusal('MESSAGE_INVALID', 'it ends after the year 9999', 'timeoutSeconds');
  return new Date(time).toISOString();
}

function readLines(books: ReservationBooks, lines: ReservationCreate['lines']): ReservationLine[] {
  const names = new Set<string>();
  return forEachLine(lines, (line, index) => {
    const name = line.line ?? String(index + 1);
    if (names.has(name)) throw refusal('MESSAGE_INVALID', `there are two lines ${name}`, 'line');
    names.add(name);
    return readHold(books, name, line);
  });
}

/** What a line asks to be held. */
export function readHold(
  books: ReservationBooks,
  line: string,
  asked: ReservationCreate['lines'][number],
): ReservationLine {
  const { sku, location: place = '', pool = '', lot = '' } = asked;
  const message = 'a line is held either at a location or in a pool';
  if ((place === '') === (pool === '')) throw refusal('MESSAGE_INVALID', message, 'location');
  refuseReserved({ location: place });
  if (pool !== '' && (pool === transitPool || !books.placesOf(pool)))
    throw refusal('MESSAGE_INVALID', `there is no pool '${pool}' to hold in`, 'pool');
  if (pool !== '' && lot !== '')
    throw refusal('MESSAGE_INVALID', 'a lot is held at a location, not in a pool', 'lot');
  const quantity = books.toBaseUnits(sku, asked.quantity, asked.unit);
  if (quantity > 0n) return { line, sku, place, pool, lot, quantity, committed: 0n };
  throw refusal('MESSAGE_INVALID', 'the quantity is not above zero', 'quantity');
}

/** The first field of a request in which it is another than the one that made the reservation. */
function difference(known: Reservation, asked: Reservation): string {
  if (known.lines.length !== asked.lines.length) return 'lines';
  for (const [index, line] of known.lines.entries()) {
    const other = asked.lines[index]!;
    const fields = ['line', 'sku', 'place', 'pool', 'lot', 'quantity'] as const;
    const field = fields.find((name) => line[name] !== other[name]);
    if (field) return `lines[${index}].${field === 'place' ? 'location' : field}`;
  }
  const fields = ['partner', 'reference', 'at'] as const;
  const expiry = known.expiresAt === asked.expiresAt ? '' : 'expires_at';
  return fields.find((name) => known[name] !== asked[name]) ?? expiry;
}

/** A line, by how much more it is to hold, and where the message names it. */
export interface HoldChange {
  line: ReservationLine;
  by: Micro;
  index: number;
}

/** Holds it all, or nothing of it where something is short, though all that is over was given back. */
export function holdInTime(
  books: ReservationBooks,
  changes: readonly HoldChange[],
): Shortage | undefined {
  let shortage = holdAll(books, changes);
  while (shortage && expireDue(books, shortage.sku)) shortage = holdAll(books, changes);
  if (shortage) books.rely(shortage.sku);
  return shortage;
}

/**
 * Lines of one message see each other, first those that are to hold less; at the first that finds too
 * little, all is as before.
 */
function holdAll(books: ReservationBooks, changes: readonly HoldChange[]): Shortage | undefined {
  const done: HoldChange[] = [];
  const isMore = ({ by }: HoldChange): number => Number(by > 0n);
  for (const change of changes.toSorted((one, other) => isMore(one) - isMore(other))) {
    const { line, by, index } = change;
    const available = promisable(books, line);
    if (by > 0n && available < by && !books.mayBackorder(line.sku)) {
      for (const undo of done) books.hold(undo.line, -undo.by);
      return shortageOf(line, by, available > 0n ? available : 0n);
    }
    onLine('lines', index, line, () => books.hold(line, by));
    done.push(change);
  }
  return undefined;
}
