import type { Fault } from '../../errors.ts';
import type { Rehearsed } from '../../parked/ReplayRehearsal.ts';
import { type Caller, may } from '../auth/Caller.ts';

const SHOWN_MESSAGES = 20;

/** Refusals say what there is of a SKU. */
const withoutStock = ({ code, at }: Fault): Fault => ({
  ...{ code, message: 'the rules of stock refuse it; why is told with stock:read' },
  ...(at ? { at } : {}),
});

/**
 * What a caller is told of a dry run. With corrections of his own it reads the books of any SKU, so of them he sees what he
 * may read elsewhere, too: balances as stock, values as ledger, and what would be sent, which may hold both, with both.
 */
export function seenRehearsal(rehearsed: Rehearsed, caller: Caller): object {
  const { faults, refusals, outcome, stock, values, outgoing } = rehearsed;
  const { booked, exists, parked, samples } = outcome;
  const messages = samples
    .slice(0, SHOWN_MESSAGES)
    .map(({ type, id, data }) => ({ type, id, data }));
  const [ofStock, ofValues] = [may(caller, 'stock:read'), may(caller, 'ledger:read')];
  return {
    ...{ messages, booked, exists, parked },
    faults: [...faults, ...(ofStock ? refusals : refusals.map(withoutStock))],
    ...(ofStock ? { stock } : {}),
    ...(ofValues ? { values } : {}),
    ...(ofStock && ofValues ? { outgoing } : {}),
  };
}
