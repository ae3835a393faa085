/** Reservations, open orders, the period and checkpoints as they lie in MongoDB. */
import type { Checkpoint, CheckpointKey, OpenOrder, Period, Reservation } from '../../ledger.ts';
import type { Keyed } from './documents.ts';
import { bigintOf, int64 } from './int64.ts';
import { keyOf, nameKey, seqText } from './keys.ts';

export interface ReservationDocument extends Keyed, Reservation {
  /** When it expires, only while that can still happen: the index on it holds no others. */
  due?: string;
}

export interface OpenOrderDocument extends Keyed, OpenOrder {
  /** Sorts by SKU, day, document, line. */
  order: string;
}

export interface PeriodDocument extends Keyed, Period {}
export interface CheckpointDocument extends Keyed, Checkpoint {}

/** There is one period for the whole store. */
export const periodKey = 'period';

export function reservationDocument(reservation: Reservation): ReservationDocument {
  const { state, expiresAt } = reservation;
  const lines = reservation.lines.map((line) => ({
    ...line,
    quantity: int64(line.quantity),
    committed: int64(line.committed),
  }));
  const _id = nameKey(reservation.id);
  const document: ReservationDocument = { _id, ...reservation, lines };
  if (state === 'pending' && expiresAt !== '') document.due = expiresAt;
  return document;
}

export function reservationFrom(document: ReservationDocument): Reservation {
  const { _id, due, lines, ...rest } = document;
  return {
    ...rest,
    lines: lines.map((line) => ({
      ...line,
      quantity: bigintOf(line.quantity),
      committed: bigintOf(line.committed),
    })),
  };
}

export const openOrderKey = ({ document, line }: OpenOrder): string => nameKey(document, line);

export const openOrderParts = ({ sku, due, document, line }: OpenOrder): string[] => [
  sku,
  due,
  document,
  line,
];

export function openOrderDocument(order: OpenOrder): OpenOrderDocument {
  return {
    _id: openOrderKey(order),
    ...order,
    quantity: int64(order.quantity),
    order: keyOf(...openOrderParts(order)),
  };
}

export function openOrderFrom({ _id, order, ...row }: OpenOrderDocument): OpenOrder {
  return { ...row, quantity: bigintOf(row.quantity) };
}

export const periodDocument = (period: Period): PeriodDocument => ({ _id: periodKey, ...period });

export function periodFrom(document: PeriodDocument | null): Period {
  if (!document) return { version: 0, closedThrough: '', log: [] };
  const { _id, ...period } = document;
  return period;
}

export const checkpointKey = ({ sku, at, seq }: CheckpointKey): string =>
  nameKey(sku, at, seqText(seq));

export const checkpointDocument = (checkpoint: Checkpoint): CheckpointDocument => ({
  _id: checkpointKey(checkpoint),
  ...checkpoint,
});

export function checkpointFrom({ _id, ...checkpoint }: CheckpointDocument): Checkpoint {
  return checkpoint;
}
