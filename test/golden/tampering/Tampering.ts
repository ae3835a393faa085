/** A change of the file by hand, and what the verification says of it. */
import type { VerifyCheck } from '../../../core/stock/verify/Differences.ts';
import type { Forger } from './Forger.ts';

export interface Tampering {
  what: string;
  /** SQL, or what the forger does; the triggers are gone meanwhile. */
  by: string | ((forger: Forger) => unknown);
  outcome: Outcome;
}

/**
 * SKU and check of a difference that names it; only the digest that was noted tells; the file is not
 * read at all; or nothing tells, for a reason.
 */
export type Outcome =
  | `${string} ${Exclude<VerifyCheck, 'digest'>}`
  | 'the digest alone'
  | { refused: string }
  | { notSeen: string };

export type Row = [what: string, by: Tampering['by'], outcome: Outcome];

export const tamperings = (area: string, rows: readonly Row[]): Tampering[] =>
  rows.map(([what, by, outcome]) => ({ what: `${area}: ${what}`, by, outcome }));
