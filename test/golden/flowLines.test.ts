import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type FlowText, flowTexts } from '../../scripts/flowLines.ts';

const LINES = 347;
const COLUMNS = 100;
/** Not among those that were counted once. */
const besides: readonly string[] = ['erp-receipts'];

describe('the flows of examples/', () => {
  let texts: FlowText[];

  before(async () => {
    texts = await flowTexts(join(import.meta.dirname, '../..'));
  });

  it(`have at most ${LINES} lines, with the fragments that they use`, () => {
    const counted = texts.filter(({ name }) => !besides.includes(name));
    const total = counted.reduce((sum, { lines }) => sum + lines, 0);
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
