/** Fields of lines that a record has beside its list of lines, where lint cannot know them. */
import assert from 'node:assert/strict';
import { data, inbound, run } from './hubFolder.ts';

const flow = `flow: receipts
from: { folder: inbox }
read: json
steps:
  - set: { at: $date(at) }
key: document
to: stock.receive.v1
`;
const receipt = { document: 'R1', at: '2026-03-01' };
const line = { sku: 'A', quantity: '2' };

describe('beside lines', () => {
  it('what says of one line what it is parks the document, with every such field', async () => {
    const beside = { sku: 'TOP', location: 'WH', quantity: '7', line: '9' };
    const { messages, parked } = await run(await inbound(flow), [
      { ...receipt, ...beside, lines: [line] },
    ]);
    assert.deepEqual(messages, []);
    assert.deepEqual(
      parked[0]!.faults.map(({ code, at }) => `${code} ${at?.field}`),
      ['MESSAGE_INVALID line', 'MESSAGE_INVALID sku', 'MESSAGE_INVALID quantity'],
    );
  });

  it('even beside an empty list', async () => {
    const { parked } = await run(await inbound(flow), [{ ...receipt, ...line, lines: [] }]);
    assert.equal(parked.length, 1);
  });

  it('a place or a status holds for every line without its own', async () => {
    const lines = [line, { ...line, sku: 'B', location: 'SHOP' }];
    const result = await run(await inbound(flow), [
      { ...receipt, location: 'WH', status: 'damaged', lines },
    ]);
    assert.deepEqual(data(result), [
      {
        document: 'R1',
        at: '2026-03-01T00:00:00.000Z',
        lines: [
          { sku: 'A', location: 'WH', quantity: '2', status: 'damaged' },
          { sku: 'B', location: 'SHOP', quantity: '2', status: 'damaged' },
        ],
      },
    ]);
  });

  it('a document of which there is no line at all says so', async () => {
    const { parked } = await run(await inbound(flow), [receipt, { ...receipt, lines: null }]);
    assert.deepEqual(
      parked.map(({ faults }) => faults.map(({ message }) => message)),
      [['lines has no entry'], ['lines has no entry']],
    );
  });
});
