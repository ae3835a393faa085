import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type FlowText, flowTexts } from '../../scripts/flowLines.ts';

const LINES = 347;
const COLUMNS = 100;
/** Not among those that were counted once. */
const besides: readonly string[] = ['erp-receipts'];
/** Those that had twice as many lines, each with what it shares copied into it. */
const counted = `
d365-onhand d365-reserve datev-journal epcis-json epcis-xml gs1-scans magento-stock netsuite-availability
qb-items sf-orders shopify-fulfillments shopify-levels shopify-orders shopify-refunds shopify-variants
ubl-despatch-3pl ubl-inventory ubl-order ubl-receipt woo-orders woo-refunds xero-items xero-po`
  .trim()
  .split(/\s+/);

describe('the flows of examples/', () => {
  let texts: FlowText[];

  before(async () => {
    texts = await flowTexts(join(import.meta.dirname, '../..'));
  });

  it(`have at most ${LINES} lines, with the fragments that they use`, () => {
    const names = texts.map(({ name }) => name);
    assert.deepEqual(
      counted.filter((name) => !names.includes(name)),
      [],
    );
    const all = texts.filter(({ name }) => !besides.includes(name));
    const total = all.reduce((sum, { lines }) => sum + lines, 0);
    assert.ok(total <= LINES, `${total} lines`);
  });

  it(`have lines of ${COLUMNS} characters at most`, () => {
    const wide = texts.filter(({ columns }) => columns > COLUMNS);
    assert.deepEqual(
      wide.map(({ name }) => name),
      [],
    );
  });
});
