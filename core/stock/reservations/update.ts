import { heldOf, type Reservation, type ReservationLine } from '../../ledger.ts';
import { limits } from '../../limits.ts';
import type { ReservationCreate, ReservationUpdate } from '../../message.ts';
import { onLine } from '../documents/onLine.ts';
import { refusal } from '../refusal.ts';
import type { ReservationResult } from './contract.ts';
import { expiryOf, type HoldChange, holdInTime, readHold } from './create.ts';
import { isDue, releaseAll, whilePending } from './release.ts';
import type { ReservationBooks, ReservationRule } from './reservationBooks.ts';

type AskedLine = NonNullable<ReservationUpdate['lines']>[number];

/** Holds more, less or something else, and for another time: all that is asked or nothing of it. */
export const updateReservation: ReservationRule<ReservationUpdate> = (books, data) =>
  whilePending(books, data, 'update', (reservation, tell) => {
    const asked = readChanges(books, reservation, data.lines);
    if (typeof asked === 'string') return tell(reservation, asked);
    const { lines, changes } = asked;
    const isTimed = data.expiresAt !== undefined || data.timeoutSeconds !== undefined;
    const until = isTimed ? expiryOf(data, books.time) : reservation.expiresAt;
    if (until === reservation.expiresAt && changes.every(({ by }) => by === 0n))
      return tell(reservation, 'unchanged');
    // As of one that is made too late: it is over, and holds nothing.
    if (isDue({ ...reservation, expiresAt: until }, books.time)) {
      releaseAll(books, reservation);
      return tell(reservation, 'expired', { state: 'expired', expiresAt: until });
    }
    const shortage = holdInTime(books, changes);
    if (shortage) return tell(reservation, 'insufficient', {}, { shortage });
    const state = stateOf(lines);
    const result = state === 'pending' ? 'updated' : state;
    return tell(reservation, result, { state, lines, expiresAt: until });
  });

/** Of which nothing is left to be issued, it is over. */
function stateOf(lines: readonly ReservationLine[]): 'pending' | 'committed' | 'voided' {
  if (lines.some((line) => heldOf(line) > 0n)) return 'pending';
  return lines.some(({ committed }) => committed > 0n) ? 'committed' : 'voided';
}

/** The lines as they are to be, and what is to be held for that; or why that cannot be. */
function readChanges(
  books: ReservationBooks,
  reservation: Reservation,
  asked: readonly AskedLine[] = [],
): { lines: ReservationLine[]; changes: HoldChange[] } | ReservationResult {
  const lines = new Map(reservation.lines.map((line) => [line.line, line]));
  const changes = new Map<string, HoldChange>();
  for (const [index, line] of asked.entries()) {
    const held = lines.get(line.line);
    const differs = held ? differenceOf(held, line) : line.sku === undefined && 'line';
    if (differs) return `has_different_lines[${index}].${differs}`;
    const wanted = onLine('lines', index, line, () => {
      if (!changes.has(line.line)) return wantedOf(books, held, line);
      throw refusal('MESSAGE_INVALID', `there are two lines ${line.line}`, 'line');
    });
    if (wanted.quantity < wanted.committed) return 'below_committed';
    lines.set(line.line, wanted);
    changes.set(line.line, { line: wanted, by: wanted.quantity - (held?.quantity ?? 0n), index });
  }
  if (lines.size > limits.documentLines)
    throw refusal('MESSAGE_INVALID', `it has more than ${limits.documentLines} lines`, 'lines');
  return { lines: [...lines.values()], changes: [...changes.values()] };
}

function wantedOf(
  books: ReservationBooks,
  held: ReservationLine | undefined,
  line: AskedLine,
): ReservationLine {
  if (held) return { ...held, quantity: books.toBaseUnits(held.sku, line.quantity, line.unit) };
  return readHold(books, line.line, line as ReservationCreate['lines'][number]);
}

/** In which field a line is not what is held; '' in none. What it leaves out is as it is. */
function differenceOf(held: ReservationLine, { sku, location, pool, lot }: AskedLine): string {
  const asked = { sku, location, pool, lot };
  const has = { sku: held.sku, location: held.place, pool: held.pool, lot: held.lot };
  const fields = ['sku', 'location', 'pool', 'lot'] as const;
  return fields.find((name) => asked[name] !== undefined && asked[name] !== has[name]) ?? '';
}
