import type { Micro } from '../../decimal.ts';
import type { Reservation, ReservationLine } from '../../ledger.ts';
import { isVirtual, transitPool } from '../../ledger.ts';
import type { ReservationCreate } from '../../message.ts';
import { onLine } from '../documents/onLine.ts';
import { forEachNeeding } from '../Missing.ts';
import { answer } from './answer.ts';
import { promisable } from './available.ts';
import type {
  Cause,
  ReservationAnswer,
  ReservationBooks,
  ReservationResult,
  Shortage,
} from './contract.ts';
import { hold } from './hold.ts';
import { invalid, placeReserved } from './refuse.ts';
import { asOfNow, expireReservation, isDue } from './release.ts';

/** Holds all lines or none; the id is taken either way. */
export function createReservation(
  books: ReservationBooks,
  data: ReservationCreate,
  cause: Cause,
): ReservationAnswer[] {
  const { before, reservation: known } = asOfNow(books, data.reservation, cause.recordedAt);
  if (known?.state === 'failed') {
    return [answer(books, known, {}, 'create', 'already_failed', cause)];
  }
  const asked = readRequest(books, data, known?.log[0]?.recordedAt ?? cause.recordedAt);
  if (known) {
    const differs = difference(known, asked);
    const result: ReservationResult = differs ? `exists_with_different_${differs}` : 'exists';
    return [...before, answer(books, known, {}, 'create', result, cause)];
  }
  // It was under way for too long: it would hold nothing.
  if (isDue(asked, cause.recordedAt)) {
    return [answer(books, asked, { state: 'expired' }, 'create', 'expired', cause)];
  }
  const expired: ReservationAnswer[] = [];
  for (;;) {
    const shortage = holdAll(books, asked.lines, cause.recordedAt);
    if (!shortage) return [...expired, answer(books, asked, {}, 'create', 'created', cause)];
    const freed = expireDue(books, shortage.sku, cause.recordedAt);
    if (freed.length === 0) {
      books.rely(shortage.sku);
      const failed = { state: 'failed' } as const;
      const text = { shortage };
      return [...expired, answer(books, asked, failed, 'create', 'insufficient', cause, text)];
    }
    expired.push(...freed);
  }
}

/** The reservation that a message asks for, counted from the moment at which it is or was made. */
function readRequest(
  books: ReservationBooks,
  data: ReservationCreate,
  madeAt: string,
): Reservation {
  return {
    id: data.reservation,
    version: 0,
    state: 'pending',
    at: new Date(data.at).toISOString(),
    expiresAt: expiryOf(data, madeAt),
    partner: data.partner ?? '',
    reference: data.reference ?? '',
    lines: readLines(books, data.lines),
    log: [],
  };
}

/** Texts of time compare like the times they stand for up to this one. */
const LATEST = '9999-12-31T23:59:59.999Z';

function expiryOf({ expiresAt, timeoutSeconds }: ReservationCreate, madeAt: string): string {
  if (expiresAt !== undefined && timeoutSeconds !== undefined)
    throw invalid('it has both expiresAt and timeoutSeconds', 'timeoutSeconds');
  if (expiresAt !== undefined) return new Date(expiresAt).toISOString();
  if (timeoutSeconds === undefined || Number(timeoutSeconds) === 0) return '';
  const time = Date.parse(madeAt) + Number(timeoutSeconds) * 1000;
  if (!(time <= Date.parse(LATEST))) throw invalid('it ends after the year 9999', 'timeoutSeconds');
  return new Date(time).toISOString();
}

function readLines(books: ReservationBooks, lines: ReservationCreate['lines']): ReservationLine[] {
  const names = new Set<string>();
  return forEachNeeding(lines, (line, index) =>
    onLine('lines', index, () => {
      const name = line.line ?? String(index + 1);
      if (names.has(name)) throw invalid(`there are two lines ${name}`, 'line');
      names.add(name);
      const target = readTarget(books, line);
      return { line: name, ...target, quantity: readQuantity(books, line), committed: 0n };
    }),
  );
}

function readTarget(
  books: ReservationBooks,
  { sku, location: place = '', pool = '', lot = '' }: ReservationCreate['lines'][number],
): Pick<ReservationLine, 'sku' | 'place' | 'pool' | 'lot'> {
  if ((place === '') === (pool === ''))
    throw invalid('a line is held either at a location or in a pool', 'location');
  if (place !== '' && isVirtual(place)) throw placeReserved(place, 'location');
  if (pool !== '' && (pool === transitPool || !books.placesOf(pool)))
    throw invalid(`there is no pool '${pool}' to hold in`, 'pool');
  if (pool !== '' && lot !== '') throw invalid('a lot is held at a location, not in a pool', 'lot');
  return { sku, place, pool, lot };
}

function readQuantity(
  books: ReservationBooks,
  { sku, quantity, unit }: ReservationCreate['lines'][number],
): Micro {
  const base = books.toBaseUnits(sku, quantity, unit);
  if (base <= 0n) throw invalid('the quantity is not above zero', 'quantity');
  return base;
}

/** The first field of a request in which it is another than the one that made the reservation. */
function difference(known: Reservation, asked: Reservation): string {
  if (known.lines.length !== asked.lines.length) return 'lines';
  for (const [index, line] of known.lines.entries()) {
    const other = asked.lines[index]!;
    for (const field of ['line', 'sku', 'place', 'pool', 'lot', 'quantity'] as const) {
      if (line[field] === other[field]) continue;
      return `lines[${index}].${field === 'place' ? 'location' : field}`;
    }
  }
  if (known.partner !== asked.partner) return 'partner';
  if (known.reference !== asked.reference) return 'reference';
  if (known.at !== asked.at) return 'at';
  return known.expiresAt === asked.expiresAt ? '' : 'expires_at';
}

/** Lines of one message see each other; at the first that finds too little, all are given back. */
function holdAll(
  books: ReservationBooks,
  lines: readonly ReservationLine[],
  now: string,
): Shortage | undefined {
  const day = books.dayOf(now);
  for (const [index, line] of lines.entries()) {
    const { sku, place, pool, lot } = line;
    const available = promisable(books, line, day);
    if (available >= line.quantity || books.mayBackorder(sku, place)) {
      onLine('lines', index, () => hold(books, line, line.quantity));
      continue;
    }
    for (const held of lines.slice(0, index)) hold(books, held, -held.quantity);
    return {
      ...{ line: line.line, sku, place, pool, lot, asked: line.quantity },
      available: available > 0n ? available : 0n,
    };
  }
  return undefined;
}

/** What is over holds nothing, though no sweep came by. */
function expireDue(books: ReservationBooks, sku: string, now: string): ReservationAnswer[] {
  const due = books.pendingOf(sku).filter((reservation) => isDue(reservation, now));
  return due.flatMap(({ id }) => expireReservation(books, id, now) ?? []);
}
