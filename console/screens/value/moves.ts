/** What changes the value of stock, by its kinds; in the order of the report. */
import type { RollForwardRow, RollForwardTotal } from '../../../schemas/generated/api.d.ts';
import { sumOf } from '../../text/sumOf.ts';
import { t } from '../../text/t.ts';

const names = [
  ...(['opened', 'received', 'returnedToSupplier', 'produced'] as const),
  ...(['issued', 'returnedByCustomer', 'consumed', 'transferred', 'adjusted'] as const),
  ...(['landed', 'invoiced', 'revalued', 'corrected'] as const),
];
export type Move = (typeof names)[number];

const labels = (): Record<Move, string> => ({
  opened: t('value.opened'),
  received: t('value.received'),
  returnedToSupplier: t('value.returnedToSupplier'),
  produced: t('value.produced'),
  issued: t('value.issued'),
  returnedByCustomer: t('value.returnedByCustomer'),
  consumed: t('value.consumed'),
  transferred: t('value.transferred'),
  adjusted: t('value.adjusted'),
  landed: t('value.landed'),
  invoiced: t('value.invoiced'),
  revalued: t('value.revalued'),
  corrected: t('value.corrected'),
});

export const labelOf = (move: Move): string => labels()[move];
export const moveOf = (name: string | undefined): Move | undefined =>
  names.find((one) => one === name);

type Figures = RollForwardRow | RollForwardTotal;

export const moneyOf = (figures: Figures, move: Move): string => figures[`${move}Value`] ?? '';

/** Costs that come late move no pieces. */
export function quantityOf(row: RollForwardRow, move: Move): string {
  if (move === 'landed' || move === 'invoiced' || move === 'revalued' || move === 'corrected')
    return '';
  return row[`${move}Quantity`];
}

export const isNothing = (text: string): boolean => /^-?[0.]*$/.test(text);

export const movesIn = (figures: Figures): Move[] =>
  names.filter((move) => !isNothing(moneyOf(figures, move)));

/** The columns of a SKU: kinds of one nature together. */
export const groups = (): [string, readonly Move[]][] => [
  [t('value.receipts'), ['opened', 'received', 'returnedToSupplier', 'produced']],
  [t('value.issues'), ['issued', 'returnedByCustomer', 'consumed']],
  [t('value.adjustments'), ['transferred', 'adjusted']],
  [t('value.revaluations'), ['landed', 'invoiced', 'revalued', 'corrected']],
];

export const sumOfMoves = (row: RollForwardRow, moves: readonly Move[]): string =>
  sumOf(moves.map((move) => moneyOf(row, move)));
