/** Which lots or serial numbers a line moves. */
import { formatDecimal, MICRO_ONE } from '../../decimal.ts';
import { StockbusError } from '../../errors.ts';
import type { Balance, Item } from '../../ledger.ts';
import { isOutside } from '../../ledger.ts';
import type { BookContext, Movement } from '../bookMovement.ts';
import type { SkuState } from '../SkuState.ts';
import { negativePolicy } from '../timeline.ts';

/** The movement with its lot, or one movement for each lot that the item's rule picks. */
export function withLots(
  context: BookContext,
  item: Item,
  movement: Movement,
  day: string,
): Movement[] {
  if (item.tracking === 'none' || movement.quantity === 0n) return [movement];
  const isOutward = !isOutside(movement.from);
  if (movement.lot === '' && isOutward && movement.kind !== 'count') {
    return pick(context, item, movement, day);
  }
  if (movement.lot === '') {
    const what = item.tracking === 'serial' ? 'serial number' : 'lot';
    throw new StockbusError('LOT_MISSING', `${item.sku} is kept by ${what}, the line names none`, {
      field: 'lot',
    });
  }
  if (item.tracking === 'serial') refuseSerial(context, movement);
  return [movement];
}

function pick(context: BookContext, item: Item, movement: Movement, day: string): Movement[] {
  const state = context.workspace.sku(movement.sku);
  const lots = pickable(state, item, movement, day);
  const takes = new Map<string, bigint>();
  let rest = movement.quantity;
  const take = (lot: string, most: bigint): void => {
    const part = most < rest ? most : rest;
    if (part <= 0n) return;
    takes.set(lot, (takes.get(lot) ?? 0n) + part);
    rest -= part;
  };
  for (const { lot, onHand, reserved } of lots) take(lot, onHand - reserved);
  // What was held for the taker is given as far as it is there, also where others hold the lot.
  if (movement.isReserved)
    for (const { lot, onHand } of lots) take(lot, onHand - (takes.get(lot) ?? 0n));
  const picked = [...takes].map(([lot, quantity]) => ({ ...movement, lot, quantity }));
  if (rest === 0n) return picked;
  if (negativePolicy(state, movement.from, context.policy) === 'allow') {
    return [...picked, { ...movement, quantity: rest }];
  }
  const there = formatDecimal(movement.quantity - rest);
  throw new StockbusError(
    'STOCK_INSUFFICIENT',
    `${item.sku} at ${movement.from}: ${formatDecimal(movement.quantity)} asked, ${there} there in lots that may be picked`,
    { field: 'quantity' },
  );
}

/** Lots in the order in which they are to go; those that have expired stay. */
function pickable(state: SkuState, item: Item, movement: Movement, day: string): Balance[] {
  return state
    .balances({ place: movement.from })
    .filter(
      ({ lot, status, owner, expiresOn }) =>
        lot !== '' &&
        status === movement.status &&
        owner === movement.owner &&
        (expiresOn === '' || expiresOn >= day),
    )
    .sort((one, other) => compare(orderOf(one, item), orderOf(other, item)));
}

const orderOf = ({ expiresOn, since, lot }: Balance, { picking }: Item): string[] =>
  picking === 'fefo' ? [expiresOn || '9999', since, lot] : [since, lot];

function compare(one: string[], other: string[]): number {
  const index = one.findIndex((text, position) => text !== other[position]);
  if (index < 0) return 0;
  return one[index]! < other[index]! ? -1 : 1;
}

function refuseSerial({ workspace }: BookContext, movement: Movement): void {
  const { sku, lot, quantity, from } = movement;
  if (quantity !== MICRO_ONE) {
    const message = `serial number ${lot} of ${sku} has the quantity ${formatDecimal(quantity)}`;
    throw new StockbusError('SERIAL_QUANTITY', message, { field: 'quantity' });
  }
  if (!isOutside(from)) return;
  const there = workspace
    .sku(sku)
    .balances({ lot })
    .find(({ onHand }) => onHand > 0n);
  if (!there) return;
  throw new StockbusError(
    'SERIAL_IN_STOCK',
    `serial number ${lot} of ${sku} is at ${there.place}`,
    {
      field: 'lot',
    },
  );
}
