/** What a figure is read from: a movement, and the books before and after it. */
import type { LedgerEntry } from '../../../core/ledger.ts';
import type { ValuationRow } from '../../../core/ports.ts';
import type { StockPolicy } from '../../../core/stock/policy.ts';
import { messagesOf, movementOf, timeOf } from './messagesOf.ts';
import type { Case, Expectation, Movement } from './Scenario.ts';
import { changeOfAll, type Snapshot } from './Snapshot.ts';

export interface View {
  one: Case;
  policy: StockPolicy;
  expectation: Expectation;
  /** The movement after which the books are looked at, and the books of the item before and after. */
  movement: Movement;
  before: Snapshot;
  after: Snapshot;
  /** Where the expectation says as of which day: what the store answers for its end. */
  asOf?: ValuationRow[];
  now: string;
  /** Codes under which messages of the movement were refused. */
  refused: readonly string[];
}

export const idsOf = (one: Case, movement: Movement): string[] =>
  messagesOf(one, movement).map(({ id }) => id);

/** Facts of the movement that the expectation looks at, as it was booked. */
export function factsOf({ one, after, movement, expectation }: View): LedgerEntry[] {
  const { atMovement } = expectation;
  const at = atMovement === undefined ? movement : movementOf(one, atMovement);
  return after.factsOf(idsOf(one, at));
}

/** Of a movement that is looked at later also what was posted to correct it. */
export function postedOf(view: View): LedgerEntry[] {
  const facts = factsOf(view);
  return view.expectation.atMovement === undefined ? facts : view.after.posted(facts);
}

export const timeLookedAt = ({ one, expectation }: View): string =>
  timeOf(one, movementOf(one, expectation.atMovement));

export const trueUps = ({ before, after }: View): LedgerEntry[] =>
  after.entries.slice(before.entries.length).filter(({ kind }) => kind === 'trueup');

/** Corrections that the scenario dates on a later day than the receipt that brings them. */
export function datedLater({ one, after, expectation }: View): bigint {
  const later = one.movements.filter(({ day, note }) => {
    const posted = /correction dated day (-?\d+)/.exec(note ?? '')?.[1];
    return posted !== undefined && day! <= expectation.asOfDay! && expectation.asOfDay! < +posted;
  });
  const seqs = new Set(
    later.flatMap((movement) => after.factsOf(idsOf(one, movement))).map(({ seq }) => seq),
  );
  return changeOfAll(after.entries.filter(({ kind, by }) => kind === 'trueup' && seqs.has(by!)));
}
