/** Which lots and serial numbers leave where a line names none, of items that change meanwhile. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatDecimal } from '../../core/decimal.ts';
import { verifyStore } from '../../core/verify.ts';
import { all, type Doc, day, LedgerRig } from '../ledgerRig.ts';
import { runs } from '../runs.ts';
import { checkAny } from './check.ts';

type Tracking = 'lot' | 'serial';
type Picking = 'fefo' | 'fifo';
type Event =
  | { does: 'come'; lot: number; place: number; quantity: number }
  | { does: 'leave' | 'move'; place: number; quantity: number }
  | { does: 'change'; name: number; picking: Picking; factor: number };
interface Case {
  tracking: Tracking;
  events: Event[];
}

const PLACES = ['A', 'B'] as const;
/** Day on which a lot expires, of January; those above do not. */
const expiryOf = (lot: number): number | undefined => [20, 12, 33, 12, undefined, 25][lot % 6];

const place = fc.nat({ max: 1 });
const quantity = fc.integer({ min: 1, max: 5 });
const cases: fc.Arbitrary<Case> = fc.record({
  tracking: fc.constantFrom<Tracking>('lot', 'serial'),
  events: fc.array(
    fc.oneof(
      fc.record({ does: fc.constant('come' as const), lot: fc.nat({ max: 11 }), place, quantity }),
      fc.record({ does: fc.constantFrom('leave' as const, 'move' as const), place, quantity }),
      fc.record({
        does: fc.constant('change' as const),
        name: fc.nat({ max: 9 }),
        picking: fc.constantFrom<Picking>('fefo', 'fifo'),
        factor: fc.integer({ min: 2, max: 12 }),
      }),
    ),
    { minLength: 1, maxLength: 20 },
  ),
});

interface Held {
  lot: string;
  place: number;
  quantity: number;
  expires: number | undefined;
  /** When the lot first came there. */
  since: number;
}

/** Plain shelves: what lies where, and what a line without a lot takes. */
class Shelves {
  readonly #held: Held[] = [];
  picking: Picking = 'fefo';

  put(lot: string, at: number, amount: number, facts: Pick<Held, 'expires' | 'since'>): void {
    const known = this.#held.find((one) => one.lot === lot && one.place === at && one.quantity > 0);
    if (known) known.quantity += amount;
    else this.#held.push({ lot, place: at, quantity: amount, ...facts });
  }

  take(at: number, amount: number, today: number): Held[] | undefined {
    const there = this.#held.filter(
      (one) => one.place === at && one.quantity > 0 && (one.expires ?? today) >= today,
    );
    const key = ({ expires, since, lot }: Held): string =>
      `${this.picking === 'fefo' ? (expires ?? 99) : ''} ${String(since).padStart(3)} ${lot}`;
    there.sort((one, other) => (key(one) < key(other) ? -1 : 1));
    const sum = there.reduce((total, one) => total + one.quantity, 0);
    if (sum < amount) return undefined;
    let rest = amount;
    return there.flatMap((one) => {
      const part = Math.min(rest, one.quantity);
      rest -= part;
      one.quantity -= part;
      return part === 0 ? [] : { ...one, quantity: part };
    });
  }

  isThere = (lot: string): boolean => this.#held.some((one) => one.lot === lot && one.quantity > 0);

  lines(): string[] {
    return this.#held
      .flatMap(({ lot, place: at, quantity: held }) =>
        held === 0 ? [] : `${PLACES[at]} ${lot} ${held}`,
      )
      .sort();
  }
}

const line = (place: string, lot: string, amount: number, more = {}): object => ({
  ...{ sku: 'X', location: place, quantity: String(amount), ...more },
  ...(lot === '' ? {} : { lot }),
});

/** Documents of the events, and what lies there by plain shelves; what cannot be is left out. */
function told({ tracking, events }: Case): { docs: Doc[]; refused: number[]; shelves: Shelves } {
  const shelves = new Shelves();
  const docs: Doc[] = [['item.upsert.v1', { sku: 'X', tracking, unit: 'pc' }]];
  const refused: number[] = [];
  for (const [index, event] of events.entries()) {
    const today = 3 + index;
    const about = { document: `D${index}`, at: day(today) };
    if (event.does === 'change') {
      shelves.picking = event.picking;
      const units = { [`box${event.factor}`]: String(event.factor) };
      const { name, picking } = event;
      docs.push([
        'item.upsert.v1',
        { sku: 'X', name: `N${name}`, picking, units, group: `G${name}` },
      ]);
    } else if (event.does === 'come') {
      const lot = `L${event.lot}`;
      const amount = tracking === 'serial' ? 1 : event.quantity;
      if (tracking === 'serial' && shelves.isThere(lot)) continue;
      const expires = expiryOf(event.lot);
      shelves.put(lot, event.place, amount, { expires, since: index });
      const expiresOn = expires === undefined ? {} : { expiresOn: day(expires).slice(0, 10) };
      docs.push([
        'receive',
        {
          ...about,
          lines: [line(PLACES[event.place]!, lot, amount, { unitCost: '1', ...expiresOn })],
        },
      ]);
    } else {
      const from = PLACES[event.place]!;
      const taken = shelves.take(event.place, event.quantity, today);
      if (!taken) refused.push(docs.length);
      if (event.does === 'leave') {
        docs.push(['issue', { ...about, lines: [line(from, '', event.quantity)] }]);
        continue;
      }
      for (const { lot, quantity: part, expires } of taken ?? [])
        shelves.put(lot, 1 - event.place, part, { expires, since: index });
      const to = PLACES[1 - event.place]!;
      docs.push([
        'transfer',
        { ...about, lines: [{ sku: 'X', from, to, quantity: String(event.quantity) }] },
      ]);
    }
  }
  return { docs, refused, shelves };
}

describe(`lots and serial numbers in any history (${runs()} histories)`, function () {
  this.timeout(0);

  it('leave in the order of the item as it is then, and what has expired stays', () =>
    checkAny(
      cases,
      (example) =>
        told(example)
          .docs.map((doc) => JSON.stringify(doc))
          .join('\n'),
      async (example) => {
        const { docs, refused, shelves } = told(example);
        const rig = new LedgerRig();
        for (const [index, doc] of docs.entries()) {
          const [refusal] = await rig.send([doc]);
          const expected = refused.includes(index) ? 'STOCK_INSUFFICIENT' : undefined;
          assert.equal(refusal?.code, expected, JSON.stringify(doc));
        }
        const { rows } = await rig.store.stock({}, all);
        const there = rows.flatMap(({ place: at, lot, onHand }) =>
          onHand === 0n ? [] : `${at} ${lot} ${formatDecimal(onHand)}`,
        );
        assert.deepEqual(there.sort(), shelves.lines());
        assert.deepEqual((await verifyStore(rig.store, rig.policy)).differences, []);
      },
    ));
});
