/** Rows of every kind with names, texts and numbers that a careless store changes. */
import { MAX_INT64 } from '../../../core/decimal.ts';
import type {
  Balance,
  Checkpoint,
  CostLayer,
  LedgerEntry,
  Location,
  OpenOrder,
  Period,
  Reservation,
  SkuHead,
} from '../../../core/ledger.ts';
import type { ParkedRecord } from '../../../core/message.ts';
import {
  AT,
  balanceOf,
  entryOf,
  headOf,
  itemOf,
  layerOf,
  parkedOf,
  RECORDED_AT,
  reservedLineOf,
} from './fixtures.ts';

/** Keys of objects, operators, tabs, other scripts. */
const odd = JSON.parse('{"__proto__":"p","a.b":"dot","$set":"operator","":"empty"}') as Record<
  string,
  string
>;
export const ODD_SKU = 'Ä "x"\t$1.5 \u0001 %_ 螺丝';
export const ODD_OWNER = 'Ö "x"\t螺';

/** Not exact as a double. */
export const EXACT = 9_007_199_254_740_993n;

export const oddHead: SkuHead = headOf(ODD_SKU, 1, {
  seq: 3,
  item: itemOf(ODD_SKU, {
    name: 'Bolt\nM8',
    units: odd,
    valuation: 'lot',
    standardCost: EXACT,
    tracking: 'serial',
    picking: 'fifo',
    negative: 'deny',
    valued: false,
    weight: -MAX_INT64,
    barcode: '4006381333931',
    group: 'g"',
    attributes: odd,
    changed: odd,
  }),
  opening: { valuation: 'standard', standardCost: MAX_INT64 },
  pools: [
    { pool: 'main', quantity: MAX_INT64, value: -MAX_INT64, lastCost: 1n, reserved: MAX_INT64 },
    { pool: 'a\tb', quantity: 0n, value: -1n, lastCost: EXACT, reserved: 0n },
  ],
  checkpointSeq: 2,
  recost: {
    at: AT,
    rank: '5D "x"\n\u{1f4e6}',
    seq: 2,
    done: 10_000,
    total: 123_456,
    shifts: [
      [7, MAX_INT64],
      [3, -EXACT],
    ],
  },
});

const lot = 'L\t1';

export const oddEntries: LedgerEntry[] = [
  entryOf(ODD_SKU, 1, {
    kind: 'status',
    from: 'W1',
    quantity: MAX_INT64,
    value: 2n * EXACT - MAX_INT64,
    lot,
    toStatus: 'quarantine',
    owner: ODD_OWNER,
    partner: 'P',
    reason: 'R',
    reference: 'Q',
    fromPool: 'a\tb',
  }),
  entryOf(ODD_SKU, 2, {
    kind: 'count',
    from: 'W1',
    to: 'adjustment',
    quantity: 1n,
    value: EXACT,
    line: '',
    fromPool: 'main',
    toPool: '',
    lot,
    input: {
      amount: -EXACT,
      unitCost: MAX_INT64,
      counted: 0n,
      method: 'lifo',
      of: 1,
      ofQuantity: EXACT,
      share: [0n, EXACT, MAX_INT64],
      extra: -MAX_INT64,
      stated: 'USD 1.50 "x"\t螺',
      expiresOn: '2026-01-31',
    },
  }),
  entryOf(ODD_SKU, 3, {
    kind: 'recost',
    quantity: 0n,
    value: EXACT + 2n,
    status: 'damaged',
    input: {},
    corrects: 1,
    by: 2,
  }),
];

export const oddBalances: Balance[] = [
  balanceOf(ODD_SKU, 'W1', {
    lot,
    onHand: MAX_INT64,
    reserved: -MAX_INT64,
    expiresOn: '2026-01-31',
    since: AT,
    version: 2,
  }),
  balanceOf(ODD_SKU, 'W1', { lot, owner: ODD_OWNER, onHand: 1n }),
  balanceOf(ODD_SKU, 'W\t1', { status: 'quarantine', onHand: EXACT }),
];

export const oddLayer: CostLayer = layerOf(ODD_SKU, 1, {
  part: 3,
  since: '',
  origin: 2,
  lot,
  owed: 'customer D "x"\t螺',
  quantity: MAX_INT64,
  value: -MAX_INT64,
});

export const oddCheckpoint: Checkpoint = {
  sku: ODD_SKU,
  at: AT,
  rank: '5D "x"\n\u{1f4e6}',
  seq: 2,
  afterSeq: 1,
  state: '{"__proto__":"1","a":"9007199254740993 螺 \\u0001"}',
};

const logged = {
  source: '/flows/test',
  messageId: 'm\t1',
  actor: 'cli:a"b\tc',
  recordedAt: RECORDED_AT,
};

export const oddReservation: Reservation = {
  id: '__proto__ $1.5 \u0001 螺',
  version: 1,
  state: 'pending',
  at: AT,
  expiresAt: RECORDED_AT,
  partner: 'P\t',
  reference: '$set',
  lines: [
    reservedLineOf(ODD_SKU, { lot, quantity: MAX_INT64, committed: EXACT }),
    reservedLineOf(ODD_SKU, { line: 'a.b', place: '', pool: 'a\tb' }),
  ],
  log: [
    { action: 'reserve', result: 'reserved', ...logged },
    { action: '$set', result: '"', ...logged, reason: 'a.b \u0001' },
  ],
};

export const oddPeriod: Period = {
  version: 1,
  closedThrough: '2024-12-31',
  log: [{ action: 'close', through: '2024-12-31', reason: '"x"\t螺', ...logged }],
};

export const oddOrder: OpenOrder = {
  document: '$PO "1"\t螺',
  line: 'a.b',
  kind: 'transfer',
  sku: ODD_SKU,
  place: 'W\t1',
  quantity: MAX_INT64,
  due: '2025-04-01',
  changed: '#000000001',
  stated: MAX_INT64,
};

export const oddPlace: Location = {
  location: 'W\t1',
  name: 'n',
  kind: 'k',
  parent: 'p',
  attributes: odd,
  changed: '2025-04-01T00:00:00.000Z',
};

export const oddParked: ParkedRecord = parkedOf('odd', {
  stage: 'apply',
  content: '{"__proto__":1}',
  type: 'stock.receive.v1',
  source: '/flows/test',
  messageId: 'm',
  faults: [
    { code: 'SKU_UNKNOWN', message: 'm', at: { file: 'f', line: 2, field: 'x' }, todo: 't' },
  ],
});
