import assert from 'node:assert/strict';
import { json } from '../../../core/codecs/json.ts';
import { limits } from '../../../core/limits.ts';
import { codecWith, faults, readAll, values } from '../../contract/codec/readAll.ts';

const read = (text: string, options: object = {}, name?: string) =>
  readAll(codecWith(json, options), text, 64, name);

/** What one number becomes. */
async function number(source: string): Promise<unknown> {
  const [value] = values(await read(`[{"n":${source}}]`)) as { n: unknown }[];
  return value?.n;
}

describe('JSON: numbers', () => {
  it('are numbers where a double says exactly what the text says', async () => {
    for (const [source, expected] of [
      ['0', 0],
      ['-0', -0],
      ['12.10', 12.1],
      ['0.1', 0.1],
      ['1e2', 100],
      ['1.50E-1', 0.15],
      ['999999999999999', 999999999999999],
      ['9007199254740992', 9007199254740992],
      ['123456789012345000000', 123456789012345000000],
      ['0.1000000000000000000000', 0.1],
    ] as const) {
      assert.equal(await number(source), expected, source);
    }
  });

  it('are the text that was written where it does not', async () => {
    for (const source of [
      '9007199254740993',
      '12345678901234567890',
      '-237462374673276894279832749832423479823246327846',
      '0.12345678901234567890',
      '1234567890.1234567890123',
      '1e400',
      '1E-400',
      '0.0000001',
      '1e21',
      '0.4e00669999999999999999999999999999999999999999999999999999',
    ]) {
      assert.equal(await number(source), source);
    }
  });

  it('are left alone inside of strings', async () => {
    const text = '[{"gtin":"04012345678901234","when":"1e5","n":1}]';
    assert.deepEqual(values(await read(text)), [{ gtin: '04012345678901234', when: '1e5', n: 1 }]);
  });
});

describe('JSON: records', () => {
  it('reads a document, an array, and lines, by what the text looks like', async () => {
    assert.deepEqual(values(await read('{"a":{"b":[1]}}\n')), [{ a: { b: [1] } }]);
    assert.deepEqual(values(await read('{\n  "a": {},\n  "b": {}\n}')), [{ a: {}, b: {} }]);
    assert.deepEqual(values(await read('{"a":1}\r\n\r\n{"a":2}\r\n')), [{ a: 1 }, { a: 2 }]);
    assert.deepEqual(values(await read('{"a":1', {}, 'x.ndjson')), []);
    assert.deepEqual(faults(await read('{"a":1', {}, 'x.JSONL')), ['1:1 JSON_SYNTAX']);
  });

  it('costs one record for a bad line', async () => {
    const result = await read('{"a":1}\n{"a":"x}\n[1]\n{"a":2}\n{"a":3}}\n{"a":4}');
    assert.deepEqual(values(result), [{ a: 1 }, { a: 2 }, { a: 4 }]);
    assert.deepEqual(faults(result), [
      '2:2 JSON_SYNTAX',
      '3:3 JSON_NOT_RECORDS',
      '5:5 JSON_SYNTAX',
    ]);
    const deep = await read(`{"a":1}\n{"a":${'['.repeat(100_000)}\n{"a":2}\n`);
    assert.deepEqual(values(deep), [{ a: 1 }, { a: 2 }]);
    assert.deepEqual(faults(deep), ['2:2 NESTING_TOO_DEEP']);
  });

  it('goes on past a bad element whose end is certain, with its line', async () => {
    const result = await read('[\n{"a":1},\n{"a":+2},\nnull,\n"x",\n{"a":3,},\n{"a":4}\n]');
    assert.deepEqual(values(result), [{ a: 1 }, { a: 4 }]);
    assert.deepEqual(faults(result), [
      '2:3 JSON_SYNTAX',
      '3:4 JSON_NOT_RECORDS',
      '4:5 JSON_NOT_RECORDS',
      '5:6 JSON_SYNTAX',
    ]);
  });

  it('refuses the rest, with its place, where the end of an element is uncertain', async () => {
    for (const rest of [
      '{"a":2',
      '{"a":2]},{}]',
      '{"a":"2\n"}]',
      '{"a":2} {"a":3}]',
      ']',
      '{"a":2}',
    ] as const) {
      const result = await read(`[{"a":1},\n${rest}`);
      assert.equal(result.refused?.code, 'JSON_SYNTAX', rest);
      assert.ok((result.refused.at?.line ?? 0) >= 2);
      assert.deepEqual(values(result)[0], { a: 1 });
    }
  });

  it('refuses text behind a document, and gives out nothing of it', async () => {
    for (const text of ['{"a":1} x', '{"a":1}/**/', '{"a":1}{"a":2}', '[{"a":1}]]']) {
      assert.equal((await read(text)).refused?.code, 'JSON_SYNTAX', text);
    }
    assert.deepEqual((await read('{"a":1} x')).records, []);
    for (const text of ['42', '"x"', 'null']) {
      assert.equal((await read(text)).refused?.code, 'JSON_NOT_RECORDS', text);
    }
  });

  it('finds the records where `records` says', async () => {
    const text = '{"records":0,"data":{"x":"]}","o":[{"a":1},{"a":2}],"y":[{}]},"z":{"data":1}}';
    assert.deepEqual(values(await read(text, { records: 'data.o' })), [{ a: 1 }, { a: 2 }]);
    assert.deepEqual(values(await read('{"o":{"a":1}}', { records: 'o' })), [{ a: 1 }]);
    for (const records of ['data.q', 'data.x', 'records.o', 'nothing']) {
      assert.equal((await read(text, { records })).refused?.code, 'JSON_NOT_RECORDS', records);
    }
    const twice = await read('{"o":[{"a":1}],"o":[{"a":2}]}', { records: 'o' });
    assert.equal(twice.refused?.code, 'JSON_DUPLICATE_KEY');
    const torn = await read('{"o":[{"a":1}],"total":', { records: 'o' });
    assert.equal(torn.refused?.code, 'JSON_SYNTAX');
    assert.deepEqual(values(torn), [{ a: 1 }]);
  });

  it('finds the records under one of several names, or takes the document for one', async () => {
    const records = ['orders', 'order'];
    const any = (text: string) => read(text, { records });
    for (const text of [
      '{"next":"x","orders":[{"a":1},{"a":2}],"more":{"orders":[{}]}}',
      '[{"a":1},{"a":2}]',
    ]) {
      assert.deepEqual(values(await any(text)), [{ a: 1 }, { a: 2 }], text);
    }
    assert.deepEqual(values(await any('{"order":{"a":1}}')), [{ a: 1 }]);
    const itself = await any('{\n  "a": 1,\n  "b": { "orders": [] },\n  "c": "x"\n}\n');
    assert.deepEqual(values(itself), [{ a: 1, b: { orders: [] }, c: 'x' }]);
    assert.deepEqual(values(await any('{}')), [{}]);
    const torn = await any('{\n"a": 1,\n"b": {\n"c": 1 "d": 2 }}');
    assert.deepEqual(torn.records[0]?.fault?.at, { record: 1, line: 4 });
    assert.deepEqual(faults(await any('{"a":1,"a":2}')), ['1:1 JSON_DUPLICATE_KEY']);
    for (const text of ['{"orders":[{"a":1}],"order":{"a":2}}', '{"order":"x"}', '{"orders":5}']) {
      assert.equal((await any(text)).refused?.code, 'JSON_NOT_RECORDS', text);
    }
    for (const text of ['{"a":1', '{"a":1} x', '{"a":1,}', '{"orders":[{"a":1}],'])
      assert.equal((await any(text)).refused?.code, 'JSON_SYNTAX', text);
    assert.deepEqual((await any('{"a":1} x')).records, []);
  });

  it('is bounded by what a record may be, as long as the document may be one', async () => {
    const long = `"x":"${'y'.repeat(limits.recordBytes)}"`;
    const found = await read(`{${long},"order":{"a":1}}`, { records: ['order'] });
    assert.deepEqual(values(found), [{ a: 1 }]);
    const itself = await read(`{"a":1,${long}}`, { records: ['order'] });
    assert.deepEqual(faults(itself), ['1:1 PAYLOAD_TOO_LARGE']);
  });

  it('faults a key with two values, wherever it stands, and takes equal ones', async () => {
    const text =
      '[{"a":1,"b":{"c":[{"d":"x","d":"y"}]}},{"a":{"x":1},"a":{"x":1}},{"a":1,"\\u0061":2},{"a":[1,2],"b":"a\\"b,"}]';
    const result = await read(text);
    assert.deepEqual(faults(result), ['1:1 JSON_DUPLICATE_KEY', '3:1 JSON_DUPLICATE_KEY']);
    assert.equal(result.records[0]?.fault?.at?.field, 'd');
    assert.deepEqual(values(result), [{ a: { x: 1 } }, { a: [1, 2], b: 'a"b,' }]);
  });

  it('says what text looks like that does not begin as JSON', async () => {
    const told = async (text: string) => (await read(text)).refused?.message;
    assert.equal(await told('hello'), "'h' stands where JSON is expected");
    assert.equal(
      await told('ISA*00*          *00*'),
      "'I' stands where JSON is expected; this looks like X12",
    );
    assert.match((await told("UNB+UNOC:3+X:14'")) ?? '', /^'U' .* looks like EDIFACT$/);
    assert.match((await told("UNA:+.? 'UNB+UNOC")) ?? '', /looks like EDIFACT$/);
    assert.match((await told('<?xml version="1.0"?><a/>')) ?? '', /^'<' .* looks like XML$/);
    assert.match((await told('name;qty\nA;1\n')) ?? '', /^'n' .* looks like CSV$/);
    assert.match((await told('true,false\n')) ?? '', /text follows the end/);
    assert.match((await told('\u0000')) ?? '', /^U\+0000 stands/);
    for (const text of ['\n\n  x', 'nul', 'truefalse', '+1', '\ufeff\ufeff{}']) {
      const { refused } = await read(text);
      assert.equal(refused?.code, 'JSON_SYNTAX', text);
      assert.equal(refused.at?.line, text.startsWith('\n') ? 3 : 1);
    }
  });

  it('tells the line of a fault in the payload, not in its record', async () => {
    const array = await read('[\n{"a":1},\n{"a":2,\n "b":[1\n 2]},\n{"a":3}]');
    assert.equal(array.records[1]?.line, 3);
    assert.equal(array.records[1]?.fault?.at?.line, 5);
    assert.match(array.records[1]?.fault?.message ?? '', /\(column 2\)$/);
    const document = await read('\n{"a":1,\n"b" 2}');
    assert.equal(document.refused?.at?.line, 3);
  });

  it('takes a byte order mark at the start of a line for a joined export, nowhere else', async () => {
    const joined = await read('{"a":1}\n\ufeff{"a":2}\r\n', { format: 'lines' });
    assert.deepEqual(values(joined), [{ a: 1 }, { a: 2 }]);
    const other = await read('{"a":1}\ufeff\n{"a":\ufeff2}\n{"a":3}\u00a0\n', { format: 'lines' });
    assert.deepEqual(faults(other), ['1:1 JSON_SYNTAX', '2:2 JSON_SYNTAX', '3:3 JSON_SYNTAX']);
  });

  it('faults an object of too many fields, however deep it stands', async () => {
    const wide = (count: number): string =>
      `{${Array.from({ length: count }, (_, index) => `"f${index}":1`).join(',')}}`;
    const most = limits.fieldsPerRecord;
    const text = `[${wide(most)},${wide(most + 1)},{"a":[{"b":${wide(most + 1)}}]},{"a":1}]`;
    const result = await readAll(codecWith(json), text);
    assert.deepEqual(faults(result), ['2:1 PAYLOAD_TOO_LARGE', '3:1 PAYLOAD_TOO_LARGE']);
    assert.equal(values(result).length, 2);
    const many = `[{"a":[${'{"b":1,"c":2},'.repeat(most)}{}]}]`;
    assert.equal(values(await readAll(codecWith(json), many)).length, 1);
  });

  it('reads a number of a million digits as text, in a blink', async () => {
    for (const number of [
      `1${'0'.repeat(1_000_000)}1`,
      `0.1${'0'.repeat(1_000_000)}1`,
      `-1${'0'.repeat(1_000_000)}`,
    ]) {
      const start = performance.now();
      const [record] = values(await read(`{"a":${number},"b":1}`)) as { a: unknown }[];
      assert.equal(record?.a, number);
      assert.ok(performance.now() - start < 2_000);
    }
  });

  it('keeps as text what a double would show with an exponent', async () => {
    const text = '[{"a":5e-324,"b":1e-7,"c":0.0000001,"d":1e21,"e":1e3,"f":0.000001}]';
    assert.deepEqual(values(await read(text)), [
      { a: '5e-324', b: '1e-7', c: '0.0000001', d: '1e21', e: 1000, f: 0.000001 },
    ]);
  });

  it('has __proto__ as data', async () => {
    const { records } = await read('[{"__proto__":{"admin":true},"n":1e999}]');
    assert.deepEqual(Object.keys(records[0]!.value), ['__proto__', 'n']);
    assert.equal(Object.getPrototypeOf(records[0]!.value), Object.prototype);
    assert.equal(({} as { admin?: boolean }).admin, undefined);
  });

  it('faults half a surrogate pair, which could not be written again', async () => {
    const result = await read('[{"a":"\\ud83d\\ude00"},{"a":"\\ud83d"},{"\\uDFAA":0}]');
    assert.deepEqual(faults(result), ['2:1 JSON_SYNTAX', '3:1 JSON_SYNTAX']);
    assert.deepEqual(values(result), [{ a: '😀' }]);
  });

  it('refuses what is nested too deep, however long it goes on', async () => {
    const deep = await read('['.repeat(100_000));
    assert.equal(deep.refused?.code, 'NESTING_TOO_DEEP');
    const nested = `${'{"a":'.repeat(limits.nestingLevels + 1)}1${'}'.repeat(limits.nestingLevels + 1)}`;
    assert.deepEqual(faults(await read(`[${nested},{"a":1}]`)), ['1:1 NESTING_TOO_DEEP']);
  });

  it('costs one record when it is larger than its bound, but refuses such a document', async () => {
    const large = `{"a":"${'x'.repeat(limits.recordBytes)}"}`;
    for (const [text, options] of [
      [`[{"a":1},\n${large},\n{"a":3}]`, {}],
      [`{"a":1}\n${large}\n{"a":3}`, { format: 'lines' }],
    ] as const) {
      const result = await readAll(codecWith(json, options), text);
      assert.deepEqual(faults(result), ['2:2 PAYLOAD_TOO_LARGE']);
      assert.deepEqual(values(result), [{ a: 1 }, { a: 3 }]);
      assert.equal(result.records[2]?.line, 3);
    }
    const document = await readAll(codecWith(json), large);
    assert.equal(document.refused?.code, 'PAYLOAD_TOO_LARGE');
  });

  it('writes arrays, nested ones, lines, and integers of any size', () => {
    const write = (options: object, rows: Record<string, unknown>[]): string => {
      const writer = codecWith(json, {}, options).writer!();
      return writer.begin() + writer.write(rows) + writer.end();
    };
    assert.equal(
      write({}, [{ a: 1 }, { a: 10n ** 20n }]),
      '[\n{"a":1},\n{"a":"100000000000000000000"}\n]\n',
    );
    assert.equal(write({}, []), '[]\n');
    assert.equal(write({ records: 'd.o' }, []), '{"d":{"o":[]}}\n');
    assert.equal(write({ format: 'lines', indent: 2 }, [{ a: [1] }]), '{"a":[1]}\n');
  });

  it('takes lines that are JSON already, from one to another', () => {
    const writer = codecWith(json, {}, { format: 'lines' }).writer!();
    const lines = { bytes: Buffer.from('{"a":1}\n{"b":2}\n{"c":3}\n'), ends: [8, 16, 24] };
    const text = (from: number, until: number): string =>
      Buffer.from(writer.writeLines!(lines, from, until)).toString();
    assert.deepEqual([text(0, 2), text(2, 3), text(1, 1)], ['{"a":1}\n{"b":2}\n', '{"c":3}\n', '']);
    assert.equal(codecWith(json, {}, {}).writer!().writeLines, undefined);
  });
});
