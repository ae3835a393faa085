/** What is open of orders, whatever they, what came for them and what of that was cancelled arrive in. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatDecimal } from '../../core/decimal.ts';
import { all, type Doc, LedgerRig } from '../ledgerRig.ts';
import { runs } from '../runs.ts';
import { checkAny } from './check.ts';

const LINES = ['9', '10', '11'];
const DAYS = ['2026-09-01', '2026-09-02'];
/** One for each of what happens, so that no two are of one. */
const instant = (hour: number, index: number): string =>
  new Date(Date.UTC(2026, 0, 1, hour, index)).toISOString();

interface Upsert {
  line: string;
  due: string;
  changedAt: string;
  quantity: number;
}
interface Delivery {
  document: string;
  at: string;
  quantity: number;
  isCancelled: boolean;
}
interface Case {
  kind: 'purchase' | 'sale';
  upserts: Upsert[];
  deliveries: Delivery[];
  docs: Doc[];
}

const hour = fc.nat({ max: 30 });
const cases: fc.Arbitrary<Case> = fc
  .record({
    kind: fc.constantFrom('purchase' as const, 'sale' as const),
    said: fc.array(
      fc.record({
        line: fc.constantFrom(...LINES),
        due: fc.constantFrom(...DAYS),
        hour,
        quantity: fc.nat({ max: 9 }),
        turn: fc.nat(),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    moved: fc.array(
      fc.record({
        hour,
        quantity: fc.integer({ min: 1, max: 9 }),
        isCancelled: fc.boolean(),
        turns: fc.tuple(fc.nat(), fc.nat()),
      }),
      { maxLength: 6 },
    ),
  })
  .map(({ kind, said, moved }) => {
    const upserts = said.map(({ line, due, hour: of, quantity }, index): Upsert => {
      return { line, due, changedAt: instant(of, index), quantity };
    });
    const deliveries = moved.map(({ hour: of, quantity, isCancelled }, index): Delivery => {
      return { document: `D${index}`, at: instant(of, 30 + index), quantity, isCancelled };
    });
    const turns: [turn: number, doc: Doc][] = upserts.map((upsert, index) => [
      said[index]!.turn,
      orderOf(kind, upsert),
    ]);
    for (const [index, delivery] of deliveries.entries()) {
      const [one, other] = moved[index]!.turns;
      turns.push([Math.min(one, other), deliveryOf(kind, delivery)]);
      const cancel: Doc = ['cancel', { document: delivery.document, at: instant(40, index) }];
      if (delivery.isCancelled) turns.push([Math.max(one, other), cancel]);
    }
    turns.sort(([one], [other]) => one - other);
    return { kind, upserts, deliveries, docs: turns.map(([, doc]) => doc) };
  });

const orderOf = (kind: Case['kind'], { line, due, changedAt, quantity }: Upsert): Doc => [
  'order.upsert.v1',
  {
    ...{ document: 'O', kind, changedAt },
    lines: [{ line, sku: 'X', location: 'A', quantity: String(quantity), due }],
  },
];

const deliveryOf = (kind: Case['kind'], { document, at, quantity }: Delivery): Doc => {
  const line = { sku: 'X', location: 'A', quantity: String(quantity) };
  return [
    kind === 'purchase' ? 'receive' : 'issue',
    {
      ...{ document, at, reference: 'O' },
      lines: [kind === 'purchase' ? { ...line, unitCost: '1' } : line],
    },
  ];
};

/** Of each line what was said last, less what came after that, by due date, then line. */
function openOf({ upserts, deliveries }: Case): string[] {
  const lines = LINES.flatMap((line) => {
    const said = upserts.filter((one) => one.line === line);
    const [last] = said.sort((one, other) => (one.changedAt > other.changedAt ? -1 : 1));
    return last ? { ...last } : [];
  });
  lines.sort((one, other) =>
    one.due === other.due ? Number(one.line) - Number(other.line) : one.due < other.due ? -1 : 1,
  );
  const standing = deliveries.filter(({ isCancelled }) => !isCancelled);
  standing.sort((one, other) => (one.at < other.at ? -1 : 1));
  for (const { at, quantity } of standing) {
    let rest = quantity;
    for (const line of lines) {
      if (at <= line.changedAt) continue;
      const part = Math.min(rest, line.quantity);
      line.quantity -= part;
      rest -= part;
    }
  }
  return lines
    .flatMap(({ line, quantity }) => (quantity === 0 ? [] : `${line}: ${quantity}`))
    .sort();
}

describe(`orders in any history (${runs()} histories)`, function () {
  this.timeout(0);

  it('are open as far as nothing came or left since, whatever arrives first', () =>
    checkAny(
      cases,
      ({ docs }) => docs.map((doc) => JSON.stringify(doc)).join('\n'),
      async (example) => {
        const rig = new LedgerRig({ policy: { negative: 'allow' } });
        for (const doc of example.docs) {
          const [refusal] = await rig.send([doc]);
          assert.equal(refusal, undefined);
        }
        const { rows } = await rig.store.openOrders({}, all);
        assert.deepEqual(
          rows.map(({ line, quantity }) => `${line}: ${formatDecimal(quantity)}`).sort(),
          openOf(example),
        );
      },
    ));
});
