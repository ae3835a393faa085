/** Lots with a last day, which of them goes when a line names none, and serial numbers. */
import assert from 'node:assert/strict';
import { day, LedgerRig } from '../../../ledgerRig.ts';

describe('lots', () => {
  let rig: LedgerRig;
  let count = 0;

  const send = (type: string, number: number, quantity: string, more: object = {}) => {
    count += 1;
    const { party, from, ...line } = more as Record<string, string>;
    const where = from ? { from } : { location: 'A' };
    const doc = party ? { party } : {};
    return rig.send([
      [
        type,
        {
          ...{ document: `D${count}`, at: day(number), ...doc },
          lines: [{ sku: 'M', ...where, quantity, ...line }],
        },
      ],
    ]);
  };
  const book = async (...args: Parameters<typeof send>) => {
    const [refusal] = await send(...args);
    assert.equal(refusal, undefined);
    return `D${count}`;
  };
  const refused = async (...args: Parameters<typeof send>) => (await send(...args))[0]?.code;

  beforeEach(() => {
    rig = new LedgerRig();
  });

  describe('picked by what expires first', () => {
    beforeEach(() => rig.item('M', { tracking: 'lot' }));

    it('goes out of as many lots as it takes, one entry for each', async () => {
      await book('receive', 1, '5', { lot: 'late', expiresOn: '2026-12-31' });
      await book('receive', 2, '5', { lot: 'soon', expiresOn: '2026-06-30' });
      await book('receive', 3, '5', { lot: 'never' });
      const document = await book('issue', 4, '11');
      assert.deepEqual(
        (await rig.entries('M', { document })).map(({ lot, quantity }) => `${lot} ${quantity}`),
        ['soon 5000000', 'late 5000000', 'never 1000000'],
      );
      assert.equal(await rig.stock('M', 'A'), 'never: 4');
    });

    it('leaves what has expired on the day of the document, but for who names it', async () => {
      await book('receive', 1, '5', { lot: 'old', expiresOn: '2026-01-10' });
      await book('receive', 2, '5', { lot: 'new', expiresOn: '2026-12-31' });
      await book('issue', 10, '1');
      await book('issue', 11, '1');
      assert.equal(await rig.stock('M', 'A'), 'new: 4, old: 4');
      assert.equal(await refused('issue', 11, '5'), 'STOCK_INSUFFICIENT');
      await book('issue', 11, '4', { lot: 'old' });
      assert.equal(await rig.stock('M', 'A'), 'new: 4');
    });

    it('of the same last day the one that came first goes first', async () => {
      await book('receive', 5, '5', { lot: 'B', expiresOn: '2026-12-31' });
      await book('receive', 4, '5', { lot: 'C', expiresOn: '2026-12-31' });
      await book('issue', 6, '1');
      assert.equal(await rig.stock('M', 'A'), 'B: 5, C: 4');
    });

    it('a document of before takes of what was there then, and leaves what was needed later', async () => {
      await book('receive', 1, '10', { lot: 'L1', expiresOn: '2026-12-31' });
      await book('receive', 5, '10', { lot: 'L2', expiresOn: '2026-06-30' });
      await book('issue', 3, '4');
      assert.equal(await rig.stock('M', 'A'), 'L1: 6, L2: 10');
      await book('issue', 6, '5', { lot: 'L1' });
      assert.equal(await refused('issue', 3, '2'), 'STOCK_INSUFFICIENT');
      await book('issue', 3, '1');
      assert.equal(await rig.stock('M', 'A'), 'L2: 10');
    });

    it('a lot keeps its last day on its way through other places and states, and back', async () => {
      await book('receive', 1, '5', { lot: 'old', expiresOn: '2026-01-10' });
      await book('receive', 1, '5', { lot: 'new', expiresOn: '2026-12-31' });
      await book('transfer', 2, '5', { from: 'A', to: 'transit', lot: 'old' });
      await book('transfer', 3, '5', { from: 'transit', to: 'B', lot: 'old' });
      await book('transfer', 3, '5', { from: 'A', to: 'B', lot: 'new' });
      await book('status', 4, '2', { location: 'B', lot: 'old', toStatus: 'quarantine' });
      await book('status', 5, '2', {
        ...{ location: 'B', lot: 'old', status: 'quarantine', toStatus: 'available' },
      });
      await book('issue', 6, '1', { location: 'B', lot: 'old' });
      await book('return', 7, '1', { location: 'C', lot: 'old', party: 'customer' });
      await book('issue', 11, '1', { location: 'B' });
      assert.equal(await rig.stock('M', 'B'), 'new: 4, old: 4');
      assert.equal(await refused('issue', 11, '1', { location: 'C' }), 'STOCK_INSUFFICIENT');
    });

    it('a cancelled receipt leaves neither its last day nor its age behind', async () => {
      const wrong = await book('receive', 1, '5', { lot: 'L1', expiresOn: '2026-01-05' });
      await book('receive', 2, '5', { lot: 'L2', expiresOn: '2026-12-31' });
      await rig.book('cancel', { document: wrong });
      await book('receive', 3, '5', { lot: 'L1', expiresOn: '2026-12-31' });
      await book('issue', 9, '1');
      assert.equal(await rig.stock('M', 'A'), 'L1: 5, L2: 4');
      const again = await book('receive', 4, '5', { lot: 'L3', expiresOn: '2026-01-05' });
      await book('receive', 4, '5', { lot: 'L3', expiresOn: '2026-02-05' });
      await rig.book('cancel', { document: again });
      await book('issue', 9, '1');
      assert.equal(await rig.stock('M', 'A'), 'L1: 5, L2: 4, L3: 4');
    });

    it('is named where goods come in, and by a count', async () => {
      assert.equal(await refused('receive', 1, '5'), 'LOT_MISSING');
      assert.equal(await refused('count', 1, '5'), 'LOT_MISSING');
      assert.equal(await refused('return', 1, '5', { party: 'customer' }), 'LOT_MISSING');
      assert.equal(await refused('adjust', 1, '5', { reason: 'FOUND' }), 'LOT_MISSING');
    });

    it('that is short is found, or counted as none, without a lot', async () => {
      await rig.item('M', { negative: 'allow' });
      for (const found of ['adjust', 'count'] as const) {
        const place = { location: found };
        await book('issue', 1, '3', place);
        await book('receive', 2, '10', { ...place, lot: 'L1' });
        assert.equal(await refused('count', 4, '1', place), 'LOT_MISSING');
        assert.equal(await refused('adjust', 4, '4', { ...place, reason: 'FOUND' }), 'LOT_MISSING');
        if (found === 'count') await book('count', 3, '0', place);
        else await book('adjust', 3, '3', { ...place, reason: 'FOUND' });
        assert.equal(await rig.stock('M', found), 'L1: 10');
        assert.equal(await refused('adjust', 4, '1', { ...place, reason: 'FOUND' }), 'LOT_MISSING');
      }
    });

    it('goes back to a supplier, into production and into scrap as it is picked', async () => {
      await book('receive', 1, '3', { lot: 'L1', expiresOn: '2026-06-30' });
      await book('receive', 1, '9', { lot: 'L2', expiresOn: '2026-12-31' });
      await book('return', 2, '2', { party: 'supplier' });
      await rig.book('produce', {
        ...{ document: 'P1', at: day(3), components: [{ sku: 'M', location: 'A', quantity: '2' }] },
        lines: [{ sku: 'P', location: 'A', quantity: '1' }],
      });
      await book('adjust', 4, '-1', { reason: 'BROKEN' });
      assert.equal(await rig.stock('M', 'A'), 'L2: 7');
    });

    it('of another owner is picked only for that owner', async () => {
      await book('receive', 1, '3', { lot: 'L1', owner: 'V-1', expiresOn: '2026-06-30' });
      await book('receive', 1, '3', { lot: 'L2', unitCost: '5' });
      await book('issue', 2, '1');
      await book('issue', 2, '1', { owner: 'V-1' });
      assert.equal(await rig.stock('M', 'A'), 'L1 V-1: 2, L2: 2');
      assert.equal(await rig.pool('M'), '2 @ 10.00');
    });
  });

  it('picked by what came first, wherever that lies in time of arrival', async () => {
    await rig.item('M', { tracking: 'lot', picking: 'fifo' });
    await book('receive', 3, '5', { lot: 'L3', expiresOn: '2026-06-30' });
    await book('receive', 1, '5', { lot: 'L1', expiresOn: '2026-12-31' });
    await book('issue', 4, '7');
    assert.equal(await rig.stock('M', 'A'), 'L3: 3');
  });

  it('valued each by itself, cost what they cost, whichever is taken', async () => {
    await rig.item('M', { tracking: 'lot', valuation: 'lot' });
    await book('receive', 1, '4', { lot: 'L1', unitCost: '10' });
    await book('receive', 2, '4', { lot: 'L2', unitCost: '1' });
    await book('receive', 3, '4', { lot: 'L1', unitCost: '20' });
    await book('issue', 4, '2', { lot: 'L2' });
    await book('issue', 5, '2', { lot: 'L1' });
    assert.equal(await rig.charged('M'), 'customer 32.00, supplier -124.00');
    assert.equal(await rig.pool('M'), '8 @ 92.00');
  });
});

describe('serial numbers', () => {
  let rig: LedgerRig;
  let count = 0;

  const doc = (type: string, number: number, lines: object[], more: object = {}) => {
    count += 1;
    const document = `S${count}`;
    return { type, data: { document, at: day(number), lines, ...more }, document };
  };
  const book = async (...args: Parameters<typeof doc>): Promise<string> => {
    const { type, data, document } = doc(...args);
    await rig.book(type, data);
    return document;
  };
  const refused = (...args: Parameters<typeof doc>): Promise<string> => {
    const { type, data } = doc(...args);
    return rig.refused(type, data);
  };
  const one = (lot: string, more: object = {}) => ({
    ...{ sku: 'S', location: 'A', quantity: '1', lot },
    ...more,
  });

  beforeEach(async () => {
    rig = new LedgerRig();
    await rig.item('S', { tracking: 'serial', valuation: 'lot' });
    await book('receive', 1, [one('S1', { unitCost: '10' }), one('S2', { unitCost: '20' })]);
  });

  it('have the quantity one, named or picked', async () => {
    assert.equal(await refused('receive', 2, [one('S3', { quantity: '2' })]), 'SERIAL_QUANTITY');
    assert.equal(await refused('issue', 2, [one('S1', { quantity: '0.5' })]), 'SERIAL_QUANTITY');
    const line = { sku: 'S', location: 'A', quantity: '1.5' };
    assert.equal(await refused('issue', 2, [line]), 'SERIAL_QUANTITY');
    await book('issue', 2, [{ ...line, quantity: '2' }]);
    assert.equal(await rig.stock('S', 'A'), '');
    assert.equal(await rig.charged('S'), 'customer 30.00, supplier -30.00');
  });

  it('are at one place only: under way, in another state, or in the same document', async () => {
    assert.equal(await refused('receive', 2, [one('S1', { location: 'B' })]), 'SERIAL_IN_STOCK');
    await book('transfer', 2, [{ sku: 'S', from: 'A', to: 'transit', quantity: '1', lot: 'S1' }]);
    assert.equal(await refused('receive', 3, [one('S1')]), 'SERIAL_IN_STOCK');
    await book('status', 3, [one('S2', { toStatus: 'damaged' })]);
    assert.equal(await refused('receive', 4, [one('S2')]), 'SERIAL_IN_STOCK');
    assert.equal(await refused('receive', 4, [one('S7'), one('S7')]), 'SERIAL_IN_STOCK');
    const components = [{ sku: 'C', location: 'A', quantity: '1' }];
    await book('receive', 1, [{ sku: 'C', location: 'A', quantity: '5', unitCost: '1' }]);
    const products = [one('S8'), one('S8')];
    assert.equal(await refused('produce', 4, products, { components }), 'SERIAL_IN_STOCK');
  });

  it('are at one place only at any time, also for what comes late', async () => {
    const issued = await book('issue', 5, [one('S1')]);
    assert.equal(await refused('receive', 3, [one('S1')]), 'SERIAL_IN_STOCK');
    await book('receive', 8, [one('S1', { location: 'B' })]);
    assert.equal(await refused('receive', 6, [one('S1', { location: 'C' })]), 'SERIAL_IN_STOCK');
    assert.equal(await rig.refused('cancel', { document: issued }), 'SERIAL_IN_STOCK');
  });

  it('come back at what they cost, are sold again, and may be used to make themselves', async () => {
    const sold = await book('issue', 2, [one('S2')]);
    await book('return', 3, [one('S2')], { party: 'customer', reference: sold });
    assert.equal(await rig.pool('S'), '2 @ 30.00');
    assert.equal(
      await refused('return', 3, [one('S2')], { party: 'customer', reference: sold }),
      'SERIAL_IN_STOCK',
    );
    await book('produce', 4, [one('S2', { location: 'B' })], {
      components: [one('S2')],
      additionalCost: '5',
    });
    assert.equal(await rig.stock('S', 'B'), 'S2: 1');
    assert.equal(await rig.pool('S'), '2 @ 35.00');
  });

  it('are counted one by one', async () => {
    await book('count', 2, [one('S1', { quantity: '0' })]);
    assert.equal(await rig.stock('S', 'A'), 'S2: 1');
    assert.equal(await refused('count', 2, [one('S2', { quantity: '2' })]), 'SERIAL_QUANTITY');
    assert.equal(await refused('count', 2, [one('S2', { location: 'B' })]), 'SERIAL_IN_STOCK');
    await book('count', 3, [one('S1')]);
    assert.equal(await rig.stock('S', 'A'), 'S1: 1, S2: 1');
  });
});
