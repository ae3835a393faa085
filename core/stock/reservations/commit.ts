import type { Micro } from '../../decimal.ts';
import { isStockbusError } from '../../errors.ts';
import type { Reservation, ReservationLine } from '../../ledger.ts';
import { isVirtual } from '../../ledger.ts';
import type { ReservationCommit } from '../../message.ts';
import { onLine } from '../documents/onLine.ts';
import { answer, notFound, resolvedAs } from './answer.ts';
import type {
  Cause,
  ReservationAnswer,
  ReservationBooks,
  ReservationResult,
  ReservedIssue,
  Shortage,
} from './contract.ts';
import { hold } from './hold.ts';
import type { Part } from './pick.ts';
import { freeForPart, refuseShort, takesFromPool } from './pick.ts';
import { invalid, placeReserved } from './refuse.ts';
import { asOfNow } from './release.ts';

type Parts = { line: ReservationLine; parts: Part[]; total: Micro }[];

/** Issues what is asked of what is held, all lines or none, and gives back the rest. */
export function commitReservation(
  books: ReservationBooks,
  data: ReservationCommit,
  cause: Cause,
): ReservationAnswer[] {
  const id = data.reservation;
  const { before, reservation } = asOfNow(books, id, cause.recordedAt);
  if (!reservation) return [notFound(id, 'commit', cause)];
  if (reservation.state !== 'pending') {
    const result = resolvedAs[reservation.state];
    return [...before, answer(books, reservation, {}, 'commit', result, cause)];
  }
  const asked = readParts(books, reservation, data.lines);
  if ('result' in asked) {
    const { result, shortage } = asked;
    const text = shortage ? { shortage } : {};
    return [answer(books, reservation, {}, 'commit', result, cause, text)];
  }
  const shortage = issueAll(books, reservation, data, asked, cause);
  if (shortage) {
    books.rely(shortage.shortage.sku);
    return [answer(books, reservation, {}, 'commit', 'insufficient', cause, shortage)];
  }
  const lines = asked.map(({ line, total }) => ({ ...line, committed: total }));
  const change = { state: 'committed', lines } as const;
  return [answer(books, reservation, change, 'commit', 'committed', cause)];
}

interface Refusal {
  result: ReservationResult;
  shortage?: Shortage;
}

function readParts(
  books: ReservationBooks,
  { lines }: Reservation,
  asked: ReservationCommit['lines'],
): Parts | Refusal {
  if (!asked) {
    return lines.map((line) => {
      const { place, lot, quantity } = line;
      return { line, parts: [{ place, lot, quantity }], total: quantity };
    });
  }
  const parts: Parts = lines.map((line) => ({ line, parts: [], total: 0n }));
  const byName = new Map(parts.map((part) => [part.line.line, part]));
  for (const [index, line] of asked.entries()) {
    const held = byName.get(line.line);
    const differs = held ? differenceOf(books, held.line, line, index) : 'line';
    if (!held || differs) return { result: `has_different_lines[${index}].${differs}` };
    const quantity = onLine('lines', index, () =>
      books.toBaseUnits(held.line.sku, line.quantity, line.unit),
    );
    if (quantity < 0n) throw invalid('the quantity is below zero', `lines[${index}].quantity`);
    held.total += quantity;
    if (held.total > held.line.quantity) {
      const { sku, place, pool, lot, quantity: available } = held.line;
      const shortage = { line: line.line, sku, place, pool, lot, asked: held.total, available };
      return { result: 'exceeds_reserved', shortage };
    }
    const place = line.location ?? held.line.place;
    held.parts.push({ place, lot: line.lot ?? held.line.lot, quantity, index });
  }
  return parts;
}

/** In which field a line to be issued is not what is held; '' in none. */
function differenceOf(
  books: ReservationBooks,
  held: ReservationLine,
  { location, lot }: NonNullable<ReservationCommit['lines']>[number],
  index: number,
): string {
  if (location !== undefined) {
    if (isVirtual(location)) throw placeReserved(location, `lines[${index}].location`);
    if (held.place === '' ? books.poolOf(location) !== held.pool : location !== held.place)
      return 'location';
  }
  return lot !== undefined && held.lot !== '' && lot !== held.lot ? 'lot' : '';
}

/**
 * First gives back what is not issued, so that no line waits for what another lets go; then issues
 * line by line, so that none takes what a later one holds.
 */
function issueAll(
  books: ReservationBooks,
  reservation: Reservation,
  data: ReservationCommit,
  asked: Parts,
  cause: Cause,
): { shortage: Shortage; reason: string } | undefined {
  const facts = {
    document: data.document ?? reservation.id,
    partner: data.partner ?? reservation.partner,
    reference: data.reference ?? (reservation.reference || reservation.id),
    at: data.at === undefined ? cause.recordedAt : new Date(data.at).toISOString(),
  };
  let shortage: Shortage | undefined;
  const error = books.attempt(() => {
    for (const { line, total } of asked) hold(books, line, total - line.quantity);
    for (const { line, parts, total } of asked) {
      hold(books, line, -total);
      for (const part of parts) {
        if (part.quantity === 0n) continue;
        const available = freeForPart(books, line, part, cause.recordedAt);
        const { sku, pool } = line;
        const { place, lot, quantity } = part;
        shortage = { line: line.line, sku, place, pool, lot, asked: quantity, available };
        const issue = () => issuePart(books, { ...facts, line: line.line }, line, part, cause);
        if (part.index === undefined) issue();
        else onLine('lines', part.index, issue);
      }
    }
  });
  if (!error) return undefined;
  if (!isStockbusError(error, 'STOCK_INSUFFICIENT') || !shortage) throw error;
  return { shortage, reason: error.message };
}

function issuePart(
  books: ReservationBooks,
  facts: Omit<ReservedIssue, 'sku' | 'place' | 'lot' | 'quantity'>,
  line: ReservationLine,
  part: Part,
  { recordedAt }: Cause,
): void {
  const { sku } = line;
  const { place, lot } = part;
  if (place === '') {
    for (const take of takesFromPool(books, line, part, recordedAt))
      books.issue({ ...facts, sku, lot, ...take });
    return;
  }
  refuseShort(books, line, part, recordedAt);
  books.issue({ ...facts, sku, place, lot, quantity: part.quantity });
}
