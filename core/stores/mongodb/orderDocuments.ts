/** Reservations, open orders, the period and checkpoints as they lie in MongoDB. */
import type { Checkpoint, OpenOrder, Period, Reservation, ReservationLine } from '../../ledger.ts';
import { seqText, sortedKey } from '../../sortedKey.ts';
import type { Keyed } from './documents.ts';
import { bigintOf, int64 } from './int64.ts';
import { nameKey } from './keys.ts';

export type ReservationDocument = ReturnType<typeof reservationDocument>;
export type OpenOrderDocument = ReturnType<typeof openOrderDocument>;
export interface PeriodDocument extends Keyed, Period {}
export interface CheckpointDocument extends Keyed, Checkpoint {}

/** There is one period for the whole store. */
export const periodKey = 'period';

const linesBy = (of: (quantity: bigint) => bigint, lines: ReservationLine[]): ReservationLine[] =>
  lines.map((line) => ({ ...line, quantity: of(line.quantity), committed: of(line.committed) }));

/** It is due, only while that can still happen: the index on it holds no others. */
export function reservationDocument(reservation: Reservation) {
  const { id, state, expiresAt } = reservation;
  const lines = linesBy(int64, reservation.lines);
  const isDue = state === 'pending' && expiresAt !== '';
  return { _id: nameKey(id), ...reservation, lines, ...(isDue && { due: expiresAt }) };
}

export function reservationFrom(document: ReservationDocument): Reservation {
  const { _id, due, lines, ...rest } = document;
  return { ...rest, lines: linesBy(bigintOf, lines) };
}

export const openOrderKey = ({ document, line }: OpenOrder): string => nameKey(document, line);

/** `order` sorts by SKU, day, document, line. */
export function openOrderDocument(of: OpenOrder) {
  const [quantity, stated] = [int64(of.quantity), int64(of.stated)];
  const order = sortedKey(of.sku, of.due, of.document, of.line);
  return { _id: openOrderKey(of), ...of, quantity, stated, order };
}

export function openOrderFrom({ _id, order, ...row }: OpenOrderDocument): OpenOrder {
  return { ...row, quantity: bigintOf(row.quantity), stated: bigintOf(row.stated) };
}

export const periodDocument = (period: Period): PeriodDocument => ({ _id: periodKey, ...period });

export function periodFrom(document: PeriodDocument | null): Period {
  if (!document) return { version: 0, closedThrough: '', log: [] };
  const { _id, ...period } = document;
  return period;
}

export const checkpointDocument = (checkpoint: Checkpoint): CheckpointDocument => ({
  _id: nameKey(checkpoint.sku, checkpoint.at, seqText(checkpoint.seq)),
  ...checkpoint,
});
