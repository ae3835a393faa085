import assert from 'node:assert/strict';
import { configField } from '../../../core/flow/loadConfig.ts';
import type { SkuHead } from '../../../core/ledger.ts';
import { packState } from '../../../core/packFrom.ts';
import { Workspace } from '../../../core/stock/workspace.ts';

const head: SkuHead = {
  sku: 'A',
  version: 3,
  seq: 2,
  item: undefined,
  opening: { valuation: 'fifo', standardCost: 0n },
  pools: [
    { pool: 'main', quantity: 5_000_000n, value: 50_00n, lastCost: 10_000_000n, reserved: 0n },
  ],
  recordedAt: '2026-01-01T00:00:00.000Z',
  hash: '',
  sinceBase: { rows: 0, packs: 0, changed: 0 },
  latestAt: '2026-01-01T00:00:00.000Z',
  latestRank: '',
  checkpointSeq: 0,
};

describe('workspace', () => {
  it('keeps what was loaded for a document when that is undone', () => {
    const { stock } = configField([]).read({}, [], ({ message }) => assert.fail(message))!;
    const workspace = new Workspace({ ...stock, rates: {}, units: new Map() });
    const nothing = { reservations: [], openOrders: [] };
    const skus = [{ head, balances: [], layers: [] }];
    workspace.take({ ...nothing, skus, period: workspace.period }, { ...nothing, skus: ['A'] });
    workspace.undo.rollback();
    workspace.changeSku(workspace.sku('A'), {});
    const { packs } = workspace.changes();
    assert.deepEqual(packState(packs[0]!).head.pools, head.pools);
  });
});
