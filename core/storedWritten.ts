import type { WrittenDown } from './ledger.ts';

export type StoredWritten = [
  ...[at: string, rank: string, seq: number, pool: string, lot: string],
  ...[quantity: string, value: string],
];

/** What was written down, as packs and checkpoints have it. */
export const storedWritten = ({ at, rank, seq, pool, lot, quantity, value }: WrittenDown) =>
  [at, rank, seq, pool, lot, `${quantity}`, `${value}`] satisfies StoredWritten;

export const writtenFrom = ([at, rank, seq, pool, lot, quantity, value]: StoredWritten) =>
  ({
    ...{ at, rank, seq, pool, lot },
    ...{ quantity: BigInt(quantity), value: BigInt(value) },
  }) satisfies WrittenDown;
