import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FlowText, flowTexts } from '../../scripts/flowLines.ts';

const root = join(import.meta.dirname, '../..');
const LINES = 347;
const COLUMNS = 100;
/** Of a flow that came later. */
const LINES_OF_ONE = 22;
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
    texts = await flowTexts(root);
  });

  /** Those that were counted once, with the flow that two of them hand to, and what they share. */
  const isCounted = ({ name }: FlowText): boolean =>
    counted.includes(name) || name === 'epcis' || name.startsWith('fragment ');

  it(`that were counted once have at most ${LINES} lines, with the fragments that they use`, () => {
    const names = texts.map(({ name }) => name);
    assert.deepEqual(
      counted.filter((name) => !names.includes(name)),
      [],
    );
    const total = texts.filter(isCounted).reduce((sum, { lines }) => sum + lines, 0);
    assert.ok(total <= LINES, `${total} lines`);
  });

  it(`that came later have at most ${LINES_OF_ONE} lines each`, () => {
    const long = texts.filter((one) => !isCounted(one) && one.lines > LINES_OF_ONE);
    assert.deepEqual(long, []);
  });

  it('are named in docs/formats.md, with what they read', async () => {
    const page = await readFile(join(root, 'docs/formats.md'), 'utf8');
    const flows = texts.filter(({ name }) => !name.startsWith('fragment '));
    const unnamed = flows.filter(({ name }) => !page.includes(`\`${name}\``));
    assert.deepEqual(unnamed, []);
  });

  it(`have lines of ${COLUMNS} characters at most`, () => {
    const wide = texts.filter(({ columns }) => columns > COLUMNS);
    assert.deepEqual(
      wide.map(({ name }) => name),
      [],
    );
  });
});
