import { type Act, changeAudited } from './auditTrail.ts';
import { type Code, StockbusError } from './errors.ts';
import type { ControlBooks, ControlChange, ControlRow, ControlStore } from './ports.ts';
import type { Runtime } from './runtime.ts';

/** What becomes of rows, and what is made of them. */
export interface DecidedRows<Result> {
  /** Of these alone; without a row: it is there no more. */
  changes: readonly Pick<ControlChange, 'id' | 'row'>[];
  result: Result;
  /** What it says in the audit trail; left out: nothing, for the hub did it by itself. */
  act?: Act;
}

/** How often it is decided anew because others changed one of the rows. */
const ATTEMPTS = 20;

/**
 * Changes rows by what they are. `decide` sees those that are there, and may throw; it is asked again, of the rows as they are
 * then, where somebody else was faster. Throws `busy` where others are so again and again.
 */
export async function changeControlRows<Result>(
  store: Pick<ControlBooks, 'control'> & Pick<ControlStore, 'changeControl' | 'serverTime'>,
  runtime: Pick<Runtime, 'newId'>,
  { kind, ids, busy }: { kind: string; ids: readonly string[]; busy: Code },
  decide: (found: ControlRow[]) => Promise<DecidedRows<Result>> | DecidedRows<Result>,
): Promise<Result> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const found = ids.length === 0 ? [] : await store.control(kind, ids);
    const { changes, result, act } = await decide(found);
    if (changes.length === 0) return result;
    const versions = new Map(found.map(({ id, version }) => [id, version]));
    const written = changes.map((one) => ({
      ...{ kind, expected: versions.get(one.id) ?? '' },
      ...one,
    }));
    const outcome = act
      ? await changeAudited(store, runtime, act, written)
      : await store.changeControl(runtime.newId(), written);
    if (outcome === 'done') return result;
  }
  throw new StockbusError(busy, `others change the ${kind} '${ids[0]}' all the time`);
}
