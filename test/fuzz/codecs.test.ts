/** What is read is right or refused: held against what was written, and against independent readers. */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { csv } from '../../core/codecs/csv.ts';
import { fixed } from '../../core/codecs/fixed.ts';
import { json } from '../../core/codecs/json.ts';
import { packings } from '../../core/codecs/packings.ts';
import { xml } from '../../core/codecs/xml.ts';
import { writeRecords } from '../../core/deliver/writeRecords.ts';
import type { CodecSpec } from '../../core/ports.ts';
import type { ReadResult } from '../contract/codec/readAll.ts';
import { codecWith, readAll, values } from '../contract/codec/readAll.ts';
import { zipOf } from '../contract/codec/zipOf.ts';
import { patience, repeat, runs, seed } from '../runs.ts';
import { csvCase } from './csvCase.ts';
import { jsonCase } from './jsonCase.ts';
import { mutated } from './mutated.ts';
import { described, encoded } from './PayloadCase.ts';
import { strictCsv } from './strictCsv.ts';
import { strictJson } from './strictJson.ts';
import { strictXml, type XmlTree } from './strictXml.ts';
import { xmlCase } from './xmlCase.ts';

const numRuns = runs(3, 900);

async function check<Case>(
  cases: fc.Arbitrary<Case>,
  shown: (one: Case) => string,
  holds: (one: Case) => Promise<void>,
): Promise<void> {
  const details = await fc.check(fc.asyncProperty(cases, holds), { numRuns, seed });
  if (!details.failed) return;
  const one = details.counterexample?.[0];
  const told = one === undefined ? '' : shown(one);
  assert.fail(`${repeat(Math.ceil(numRuns / 3))}\n${told}\n${details.errorInstance}`);
}

/** Reads text as UTF-8; whatever it is, it is read or refused, and all records have their numbers. */
async function readText(spec: CodecSpec, options: object, text: string): Promise<ReadResult> {
  const result = await readAll(codecWith(spec, options), Buffer.from(text), 13);
  for (const [index, { record, line = 1 }] of result.records.entries()) {
    assert.equal(record, index + 1);
    assert.ok(line >= (result.records[index - 1]?.line ?? 1));
  }
  return result;
}

const isSound = ({ refused, records }: ReadResult): boolean =>
  refused === undefined && records.every(({ fault }) => fault === undefined);

describe('codecs read what was written, or refuse it', function () {
  this.timeout(patience(3, 900));

  for (const [name, cases] of [
    ['csv', csvCase],
    ['json', jsonCase],
    ['xml', xmlCase],
  ] as const) {
    it(`${name}: the values of a payload, however it is written and cut`, async () => {
      const cut = fc.tuple(cases, fc.constantFrom(1, 2, 3, 7, 64, 65_536));
      await check(
        cut,
        ([one, size]) => `${described(one)} in chunks of ${size}`,
        async ([one, size]) => {
          const codec = codecWith(one.spec, one.options);
          const result = await readAll(codec, encoded(one.text, one), size, one.name);
          assert.equal(result.refused, undefined);
          const records = result.records.filter(({ passedOver }) => !passedOver);
          assert.deepEqual(
            records.map(({ value, fault }) => fault ?? value),
            one.values,
          );
        },
      );
    });
  }

  it('csv: as RFC 4180 says, wherever that says something', async () => {
    let said = 0;
    const row = fc
      .array(fc.constantFrom('', 'a', ' 7', '"x"', '"a,b"', '"say ""so"""', '"l\nm"', 'é'), {
        minLength: 2,
        maxLength: 2,
      })
      .map((cells) => cells.join(','));
    const rows = fc.array(row, { minLength: 1, maxLength: 8 });
    const texts = fc
      .tuple(rows, fc.constantFrom('\n', '\r\n'), fc.boolean())
      .map(([some, eol, last]) => `k,v${eol}${some.join(eol)}${last ? eol : ''}`);
    const pieces = ['"', '""', ',', '\n', '\r\n', '\r', ' ', 'a', '\ufeff', '="', "'", '\u0000'];
    await check(mutated(texts, pieces), JSON.stringify, async (text) => {
      const result = await readText(csv as never, { delimiter: ',' }, text);
      const expected = strictCsv(text);
      const [header = [], ...body] = expected ?? [];
      if (header.length < 2) return;
      const names = header.map((name) => name.trim());
      // Refused for reasons that RFC 4180 does not know: names, and what looks like UTF-16.
      if (text.slice(0, 4).includes('\0')) return;
      if (names.includes('') || new Set(names).size < names.length) return;
      said += 1;
      assert.equal(result.refused, undefined);
      const wanted = body.map((cells) => Object.fromEntries(names.map((n, i) => [n, cells[i]])));
      const repeats = (cells: Record<string, unknown>): boolean =>
        names.every((name, index) => cells[name] === header[index]);
      assert.deepEqual(
        result.records
          .filter(({ passedOver }) => !passedOver)
          .map(({ value, fault }) => fault ?? value),
        wanted.filter((cells) => !repeats(cells)),
      );
    });
    assert.ok(said > numRuns / 20, `RFC 4180 said something of ${said} texts`);
  });

  it('json: as JSON.parse with the text of its numbers says', async () => {
    let [good, bad] = [0, 0];
    const texts = fc
      .array(fc.dictionary(fc.constantFrom('a', 'b', '', '__proto__'), fc.jsonValue()), {
        maxLength: 5,
      })
      .map((value) => JSON.stringify(value));
    const pieces = [
      ...[
        '"',
        '\\',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '\n',
        ' ',
        '0',
        '-',
        '.',
        'e9',
        'null',
        '\ufeff',
      ],
      ...['12345678901234567890', '0.1', '1e400', '1.0', '5e-324', '\\ud83d', '\u0000', '{"a":1}'],
    ];
    await check(mutated(texts, pieces), JSON.stringify, async (text) => {
      const result = await readText(json as never, { format: 'document' }, text);
      const expected = strictJson(text);
      if (expected === 'unsaid') return;
      if (expected === undefined) {
        bad += 1;
        assert.equal(isSound(result), false, 'malformed JSON is read without a word');
        return;
      }
      good += 1;
      assert.deepEqual(values(result), expected);
      assert.equal(result.refused, undefined);
    });
    assert.ok(good > numRuns / 20 && bad > numRuns / 20, `${good} were JSON, ${bad} were not`);
  });

  it('xml: as a reader of well-formed documents says', async () => {
    let [good, bad] = [0, 0];
    const texts = xmlCase.map(({ text }) =>
      text.replace(/ encoding="[^"]*"| \w+:(?:nil|type)="[^"]*"/g, ''),
    );
    const pieces = [
      ...[
        '<',
        '>',
        '/',
        '&',
        ';',
        '"',
        "'",
        '=',
        '<a>',
        '</a>',
        '<a/>',
        '<!--',
        '-->',
        '--',
        '<?',
        '?>',
      ],
      ...[
        '<![CDATA[',
        ']]>',
        '&amp;',
        '&#65;',
        '&#0;',
        '&x;',
        ' x="1"',
        '\u0000',
        '\ufeff',
        ' ',
        '\n',
        '1',
      ],
    ];
    await check(mutated(texts, pieces), JSON.stringify, async (text) => {
      const options = { namespaces: 'keep', trim: false };
      const result = await readText(xml as never, options, text);
      const tree = strictXml(text.replace(/^\ufeff/, ''));
      if (!tree) {
        bad += 1;
        assert.equal(isSound(result), false, 'malformed XML is read without a word');
        return;
      }
      // Attributes of XML Schema mean something of their own, and the parser refuses some names.
      if (/:(?:nil|type)|constructor/.test(text)) return;
      good += 1;
      assert.equal(result.refused, undefined);
      const value = meaningOf(tree);
      const wanted = typeof value === 'string' ? (value === '' ? {} : { '#text': value }) : value;
      assert.deepEqual(
        result.records.map(({ value: read, fault }) => fault ?? read),
        [wanted],
      );
    });
    assert.ok(good > numRuns / 20 && bad > numRuns / 20, `${good} were XML, ${bad} were not`);
  });

  it('fixed: what was written, or a fault; whatever is changed in it', async () => {
    const fields = { sku: '1-6', quantity: { at: '7-14', decimals: 3 }, note: '15-' };
    const row = fc.record({
      sku: fc.constantFrom('A', 'Grö', '00123', '😀', 'a b'),
      quantity: fc.constantFrom('0.000', '12.500', '-0.001', '99999.999', ''),
      note: fc.constantFrom('', 'x', 'ü 日'),
    });
    const codec = codecWith(fixed, { fields }, { fields, eol: 'lf' });
    const rows = fc.array(row, { minLength: 1, maxLength: 6 });
    await check(rows, JSON.stringify, async (some) => {
      const bytes = Buffer.concat(writeRecords(codec, some));
      assert.deepEqual(
        values(await readAll(codec, bytes, 7)),
        some.map((one) => ({ ...one })),
      );
    });
    const texts = rows.map((some) => Buffer.concat(writeRecords(codec, some)).toString());
    const pieces = ['\n', '\r', '-', '+', '0', ' ', '.', '😀', '\u0000', '#_rejected '];
    await check(mutated(texts, pieces), JSON.stringify, async (text) => {
      const { records } = await readText(fixed as never, { fields }, text);
      for (const { value, fault } of records)
        if (!fault) assert.match(String(value.quantity), /^(?:|-?(?:0|[1-9]\d*)\.\d{3})$/);
    });
  });

  it('packings: mutated bytes are read as they were, or refused', async () => {
    const rows = Array.from({ length: 40 }, (_, n) => ({ a: `${n * 7919}`, b: 'x'.repeat(n % 5) }));
    const text = `a,b\n${rows.map(({ a, b }) => `${a},${b}\n`).join('')}`;
    const forms = { gzip: gzipSync(text), zip: zipOf({ 'r.csv': text }) };
    const changes = fc.tuple(
      fc.constantFrom<keyof typeof forms>('gzip', 'zip'),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.option(fc.nat()),
    );
    await check(changes, JSON.stringify, async ([form, bytes, cut]) => {
      const changed = Buffer.from(forms[form]);
      for (const [at, byte] of bytes) changed[at % changed.length] = byte;
      const whole = cut === null ? changed : changed.subarray(0, cut % changed.length);
      const spec = packings.find(({ name }) => name === form)!;
      const options = spec.options.read({}, [], () => undefined);
      const result = await readAll(spec.unpacking(codecWith(csv), options), whole, 17);
      // Of a ZIP entry the name may be another, or say that it is none.
      if (result.refused === undefined) assert.deepEqual(values(result), rows);
      else assert.match(result.refused.code, /^(PACKED|PAYLOAD|CSV|TEXT|ENCODING)_/);
    });
  });
});

/** What docs/flows.md says of elements, for `namespaces: keep` and `trim: false`. */
function meaningOf({ attributes, children }: XmlTree): unknown {
  const fields = new Map<string, unknown>(attributes.map(([name, value]) => [`@${name}`, value]));
  const elements = children.filter((child) => typeof child !== 'string');
  let text = children.filter((child) => typeof child === 'string').join('');
  for (const child of elements) {
    const before = fields.get(child.name);
    if (Array.isArray(before)) before.push(meaningOf(child));
    else if (fields.has(child.name)) fields.set(child.name, [before, meaningOf(child)]);
    else fields.set(child.name, meaningOf(child));
  }
  if (elements.length > 0 && text.trim() === '') text = '';
  if (fields.size === 0) return text;
  if (text !== '') fields.set('#text', text);
  return Object.fromEntries(fields);
}
