import assert from 'node:assert/strict';
import { type Column, tableLines } from '../../../core/cli/table.ts';

interface Row {
  id: string;
  flow: string;
  why: string;
}

const columns: Column<Row>[] = [
  { title: 'Id', text: ({ id }) => id },
  { title: 'Flow', text: ({ flow }) => flow },
  { title: 'Why', wraps: true, text: ({ why }) => why },
];
const why =
  "LOOKUP_NOT_FOUND sku: the table artikel has no row '10-4714', and there is none like it";
const row = { id: '023bc5bffb6fea4876ba', flow: 'receipts', why };

describe('a table on a terminal', () => {
  const on = (width: number, flow = 'receipts') =>
    tableLines(columns, [{ ...row, flow }], { attended: true, width });

  it('is never wider: sentences go on below their column, or below the row', () => {
    assert.deepEqual(on(80), [
      'Id                    Flow      Why',
      '023bc5bffb6fea4876ba  receipts  LOOKUP_NOT_FOUND sku: the table artikel has no',
      "                                row '10-4714', and there is none like it",
    ]);
    assert.deepEqual(on(60, 'purchase-receipts'), [
      'Id                    Flow',
      '    Why',
      '023bc5bffb6fea4876ba  purchase-receipts',
      '    LOOKUP_NOT_FOUND sku: the table artikel has no row',
      "    '10-4714', and there is none like it",
    ]);
    const address = `http://${'a'.repeat(100)}`;
    const lines = tableLines(columns, [{ ...row, why: address }], { attended: true, width: 80 });
    assert.ok(lines.every((line) => line.length <= 80));
    assert.equal(
      lines
        .slice(1)
        .map((line) => line.slice(32))
        .join(''),
      address,
    );
  });

  it('has each row in one line where it fits, and for files and programs', () => {
    const whole = tableLines(columns, [row]);
    assert.equal(whole.length, 2);
    assert.deepEqual(on(whole[1]!.length), whole);
    assert.deepEqual(tableLines(columns, [row], { attended: false, width: 40 }), whole);
  });
});
