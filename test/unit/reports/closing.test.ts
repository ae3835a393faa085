/** What stands in the way of closing: looked at before, refused or told when it is done. */
import assert from 'node:assert/strict';
import type { ClosingPolicy } from '../../../core/closingChecks.ts';
import { limits } from '../../../core/limits.ts';
import { queryRows } from '../../../core/query.ts';
import { verifyStore } from '../../../core/verify.ts';
import { type Doc, day, LedgerRig } from '../../ledgerRig.ts';
import { timeAt } from '../../SimulatedTime.ts';

describe('before the books are closed', () => {
  let rig: LedgerRig;
  const open = (closing?: ClosingPolicy): void => {
    rig = new LedgerRig({
      policy: { negative: 'allow', pools: { shop: ['S'] }, ...(closing ? { closing } : {}) },
    });
  };
  const moved = (kind: string, document: string, number: number, line: object, more = {}): Doc => [
    kind,
    {
      ...{ document, at: day(number), ...more },
      lines: [{ sku: 'X', location: 'A', quantity: '5', ...line }],
    },
  ];
  const listed = async (query: object = {}): Promise<string[]> => {
    const shown: string[] = [];
    const { store, policy } = rig;
    for await (const page of queryRows(
      store,
      policy,
      { name: 'closing', ...query },
      timeAt(rig.now),
    )) {
      for (const { check, policy: is, sku, pool, document, day: on, quantity, value } of page)
        shown.push(
          [check, is, sku, pool, document, on, quantity, value]
            .filter((cell) => cell !== '')
            .join(' '),
        );
    }
    return shown;
  };
  const close = async (through: string) => (await rig.send([['period.close.v1', { through }]]))[0];
  const told = async (): Promise<string> => {
    const shown: string[] = [];
    const { store, policy } = rig;
    for await (const page of queryRows(store, policy, { name: 'periods' }, timeAt(rig.now)))
      shown.push(...page.map((row) => String(row.told)));
    return shown.at(-1)!;
  };

  async function january(): Promise<void> {
    for (const [type, data] of [
      moved('receive', 'GR-1', 2, { unitCost: '10' }),
      moved('receive', 'GR-2', 3, {}, { partner: 'V-1' }),
      moved('transfer', 'TR-1', 4, {
        from: 'A',
        to: 'transit',
        location: undefined,
        quantity: '2',
      }),
      moved('issue', 'SI-1', 5, { location: 'S' }),
      moved('return', 'RT-1', 6, { quantity: '1' }, { party: 'customer', reference: 'SI1' }),
      moved('receive', 'GR-9', 40, {}),
    ] as Doc[])
      await rig.book(type, data);
  }

  it('it can be seen what stands in the way, of the days that are open', async () => {
    open({ negative: 'refuse' });
    await january();
    assert.deepEqual(await listed({ period: '2026-01' }), [
      'negative refuse X shop -5 -50.00',
      'guessed tell X shop SI-1 2026-01-05 -5 -50.00',
      'unpriced tell X main GR-2 2026-01-03 5 50.00',
      'returns tell X main RT-1 2026-01-06 1 10.00',
      'transit tell X transit 2 20.00',
    ]);
    assert.deepEqual(await listed({ asOf: '2026-01-02' }), []);
    assert.deepEqual(
      (await listed({ period: '2026-02' })).at(3),
      'unpriced tell X main GR-9 2026-02-09 5 50.00',
    );
  });

  it('what left at 0.00, since nobody knew a cost, is told beside the guess, until it comes', async () => {
    open({ uncosted: 'refuse' });
    await rig.item('S', { valuation: 'standard' });
    await rig.item('S12', { valuation: 'standard', standardCost: '12' });
    for (const sku of ['NEW', 'S', 'S12'])
      await rig.book(...moved('issue', `SI-${sku}`, 5, { sku }));
    await rig.book(...moved('receive', 'GR-1', 6, { sku: 'OLD', unitCost: '3' }));
    await rig.book(...moved('issue', 'SI-OLD', 7, { sku: 'OLD', location: 'S' }));
    const short = async (): Promise<unknown[]> => {
      const { store, policy } = rig;
      const found: unknown[] = [];
      for await (const page of queryRows(store, policy, { name: 'uncosted' }, timeAt(rig.now)))
        found.push(
          ...page.map(({ sku, pool, document, day: on, quantity }) =>
            [sku, pool, document, on, quantity].join(' '),
          ),
        );
      return found;
    };
    assert.deepEqual(await short(), ['NEW main SI-NEW 2026-01-05 5', 'S main SI-S 2026-01-05 5']);
    assert.deepEqual(
      (await listed({ period: '2026-01' })).filter((row) => /^(guessed|uncosted)/.test(row)),
      [
        'guessed tell NEW main SI-NEW 2026-01-05 -5 0.00',
        'guessed tell OLD shop SI-OLD 2026-01-07 -5 -15.00',
        'uncosted refuse NEW main SI-NEW 2026-01-05 -5 0.00',
        'uncosted refuse S main SI-S 2026-01-05 -5 0.00',
      ],
    );
    assert.equal(
      (await close('2026-01-31'))?.message,
      '2 shortages at 0.00 (SI-NEW NEW main, SI-S S main)',
    );
    for (const sku of ['NEW', 'S'])
      await rig.book(...moved('receive', `GR-${sku}`, 4, { sku, unitCost: '2' }));
    assert.deepEqual(await short(), []);
    assert.equal(await close('2026-01-31'), undefined);
  });

  it('all of it is told, and stands in the log of the periods', async () => {
    open();
    await january();
    assert.equal(await close('2026-01-31'), undefined);
    assert.deepEqual(
      rig.log.map(({ event, fields }) => [event, fields.through, fields.told]),
      [['period.closed', '2026-01-31', await told()]],
    );
    assert.equal(
      await told(),
      '1 cost pool below zero, 1 shortage at a guessed cost, 1 receipt without a price, 1 return that follows no document, 1 item in transit',
    );
    assert.deepEqual((await verifyStore(rig.store, rig.policy)).differences, []);
    assert.equal(await close('2026-02-28'), undefined);
    assert.match(await told(), /1 receipt without a price, 1 item in transit$/);
  });

  it('what is refused keeps them open, and says how many there are, and which', async () => {
    open({ negative: 'refuse', unpriced: 'refuse', returns: 'refuse' });
    await january();
    const refusal = await close('2026-01-31');
    assert.deepEqual(refusal, {
      code: 'PERIOD_NOT_READY',
      message:
        '1 cost pool below zero (X shop), 1 receipt without a price (GR-2 X main), 1 return that follows no document (RT-1 X main)',
      field: 'through',
    });
    await rig.book(...moved('receive', 'GR-3', 1, { location: 'S', unitCost: '12' }));
    await rig.book('cancel', { document: 'RT-1', at: day(8) });
    await rig.book('invoice', {
      ...{ document: 'V-1', at: day(9) },
      lines: [{ receipt: 'GR-2', sku: 'X', quantity: '5', amount: '55' }],
    });
    assert.equal(await close('2026-01-31'), undefined);
    assert.equal(await told(), '1 item in transit');
  });

  it('of what left at a guess all is told, however much that is, by the document alone that took it', async () => {
    open({ guessed: 'refuse' });
    const issues = Array.from({ length: limits.keptShortages + 1 }, (_, index) =>
      moved('issue', `SI-${index}`, 5 + index, { quantity: '1' }),
    );
    await rig.send(issues);
    const arrived = { sku: 'Y', from: 'transit', to: 'A', location: undefined };
    await rig.book(...moved('transfer', 'TR-1', 4, arrived, { reference: 'TR-0' }));
    const guessed = (await listed({ period: '2026-01' })).filter((row) => /^guessed/.test(row));
    assert.deepEqual(
      guessed.sort(),
      [
        ...issues.map(
          (_, index) => `SI-${index} 2026-01-${`${5 + index}`.padStart(2, '0')} -1 0.00`,
        ),
      ]
        .map((row) => `guessed refuse X main ${row}`)
        .concat('guessed refuse Y transit TR-1 2026-01-04 -5 0.00'),
    );
    assert.equal((await close('2026-01-31'))?.code, 'PERIOD_NOT_READY');
    assert.equal((await listed({ asOf: day(6) })).filter((row) => /^guessed/.test(row)).length, 3);
  });

  it('a document that is parked stands in the way until it is booked', async () => {
    rig = new LedgerRig({ policy: { closing: { parked: 'refuse' }, unknownSku: 'park' } });
    const [type, data] = moved('issue', 'SI-7', 7, { sku: 'NEW' });
    assert.equal(await rig.refused(type, data), 'SKU_UNKNOWN');
    assert.deepEqual(await listed({ period: '2026-01' }), ['parked refuse NEW SI-7 2026-01-07']);
    assert.match((await close('2026-01-31'))!.message, /^1 parked document \(SI-7 NEW\)$/);
    assert.equal(await close('2026-01-06'), undefined);
  });

  it('a document in conflict stands in the way until it is booked as the next revision', async () => {
    open({ parked: 'refuse' });
    const sent = async (doc: Doc) => (await rig.send([doc], '/erp', ['GR-1']))[0]?.code;
    const other = moved('receive', 'GR-1', 2, { unitCost: '11' });
    assert.equal(await sent(moved('receive', 'GR-1', 2, { unitCost: '10' })), undefined);
    assert.equal(await sent(other), 'ID_CONFLICT');
    assert.equal((await close('2026-01-31'))?.message, '1 parked document (GR-1 X)');
    await rig.book('cancel', { document: 'GR-1', at: day(3) });
    assert.equal((await close('2026-01-31'))?.message, '1 parked document (GR-1 X)');
    assert.equal(await sent(other), undefined);
    assert.equal(await close('2026-01-31'), undefined);
  });

  it('a document that is cancelled, and was sent again for nothing, stands in the way until it is booked again', async () => {
    open({ parked: 'refuse' });
    const sent = async (more = {}) => {
      const doc = moved('receive', 'GR-1', 2, { unitCost: '10' }, more);
      return (await rig.send([doc], '/erp', ['GR-1']))[0]?.code;
    };
    assert.equal(await sent(), undefined);
    assert.equal(await sent({ revision: '2' }), 'REVISION_REFUSED');
    assert.equal((await close('2026-01-31'))?.message, '1 parked document (GR-1 X)');
    await rig.book('cancel', { document: 'GR-1', at: day(3) });
    assert.equal(await sent(), 'DOCUMENT_CANCELLED');
    assert.equal((await close('2026-01-31'))?.message, '1 parked document (GR-1 X)');
    assert.equal(await sent({ revision: '2' }), undefined);
    assert.equal(await close('2026-01-31'), undefined);
  });

  it('what corrects a document that is cancelled stands in the way until it is booked, whatever was cancelled', async () => {
    rig = new LedgerRig({ policy: { closing: { parked: 'refuse' } } });
    await rig.book(...moved('receive', 'GR-1', 2, { unitCost: '10' }));
    const sent = async (quantity: string) =>
      (await rig.send([moved('issue', 'SI-1', 3, { quantity })], '/erp', ['SI-1']))[0]?.code;
    assert.equal(await sent('2'), undefined);
    await rig.book('cancel', { document: 'SI-1', at: day(4) });
    assert.equal(await sent('9'), 'STOCK_INSUFFICIENT');
    const waits = ['parked refuse X SI-1 2026-01-03'];
    assert.deepEqual(await listed({ period: '2026-01' }), waits);
    assert.equal(await sent('12'), 'STOCK_INSUFFICIENT');
    assert.deepEqual(await listed({ period: '2026-01' }), waits);
    assert.equal((await close('2026-01-31'))?.message, '1 parked document (SI-1 X)');
    await rig.book(...moved('receive', 'GR-2', 2, { unitCost: '10' }));
    assert.equal(await sent('9'), undefined);
    assert.deepEqual(await listed({ period: '2026-01' }), []);
  });
});
