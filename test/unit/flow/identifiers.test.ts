/** What names something: one look, one thing; what nobody sees is refused, with its code point named. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { FaultList } from '../../../core/errors.ts';
import { cleanText, identifierKeyword, readIdentifier } from '../../../core/identifier.ts';
import { sku } from '../../../core/reports/parameters.ts';
import { codes, config, data, inbound, lint, load, receipts, run } from './hubFolder.ts';

const map = `- map:
    document: Doc
    at: At
    sku: Sku
    location: Loc
    quantity: '"1"'
    lot: Lot
    unit: Unit
    owner: Owner
    partner: Partner
    reference: Ref
    reason: Reason
    line: Line`;
const flow = receipts(map, 'key: Doc & "/" & Line\nto: stock.receive.v1');
const row = { Doc: 'R1', At: '2026-03-31T08:30:00Z', Sku: 'A', Loc: 'WH', Line: '1' };

type Lines = { document: string; lines: Record<string, string>[] }[];

describe('identifiers', () => {
  it('are trimmed at both ends and composed, in every field and in the key alike', async () => {
    const blanks = ' \t\r\n\u00a0\u3000\u2009\u202f\u0085\u2028\ufeff';
    const around = (text: string) => `${blanks}${text}${blanks}`;
    const names = { Sku: 'Mu\u0308sli', Loc: 'W', Lot: 'L', Unit: 'EA', Owner: 'O', Ref: 'P' };
    const messy = Object.fromEntries(
      Object.entries({ ...names, Doc: 'R1', Line: '1' }).map(([name, text]) => [
        name,
        around(text),
      ]),
    );
    const result = await run(await inbound(flow), [{ ...row, ...messy }]);
    const [message] = data(result) as Lines;
    assert.equal(message?.document, 'R1');
    assert.deepEqual(message?.lines, [
      {
        ...{ line: '1', sku: 'M\u00fcsli', location: 'W', quantity: '1' },
        ...{ unit: 'EA', lot: 'L', owner: 'O' },
      },
    ]);
    assert.equal(result.messages[0]?.id, 'R1/1');
  });

  it('with a character inside that nobody sees park the record, which names it', async () => {
    const unseen: [string, string][] = [
      ['\0', 'U+0000 inside, a control character'],
      ['\u0007', 'U+0007 inside, a control character'],
      ['\n', 'U+000A inside, a control character'],
      ['\u0080', 'U+0080 inside, a control character'],
      ['\u00a0', 'U+00A0 inside, a space other than U+0020'],
      ['\u3000', 'U+3000 inside, a space other than U+0020'],
      ['\u200b', 'U+200B inside, an invisible format character'],
      ['\u200e', 'U+200E inside, an invisible format character'],
      ['\u2060', 'U+2060 inside, an invisible format character'],
      ['\ufeff', 'U+FEFF inside, an invisible format character'],
      ['\u202e', 'U+202E inside, an invisible format character'],
      ['\u{e0041}', 'U+E0041 inside, an invisible format character'],
      ['\u2028', 'U+2028 inside, a line or paragraph separator'],
      ['\ufffe', 'U+FFFE inside, a noncharacter'],
      ['\ud800', 'U+D800 inside, half of a character'],
    ];
    const made = await inbound(flow);
    for (const [character, told] of unseen) {
      for (const field of ['Sku', 'Loc', 'Lot', 'Unit', 'Owner', 'Partner', 'Ref']) {
        const { parked } = await run(made, [{ ...row, [field]: `a${character}b` }]);
        const [fault] = parked[0]?.faults ?? [];
        assert.equal(fault?.code, 'NAME_BAD_CHARACTER', `${field} ${told}`);
        assert.ok(fault.message.includes(told), fault.message);
        assert.ok(!fault.message.includes(character), 'the message shows it by its number');
      }
      const { parked } = await run(made, [{ ...row, Doc: `a${character}b` }]);
      assert.deepEqual(parked[0]?.faults.map(({ at, code }) => [at?.field, code])[0], [
        'key',
        'NAME_BAD_CHARACTER',
      ]);
    }
  });

  it('of blanks only are missing; a text without a name may have blanks and line ends, but no NUL', async () => {
    const made = await inbound(flow);
    const result = await run(made, [
      { ...row, Sku: '\u200a \ufeff' },
      { ...row, Reason: ' two\nlines\u200b ' },
      { ...row, Reason: 'a\0b' },
    ]);
    assert.deepEqual(codes(result), [['MESSAGE_INVALID'], ['TEXT_BAD_CHARACTER']]);
    assert.equal(
      result.parked[0]?.faults[0]?.message,
      "lines[0].sku is missing: 'Sku' at flows/receipts.yaml:8:12 gives nothing",
    );
    assert.equal((data(result)[0] as { reason: string }).reason, ' two\nlines\u200b ');
  });

  it('that compatibility forms, dashes or cases tell apart stay apart, but for $clean', async () => {
    const names = ['A-100', 'a-100', 'A\u2011100', '\uff21-100', 'A  100', 'A\u2010100'];
    const plain = await run(
      await inbound(flow),
      names.map((Sku) => ({ ...row, Sku })),
    );
    assert.deepEqual(
      (data(plain) as Lines).map(({ lines }) => lines[0]?.sku),
      names,
    );
    const cleaned = await run(
      await inbound(flow.replace('sku: Sku', 'sku: $clean(Sku)')),
      [...names, 'A\u00ad-\u200b1\u{fe0f}00\0'].map((Sku) => ({ ...row, Sku })),
    );
    assert.deepEqual(
      (data(cleaned) as Lines).map(({ lines }) => lines[0]?.sku),
      ['A-100', 'a-100', 'A-100', 'A-100', 'A 100', 'A-100', 'A-100'],
    );
  });

  it('in a key are taken part by part, whatever makes the part', async () => {
    const keys: [string, string][] = [
      ['Doc & "/" & Line', 'R1/1'],
      ['(Doc & " / " & Line)', 'R1 / 1'],
      ['$uppercase(Doc) & "-" & $string(Line)', 'R1-1'],
      ['"x" & (Doc & ":" & (Line & "!"))', 'xR1:1!'],
      ['$record.document & $substringAfter(Doc, "R")', 'R11'],
      ['[Doc][0] & "/" & Line', 'R1/1'],
    ];
    for (const [key, expected] of keys) {
      const made = await inbound(receipts(map, `key: '${key}'\nto: stock.receive.v1`));
      const { messages } = await run(made, [{ ...row, Doc: ' R1\u00a0', Line: '1 ' }]);
      assert.equal(messages[0]?.id, expected, key);
    }
  });

  it('a part of a key that gives nothing parks the record, whatever built it', async () => {
    for (const key of [
      'Doc & "/" & Nothing',
      'Doc & $trim(Ref)',
      'Doc & (Line = "9" ? "x")',
      'Doc & [][0]',
    ]) {
      const made = await inbound(receipts(map, `key: '${key}'\nto: stock.receive.v1`));
      assert.deepEqual(codes(await run(made, [{ ...row, Ref: '  ' }])), [['KEY_EMPTY']], key);
    }
  });

  it('are the keys of tables, the names of units and of the books, and what a query names', async () => {
    const table = { 'config/tables/x.csv': 'item,sku\n"Mu\u0308sli\u00a0",M1\n' };
    const made = await inbound(flow.replace('sku: Sku', 'sku: $lookup("x", Sku)'), table);
    const found = await run(made, [
      { ...row, Sku: '\u3000M\u00fcsli' },
      { ...row, Sku: 'M\u200b1' },
    ]);
    assert.equal((data(found) as Lines)[0]?.lines[0]?.sku, 'M1');
    assert.deepEqual(codes(found), [['NAME_BAD_CHARACTER']]);
    const bad = {
      'config/tables/x.csv': 'item,sku\nA,1\nB\u200bC,M1\n',
      'flows/receipts.yaml': flow,
    };
    assert.match((await lint(bad)).join(), /config\/tables\/x\.csv:3:1 TABLE_BAD .*U\+200B/);
    assert.equal(sku.read(' Mu\u0308sli\u00a0'), 'M\u00fcsli');
    assert.equal(sku.read('a\u200bb'), undefined);
  });

  it('name pools and places in config/hub.yaml', async () => {
    const pools = (text: string) =>
      load({
        'config/hub.yaml': `${config}\nstock:\n  pools: { ${text} }\n`,
        'flows/receipts.yaml': flow,
      });
    const { config: read } = await pools('" east ": ["Mu\u0308nchen ", B]');
    assert.deepEqual(read.stock.pools, { east: ['M\u00fcnchen', 'B'] });
    const refused = async (text: string) =>
      pools(text).then(
        () => '',
        (error) => (error instanceof FaultList ? error.message : ''),
      );
    assert.match(await refused('"ea\u200bst": [B]'), /hub\.yaml:8:12 CONFIG_BAD_VALUE .*U\+200B/);
    assert.match(await refused('east: ["a\u00a0b"]'), /CONFIG_BAD_VALUE .*U\+00A0/);
    assert.match(await refused('east: [A], "east ": [B]'), /'east' stands here twice/);
  });

  it('are marked in every schema wherever a field names something', () => {
    const names =
      'sku location from to lot document line reference unit owner partner reservation pool currency receipt parent';
    const folder = new URL('../../../schemas/', import.meta.url);
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
      const schema = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
      const fields = [
        schema,
        ...Object.values<{ items?: object }>(schema.properties).map(({ items }) => items),
      ];
      for (const { properties = {} } of fields.filter(Boolean)) {
        for (const name of names.split(' ')) {
          if (properties[name])
            assert.equal(properties[name][identifierKeyword], true, `${file} ${name}`);
        }
      }
    }
  });

  it('may be a GUID, whatever they name', () => {
    const folder = new URL('../../../schemas/', import.meta.url);
    const short: string[] = [];
    const look = (name: string, node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      const { maxLength, pattern } = node as { maxLength?: number; pattern?: string };
      const isIdentifier = (node as Record<string, unknown>)[identifierKeyword] === true;
      if (isIdentifier && !pattern && maxLength !== undefined && maxLength < 36) short.push(name);
      for (const [key, inner] of Object.entries(node)) look(`${name} ${key}`, inner);
    };
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.json')))
      look(file, JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
    assert.deepEqual(short, []);
  });

  it('of a million marks cost no more than others, as they stand and for $clean', () => {
    const marks = `A${'\u0301\u0323'.repeat(500_000)}`;
    const halfWidth = `\uff76${'\uff9e\u0301'.repeat(500_000)}`;
    for (const text of [marks, halfWidth]) {
      // It would take minutes, and the runner ends the test.
      assert.equal(readIdentifier(text), text, 'longer than any name, it is left to the schema');
      assert.ok(cleanText(text).length <= 31);
    }
    const few = 'A\u0323\u0301\u0302';
    assert.equal(readIdentifier(few), few.normalize('NFC'));
    assert.equal(readIdentifier(` ${'e\u0301'.repeat(256)} `), '\u00e9'.repeat(256));
  });

  it('of any text are steady: what is read of one that was read is the same, and so is a clean one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (text) => {
        const name = readIdentifier(text);
        if (typeof name === 'string') assert.equal(readIdentifier(name), name);
        const clean = cleanText(text);
        assert.equal(cleanText(clean), clean);
        assert.equal(readIdentifier(clean), clean);
      }),
      { numRuns: 2_000 },
    );
  });
});
