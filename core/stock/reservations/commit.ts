import type { Micro } from '../../decimal.ts';
import { isStockbusError } from '../../errors.ts';
import { heldOf, type Reservation, type ReservationLine } from '../../ledger.ts';
import type { ReservationCommit } from '../../message.ts';
import { onLine } from '../documents/onLine.ts';
import { refuseReserved } from '../documents/refuseReserved.ts';
import { refusal } from '../refusal.ts';
import { shortageOf } from './answer.ts';
import type { ReservationResult, Shortage } from './contract.ts';
import { freeForPart, type Part, takesOf } from './pick.ts';
import { expireDue, whilePending } from './release.ts';
import type { ReservationBooks, ReservationRule } from './reservationBooks.ts';

type Parts = { line: ReservationLine; parts: Part[]; total: Micro }[];

/** Issues what is asked of what is held, all lines or none, and gives back the rest, or keeps it. */
export const commitReservation: ReservationRule<ReservationCommit> = (books, data) =>
  whilePending(books, data, 'commit', (reservation, tell) => {
    const asked = readParts(books, reservation, data.lines);
    if ('result' in asked) {
      const { result, ...text } = asked;
      return tell(reservation, result, {}, text);
    }
    expireAround(books, reservation.lines);
    const shortage = issueAll(books, reservation, data, asked);
    if (shortage) {
      books.rely(shortage.shortage.sku);
      return tell(reservation, 'insufficient', {}, shortage);
    }
    const lines = asked.map(({ line, total }) => ({ ...line, committed: line.committed + total }));
    if (data.rest !== 'keep' || lines.every((line) => heldOf(line) === 0n))
      return tell(reservation, 'committed', { state: 'committed', lines });
    if (asked.every(({ total }) => total === 0n)) return tell(reservation, 'unchanged');
    return tell(reservation, 'partly_committed', { lines });
  });

/** Which place of a pool, or which lot of a place, goods are picked from follows what others hold there. */
function expireAround(books: ReservationBooks, lines: readonly ReservationLine[]): void {
  const held = lines.filter(({ sku, place, pool, lot }) => {
    if (lot !== '') return false;
    const around = place === '' ? books.balancesIn(sku, pool) : books.balancesAt(sku, place);
    return around.some(({ lot, reserved }) => reserved !== 0n && (place === '' || lot !== ''));
  });
  for (const { sku } of held) expireDue(books, sku);
}

function readParts(
  books: ReservationBooks,
  { lines }: Reservation,
  asked: ReservationCommit['lines'],
): Parts | { result: ReservationResult; shortage?: Shortage } {
  if (!asked) {
    return lines.map((line) => {
      const { place, lot } = line;
      const total = heldOf(line);
      return { line, parts: [{ place, lot, quantity: total }], total };
    });
  }
  const parts: Parts = lines.map((line) => ({ line, parts: [], total: 0n }));
  const byName = new Map(parts.map((part) => [part.line.line, part]));
  for (const [index, line] of asked.entries()) {
    const held = byName.get(line.line);
    const differs = held ? differenceOf(books, held.line, line, index) : 'line';
    if (!held || differs) return { result: `has_different_lines[${index}].${differs}` };
    const quantity = onLine('lines', index, line, () => {
      const base = books.toBaseUnits(held.line.sku, line.quantity, line.unit);
      if (base >= 0n) return base;
      throw refusal('MESSAGE_INVALID', 'the quantity is below zero', 'quantity');
    });
    held.total += quantity;
    if (held.total > heldOf(held.line)) {
      const shortage = shortageOf(held.line, held.total, heldOf(held.line));
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
    onLine('lines', index, { location }, (line) => refuseReserved(line));
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
): { shortage: Shortage; reason: string } | undefined {
  const facts = {
    document: data.document ?? reservation.id,
    partner: data.partner ?? reservation.partner,
    reference: data.reference ?? (reservation.reference || reservation.id),
    at: data.at === undefined ? books.time : new Date(data.at).toISOString(),
  };
  let shortage: Shortage | undefined;
  const error = books.attempt(() => {
    if (data.rest !== 'keep')
      for (const { line, total } of asked) books.hold(line, total - heldOf(line));
    for (const { line, parts, total } of asked) {
      books.hold(line, -total);
      for (const part of parts) {
        if (part.quantity === 0n) continue;
        const available = freeForPart(books, line, part);
        const short = shortageOf(line, part.quantity, available, part);
        shortage = short;
        const issue = (): void => {
          for (const take of takesOf(books, line, part, short)) {
            books.issue({ ...facts, line: line.line, sku: line.sku, lot: part.lot, ...take });
          }
        };
        if (part.index === undefined) issue();
        else onLine('lines', part.index, part, issue);
      }
    }
  });
  if (!error) return undefined;
  if (!isStockbusError(error, 'STOCK_INSUFFICIENT') || !shortage) throw error;
  return { shortage, reason: error.message };
}
