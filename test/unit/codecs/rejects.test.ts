import assert from 'node:assert/strict';
import { csv } from '../../../core/codecs/csv.ts';
import { json } from '../../../core/codecs/json.ts';
import { xml } from '../../../core/codecs/xml.ts';
import type { Fault } from '../../../core/errors.ts';
import { codes } from '../../../core/errors.ts';
import type { Codec } from '../../../core/ports.ts';
import { chunksOf, codecWith, readAll, values } from '../../contract/codec/readAll.ts';

const FAULT: Fault = { code: 'EXPR_NOT_DECIMAL', message: '"bad" is not a decimal number' };

/** The file of rejects: every bad record, and those that hold `bad`. */
async function rejectsOf(codec: Codec, payload: string | Uint8Array): Promise<string> {
  const reading = codec.read(chunksOf(Buffer.from(payload), 1_000), { name: 'x' });
  const parts: Uint8Array[] = [];
  let format: ReturnType<typeof reading.rejects> | undefined;
  for await (const records of reading) {
    for (const record of records) {
      if (!record.fault && !JSON.stringify(record.value).includes('bad')) continue;
      format ??= reading.rejects();
      parts.push(await format.write([{ record, fault: record.fault ?? FAULT }]));
    }
  }
  if (format) parts.push(await format.end());
  return Buffer.concat(parts).toString('latin1');
}

/** What the corrected file gives, read by the same flow. */
const corrected = async (codec: Codec, file: string): Promise<unknown[]> =>
  values(await readAll(codec, Buffer.from(file.replaceAll('bad', '7'), 'latin1')));

describe('rejected records', () => {
  it('say why in four more columns, in the form of their CSV', async () => {
    const codec = codecWith(csv, { skip: 1, skipEnd: 1 });
    const file = await rejectsOf(
      codec,
      'Stock;;\r\nsku;qty;note\r\nA;bad;x\r\nB;1;y\r\nSumme;1;\r\n',
    );
    assert.equal(
      file,
      'Stock;;\r\n' +
        'sku;qty;note;_record;_code;_reason;_raw\r\n' +
        `A;bad;x;1;EXPR_NOT_DECIMAL;"EXPR_NOT_DECIMAL ""bad"" is not a decimal number; ${codes.EXPR_NOT_DECIMAL.todo}";\r\n` +
        'Summe;1;\r\n',
    );
    assert.deepEqual(await corrected(codec, file), [{ sku: 'A', qty: '7', note: 'x' }, {}]);
  });

  it('keep the encoding and the quotes of their CSV, without a header too', async () => {
    for (const [options, payload] of [
      [{ encoding: 'windows-1252', columns: ['sku', 'qty'] }, 'M\xfcsli,1\nM\xfcsli,bad\n'],
      [{ encoding: 'windows-1252', columns: ['sku', 'qty'], header: true }, 'a,b\nM\xfcsli,bad\n'],
      [{ encoding: 'windows-1252', quote: 'none', header: false }, 'M\xfcsli,bad\n'],
      [{ encoding: 'windows-1252', quote: "'", delimiter: ';' }, "sku;qty\n'M\xfcsli';bad\n"],
    ] as const) {
      const codec = codecWith(csv, options);
      const file = await rejectsOf(codec, Buffer.from(payload, 'latin1'));
      const told = JSON.stringify([options, file]);
      const [value] = (await corrected(codec, file)) as Record<string, string>[];
      assert.deepEqual(Object.values(value ?? {}), ['Müsli', '7'], told);
    }
  });

  it('have the text of a row that is no row, which is refused until it is corrected', async () => {
    for (const [options, payload, lines] of [
      [{}, 'sku,qty\nA,1,000\nB\n"C,3\nD,x\ry\nE,4\n', ['A,1,000', 'B', '"C,3', 'D,x\ry']],
      [{}, 'sku;qty;\nA;1;\nB;2\nC;3;4\n', ['B;2', 'C;3;4']],
      [{ quote: 'none' }, 'sku,qty\nA,1,000\n', ['A,1,000']],
      [{ columns: ['sku'] }, `A\n${'x'.repeat(1_100_000)}\nB\n`, ['']],
    ] as const) {
      const codec = codecWith(csv, options);
      const file = await rejectsOf(codec, payload);
      const again = await readAll(codec, Buffer.from(file));
      assert.deepEqual(values(again), [], JSON.stringify(file));
      assert.equal(again.records.length, lines.length);
      for (const line of lines) assert.ok(file.includes(`\n${line}`), line);
    }
    const codec = codecWith(csv);
    const file = await rejectsOf(codec, 'sku,qty\nA,1,000\nB\n"C,3\n');
    const text = file.replace('A,1,000', 'A,1000').replace(/^B,/m, 'B,2,').replace('"C', 'C');
    assert.deepEqual(await corrected(codec, text), [
      { sku: 'A', qty: '1000' },
      { sku: 'B', qty: '2' },
      { sku: 'C', qty: '3' },
    ]);
  });

  it('stay refused where the columns behind a row were damaged, and never grow', async () => {
    for (const own of ['x,1', 'x,1,2', '"C,3', '"a" b,"', 'x,1,CSV_RAGGED_ROW,']) {
      for (const quote of ['"', 'none']) {
        const codec = codecWith(csv, { quote });
        let file = `sku,qty,note,_record,_code,_reason,_raw\n${own}\n`;
        const sizes: number[] = [];
        for (let time = 1; time <= 4; time += 1) {
          const read = await readAll(codec, Buffer.from(file));
          assert.deepEqual(values(read), [], file);
          file = await rejectsOf(codec, file);
          assert.ok(file.includes(`\n${own}`), file);
          sizes.push(file.length);
        }
        assert.ok(sizes[3]! - sizes[1]! < 40, `${sizes}`);
      }
    }
  });

  it('are not passed over by `ignore` for what their reason says', async () => {
    const codec = codecWith(csv, { ignore: 'decimal|^Summe' });
    const file = await rejectsOf(codec, 'sku,qty\nA,bad\n"Summe",bad\n');
    assert.deepEqual(await corrected(codec, file), [
      { sku: 'A', qty: '7' },
      { sku: 'Summe', qty: '7' },
    ]);
  });

  it('are JSON of the same shape, whatever member names they have', async () => {
    const lines = codecWith(json, { format: 'lines', encoding: 'windows-1252' });
    const file = await rejectsOf(lines, '{"a":"bad \\u20ac"}\n{"a":\n{"_code":"bad"}\n');
    assert.match(file, /^\{"a":"bad \\u20ac","_record":"1","_code":"EXPR_NOT_DECIMAL",.*\}$/m);
    assert.match(file, /^\{"_record":"2","_code":"JSON_SYNTAX",.*,"_raw":"\{\\"a\\":"\}$/m);
    assert.deepEqual(await corrected(lines, file), [{ a: '7 €' }, { _code: '7' }]);
    const path = codecWith(json, { records: 'x.y' });
    const inside = await rejectsOf(path, '{"x":{"n":1,"y":[{"a":1},{"a":"bad"}]}}');
    assert.match(inside, /^\{"x":\{"y":\[\n/);
    assert.deepEqual(await corrected(path, inside), [{ a: '7' }]);
  });

  it('are XML in the same root, each behind a comment', async () => {
    const codec = codecWith(xml, { record: 'o' });
    const payload =
      '<?xml version="1.0" encoding="windows-1252"?><r xmlns="u" a="1"><o><s>M\xfc&#x20ac;</s><q>bad</q></o><o>&nbsp;</o><o/></r>';
    const file = await rejectsOf(codec, Buffer.from(payload, 'latin1'));
    assert.match(file, /^<\?xml version="1.0" encoding="WINDOWS-1252"\?>\n<r xmlns="u" a="1">\n/);
    assert.match(file, /<!-- record 1: EXPR_NOT_DECIMAL .* -->\n<o><s>M&#252;&#8364;<\/s>/);
    assert.match(file, /<!-- record 2: XML_SYNTAX .* -->\n<o>&nbsp;<\/o>\n<\/r>\n$/);
    assert.deepEqual(await corrected(codec, file.replaceAll('&nbsp;', 'x')), [
      { s: 'Mü€', q: '7' },
      { '#text': 'x' },
    ]);
    const document = await rejectsOf(codecWith(xml), '<r a="1"><q>bad</q></r>');
    assert.deepEqual(await corrected(codecWith(xml), document), [{ '@a': '1', q: '7' }]);
  });
});
