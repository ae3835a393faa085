/** Books of seven SKUs, and what a forger does to them. */
import type { Doc, Setting } from '../../property/documents.ts';

const SKUS = ['A', 'B', 'C', 'D', 'E', 'F'];

export const setting: Setting = {
  items: [...SKUS, 'MADE'].map((sku) => ({ sku, valuation: 'fifo' })),
  ...{ pools: {}, negative: 'allow', minorDigits: 2, closedPeriod: 'refuse' },
};

const at = (month: number, day: number): string => `2026-0${month}-0${day}T08:00:00.000Z`;
const line = (sku: string) => ({ sku, location: 'BER', quantity: '5', unitCost: '2' });
const doc = (type: string, moment: string, data: Record<string, unknown>): Doc => ({
  type: `stock.${type}.v1`,
  recordedAt: moment.replace('-03-', '-06-').replace('-04-', '-07-'),
  data: { at: moment, ...data } as Doc['data'],
});

export const story: Doc[] = [
  ...SKUS.map((sku, day) => doc('receive', at(3, day + 1), { document: sku, lines: [line(sku)] })),
  doc('issue', at(4, 1), { document: 'I1', lines: SKUS.map(line) }),
  doc('produce', at(4, 2), {
    document: 'P1',
    lines: [{ sku: 'MADE', location: 'BER', quantity: '1' }],
    components: [{ sku: 'B', location: 'BER', quantity: '1' }],
  }),
];

/** In several SKUs, in a closing, in the inbox, and of what was produced. */
export const forgeries = `
  UPDATE documents SET partner = 'V-9' WHERE document IN ('B', 'E');
  UPDATE packs SET body = replace(body, '"entries":[[0,0,1000000', '"entries":[[0,0,2000000')
    WHERE sku_id = (SELECT id FROM skus WHERE sku = 'MADE');
  DELETE FROM packs WHERE version = 2 AND sku_id = (SELECT id FROM skus WHERE sku = 'D');
  UPDATE closing_parts SET body = replace(body, '["C",3,[["main",5000000,1000]]]', '["C",3,[["main",5000000,1001]]]');
  UPDATE closing_parts SET body = replace(body, '["F",3,', '["F",9,');
  UPDATE inbox SET contenthash = 'other' WHERE id LIKE '% A %';
`;

export const drop = ['commits', 'packs', 'documents', 'inbox', 'closing_parts']
  .map((table) => `DROP TRIGGER ${table}_unchanged; DROP TRIGGER ${table}_kept;`)
  .join('');

/** When a closing is made of it all. */
export const closedAt = at(8, 1);
