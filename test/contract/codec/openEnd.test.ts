import assert from 'node:assert/strict';
import { csv } from '../../../core/codecs/csv.ts';
import { json } from '../../../core/codecs/json.ts';
import { xml } from '../../../core/codecs/xml.ts';
import { StockbusError } from '../../../core/errors.ts';
import type { CodecSpec } from '../../../core/ports.ts';
import type { FaultSink } from '../../../core/spec.ts';

const fail: FaultSink = ({ message }) => assert.fail(message);

/** Whether more text could change what the end of this text made: of its last record, or of its fault. */
async function endOf(spec: CodecSpec, options: object, text: string): Promise<string> {
  const read = spec.readOptions.read(options, [], fail);
  const codec = spec.codec(read, undefined);
  const bytes = (async function* () {
    yield Buffer.from(text);
  })();
  let open = 'closed';
  try {
    for await (const records of codec.read(bytes, { name: 'a' })) {
      if (records.some((record) => record.open)) open = 'open record';
    }
  } catch (error) {
    assert.ok(error instanceof StockbusError, String(error));
    return error.atEnd ? 'refused at the end' : 'refused';
  }
  return open;
}

/** So long that the end of the text shows only when more is asked for. */
const long = 'x'.repeat(70_000);

const footer = { footer: '^END (\\d+)' };
const rows = { rows: [{ H: ['no'] }, { L: ['sku'] }] };

/** A text that stops anywhere says by itself whether it stops where it may. */
describe('the end of a text', () => {
  const cases: [of: unknown, options: object, text: string, end: string][] = [
    [csv, {}, 'a,b\n1,2\n', 'closed'],
    [csv, {}, 'a,b\r\n1,2\r\n', 'closed'],
    [csv, {}, 'a,b\r1,2\r', 'closed'],
    [csv, {}, 'a,b\n1,2', 'open record'],
    [csv, {}, 'a,b\r\n1,2\r', 'open record'],
    [csv, {}, 'a,b\n1,"2"', 'open record'],
    [csv, {}, 'a,b\n1,"2\n3', 'open record'],
    [csv, {}, 'a,b\n1,"2\n3\n', 'open record'],
    [csv, {}, 'a,b\n1', 'open record'],
    [csv, {}, 'a,a', 'refused at the end'],
    [csv, {}, '', 'refused at the end'],
    [csv, {}, 'a,a\n1,2\n', 'refused'],
    [csv, footer, 'a,b\n1,2\nEND 1\n', 'closed'],
    [csv, footer, 'a,b\n1,2\nEND 1', 'open record'],
    [csv, footer, 'a,b\n1,2\nEND 12', 'refused at the end'],
    [csv, footer, 'a,b\n1,2\n', 'refused at the end'],
    [csv, footer, 'a,b\n1,2\nEND 12\n', 'refused'],
    [csv, rows, 'H,1\nL,a\n', 'closed'],
    [csv, rows, 'H,1\nL,a', 'open record'],
    [csv, rows, 'H,1\nL,a\nH,2\n', 'open record'],
    [csv, { ...rows, ...footer }, 'H,1\nL,a\nH,2\nEND 3\n', 'closed'],
    [json, { format: 'lines' }, '{"q":1}\n', 'closed'],
    [json, { format: 'lines' }, '{"q":1}\n{"q":12}', 'closed'],
    [json, { format: 'lines' }, '{"q":1}\n{"q":12', 'open record'],
    [json, { format: 'lines' }, '{"q":1}\nbad\n', 'closed'],
    [json, {}, '[{"q":1}]', 'closed'],
    [json, {}, '[{"q":1},', 'refused at the end'],
    [json, {}, '{"q":', 'refused at the end'],
    [json, {}, '[{"q":1}] x', 'refused'],
    [xml, { record: 'r' }, '<a><r>1</r></a>', 'closed'],
    [xml, { record: 'r' }, '<a><r>1</r>', 'refused at the end'],
    [xml, { record: 'r' }, '<a><r>1</r><', 'refused at the end'],
    [xml, { record: 'r' }, '<a><r>1</r><![CD', 'refused at the end'],
    [xml, { record: 'r' }, '<a><r>1</r></b></a>', 'refused'],
    [xml, { doctype: 'ignore' }, '<!DOCTYPE a', 'refused at the end'],
    [xml, { doctype: 'ignore' }, '<!DOCTYPE a [', 'refused'],
    [csv, {}, `a,b\n${long},1\n1,2`, 'open record'],
    [json, { format: 'lines' }, `{"q":"${long}"}\n{"q":12`, 'open record'],
    [xml, { record: 'r' }, `<a><r>${long}</r></a><!-- `, 'refused at the end'],
  ];
  for (const [of, options, text, end] of cases) {
    const spec = of as CodecSpec;
    it(`of ${spec.name} ${JSON.stringify(text).replace(long, '…')} is ${end}`, async () => {
      assert.equal(await endOf(spec, options, text), end);
    });
  }
  it('of CSV with half a character is refused at the end', async () => {
    const read = csv.readOptions.read({}, [], fail);
    const bytes = (async function* () {
      yield Buffer.from([0x61, 0x0a, 0xc3]);
    })();
    const readAll = async (): Promise<void> => {
      for await (const _ of csv.codec(read, undefined).read(bytes, { name: 'a' }));
    };
    await assert.rejects(readAll(), (error) => error instanceof StockbusError && error.atEnd);
  });
});
