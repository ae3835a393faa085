import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isStockbusError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import type { SourceRecord } from '../../../core/ports.ts';
import { spoolPlaces, testSpool } from '../../testSpool.ts';
import { codes, data, inbound, receipts, run } from './hubFolder.ts';

const steps = `- map:
    document: Doc
    at: '"2026-03-31T08:30:00.000Z"'
    partner: Partner
    sku: Sku
    location: '"WH1"'
    quantity: $decimal(Qty)
- group: { by: document }`;

const good = (Doc: string, Sku = 'A', more = {}) => ({ Doc, Sku, Qty: '1', ...more });
const bad = (Doc: string) => ({ Doc, Sku: 'A', Qty: 'x' });
const torn = (record: number): SourceRecord => ({
  record,
  value: {},
  fault: { code: 'CSV_RAGGED_ROW', message: 'torn' },
});

const flow = await inbound(receipts(steps, 'key: Doc\nto: stock.receive.v1'));
const documents = (result: Awaited<ReturnType<typeof run>>) =>
  result.messages.map(({ id, members }) => [id, members.length]);

describe('group', () => {
  it('a bad row spoils its whole document, wherever it stands', async () => {
    for (const rows of [
      [bad('R1'), good('R1'), good('R2')],
      [good('R1'), bad('R1'), good('R1'), good('R2')],
      [good('R1'), bad('R1'), good('R2')],
    ]) {
      const result = await run(flow, rows);
      assert.deepEqual(documents(result), [['R2', 1]]);
      assert.deepEqual(codes(result), [['EXPR_NOT_DECIMAL', 'GROUP_BROKEN']]);
      assert.equal(result.parked[0]?.members.length, rows.length - 1);
      assert.match(result.parked[0]?.faults[1]?.message ?? '', /record \d of document R1 is bad/);
    }
  });

  it('a bad row of the last document spoils that one', async () => {
    const result = await run(flow, [good('R1'), good('R2'), bad('R2')]);
    assert.deepEqual(documents(result), [['R1', 1]]);
    assert.equal(result.parked[0]?.records, 2);
  });

  it('a bad row of the next document spoils the next, not the one before', async () => {
    const result = await run(flow, [good('R1'), bad('R2'), good('R2')]);
    assert.deepEqual(documents(result), [['R1', 1]]);
    assert.equal(result.parked[0]?.members.length, 2);
  });

  it('a row that cannot be read spoils the document that it stands in, or those beside it', async () => {
    const inside = await run(flow, [good('R1'), torn(2), good('R1'), good('R2')]);
    assert.deepEqual(documents(inside), [['R2', 1]]);
    assert.deepEqual(codes(inside), [['CSV_RAGGED_ROW', 'GROUP_BROKEN']]);
    const rows = [good('R0'), good('R1'), torn(3), good('R2'), good('R3')];
    const between = await run(flow, rows);
    assert.deepEqual(documents(between), [
      ['R0', 1],
      ['R3', 1],
    ]);
    assert.deepEqual(codes(between), [['CSV_RAGGED_ROW'], ['GROUP_BROKEN'], ['GROUP_BROKEN']]);
    assert.match(between.parked[1]!.faults[0]!.message, /^record 3 .* may be a row of document R1/);
    const last = await run(flow, [good('R0'), good('R1'), torn(3)]);
    assert.deepEqual(documents(last), [['R0', 1]]);
  });

  it('a row that cannot be read is not believed in what it says of its document', async () => {
    const shifted = { ...torn(3), value: good('R9') };
    const result = await run(flow, [good('R1'), good('R2'), shifted, good('R3'), good('R4')]);
    assert.deepEqual(documents(result), [
      ['R1', 1],
      ['R4', 1],
    ]);
  });

  it('a row that cannot be read may be of any document where rows stand apart', async () => {
    const rows = [good('R1'), good('R2'), good('R1'), torn(4), good('R3'), good('R4')];
    await assert.rejects(run(flow, rows), (error: unknown) => {
      assert.ok(isStockbusError(error, 'GROUP_BROKEN'));
      assert.equal(error.fault.at?.record, 4);
      return true;
    });
  });

  it('a row with an empty `by` is never gathered with others like it', async () => {
    const result = await run(flow, [good(''), good('')]);
    // By that, and as the document that it is to name.
    const alone = ['KEY_EMPTY', 'MESSAGE_INVALID'];
    assert.deepEqual(codes(result), [alone, alone]);
  });

  it('a number and its text are one name, whichever JSON has in a row', async () => {
    const rows = [good('7', 'A'), { ...good('R2'), Doc: 'R2' }, { ...good('7', 'B'), Doc: 7 }];
    const result = await run(flow, [...rows, good('7 ', 'C')]);
    assert.deepEqual(codes(result), []);
    assert.deepEqual(documents(result), [
      ['7', 3],
      ['R2', 1],
    ]);
  });

  it('rows that disagree in the document are parked, or the first is taken', async () => {
    const rows = [
      good('R1', 'A', { Partner: 'V1' }),
      good('R1', 'B'),
      good('R1', 'C', { Partner: 'V2' }),
    ];
    assert.deepEqual(codes(await run(flow, rows)), [['GROUP_DIFFERS']]);
    assert.equal(
      (await run(flow, rows.slice(0, 2))).messages.length,
      1,
      'an empty cell agrees with any',
    );
    const first = await inbound(
      receipts(
        steps.replace('{ by: document }', '{ by: document, differ: first }'),
        'key: Doc\nto: stock.receive.v1',
      ),
    );
    assert.equal((data(await run(first, rows))[0] as { partner: string }).partner, 'V1');
  });

  for (const [place, bounds] of Object.entries(spoolPlaces)) {
    describe(`with its documents ${place}`, () => {
      const take = (rows: Parameters<typeof run>[1]) => run(flow, rows, testSpool(bounds));

      it('makes one document of rows that stand apart, in the order of the first rows', async () => {
        const rows = [
          good('R1', 'A'),
          good('R2', 'B'),
          good('R1', 'C'),
          good('R3'),
          good('R2', 'D'),
        ];
        const result = await take(rows);
        assert.deepEqual(documents(result), [
          ['R1', 2],
          ['R2', 2],
          ['R3', 1],
        ]);
        const sorted = [rows[0]!, rows[2]!, rows[1]!, rows[4]!, rows[3]!];
        assert.deepEqual(data(result), data(await run(flow, sorted)));
        assert.deepEqual(
          result.messages[1]?.members.map(({ record }) => record),
          [2, 5],
        );
      });

      it('parks all rows of a document when one of them is bad, wherever it stands', async () => {
        for (const rows of [
          [bad('R1'), good('R2'), good('R1')],
          [good('R1'), good('R2'), bad('R1')],
          [good('R1'), good('R2'), good('R1'), bad('R1'), good('R3'), good('R1')],
        ]) {
          const result = await take(rows);
          assert.ok(documents(result).every(([id]) => id !== 'R1'));
          assert.deepEqual(codes(result), [['EXPR_NOT_DECIMAL', 'GROUP_BROKEN']]);
          const ofR1 = rows.filter(({ Doc }) => Doc === 'R1').length;
          assert.equal(result.parked[0]?.members.length, ofR1);
        }
      });

      it('compares fields of the document between rows that stand apart', async () => {
        const rows = [good('R1', 'A', { Partner: 'V1' }), good('R2'), good('R1', 'B')];
        assert.equal((data(await take(rows))[0] as { partner: string }).partner, 'V1');
        const other = good('R1', 'C', { Partner: 'V2' });
        const result = await take([...rows, good('R2'), other]);
        assert.deepEqual(codes(result), [['GROUP_DIFFERS']]);
        assert.deepEqual(documents(result), [['R2', 2]]);
      });

      it('takes blanks at the ends of a number for no other document', async () => {
        const result = await take([good('R1'), good('R2'), good('R1 ')]);
        assert.deepEqual(documents(result), [
          ['R1', 2],
          ['R2', 1],
        ]);
      });

      it('parks a document whose rows disagree in what is read of $source after it', async () => {
        const to = `to:\n  - { when: '$source.Kind = "S"', type: stock.issue.v1 }\n  - { type: stock.receive.v1 }`;
        const row = (Kind: string, doc = 'R1') => good(doc, 'A', { Kind });
        for (const yaml of [
          receipts(steps, `key: Doc\n${to}`),
          receipts(`${steps}\n- filter: $source.Kind != "X"`),
          receipts(`${steps}\n- set: { reason: $source.Kind }`),
          receipts(`${steps}\n- set: { reason: '$lookup($source, "Kind")' }`),
        ].map((text) => text.replace('key: Receipt', 'key: Doc'))) {
          const gathered = await inbound(yaml);
          for (const rows of [
            [row('S'), row('R')],
            [row('R'), row('S')],
            [row('R'), row('R', 'R2'), row('X')],
          ]) {
            const result = await run(gathered, rows, testSpool(bounds));
            assert.deepEqual(codes(result), [['GROUP_DIFFERS']]);
            assert.match(result.parked[0]!.faults[0]!.message, /^'\$source(\.Kind)?' is read of/);
            assert.deepEqual([result.parked[0]!.members.length, result.filtered], [2, 0]);
          }
          const [same] = (await run(gathered, [row('R'), row('R')], testSpool(bounds))).messages;
          assert.equal(same?.type, 'stock.receive.v1');
        }
      });

      it('parks rows of one document that have different keys', async () => {
        const versions = await inbound(
          receipts(steps, 'key: Doc & "@" & Version\nto: stock.receive.v1'),
        );
        const row = (Version: string) => good('R1', 'A', { Version });
        for (const rows of [
          [row('1'), row('2')],
          [row('1'), good('R2', 'A', { Version: '1' }), row('2')],
        ]) {
          const result = await run(versions, rows, testSpool(bounds));
          assert.deepEqual(codes(result), [['GROUP_KEY_DIFFERS']]);
          assert.match(
            result.parked[0]!.faults[0]!.message,
            /'R1@1' in one row .* 'R1@2' in another/,
          );
        }
      });

      it('is what the same rows are in order, however they are mixed', async () => {
        const row = fc.record({
          doc: fc.constantFrom('R1', 'R2', 'R3', 'R4'),
          sku: fc.constantFrom('A', 'B', 'ü"'),
          isBad: fc.nat(4).map((draw) => draw === 0),
        });
        await fc.assert(
          fc.asyncProperty(fc.array(row, { maxLength: 14 }), async (rows) => {
            const made = rows.map(({ doc, sku, isBad }) => (isBad ? bad(doc) : good(doc, sku)));
            const docs = [...new Set(made.map(({ Doc }) => Doc))];
            const sorted = docs.flatMap((doc) => made.filter(({ Doc }) => Doc === doc));
            const [mixed, neat] = [await take(made), await run(flow, sorted)];
            assert.deepEqual(data(mixed), data(neat));
            assert.deepEqual(codes(mixed), codes(neat));
          }),
          { numRuns: 100 },
        );
      });
    });
  }

  it('a document that is too long is parked whole, also when its rows stand apart', async () => {
    const half = Array.from({ length: limits.documentLines / 2 + 1 }, () => good('R1'));
    const result = await run(flow, [...half, good('R2'), ...half]);
    assert.deepEqual(documents(result), [['R2', 1]]);
    assert.ok(codes(result).every(([code]) => code === 'PAYLOAD_TOO_LARGE'));
  });

  it('a document that is too long is parked whole, without holding it all', async () => {
    const rows = Array.from({ length: limits.documentLines + 3 }, () => good('R1'));
    const result = await run(flow, [...rows, good('R2')]);
    assert.deepEqual(documents(result), [['R2', 1]]);
    assert.ok(codes(result).every(([code]) => code === 'PAYLOAD_TOO_LARGE'));
  });

  it('every row ends in exactly one place, and no document is half booked', async () => {
    const row = fc.record({
      doc: fc.constantFrom('R1', 'R2', 'R3'),
      kind: fc.constantFrom('good', 'good', 'bad', 'torn'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 12 }), async (rows) => {
        const records = rows.map(({ doc, kind }, index) =>
          kind === 'torn'
            ? torn(index + 1)
            : { record: index + 1, value: kind === 'good' ? good(doc) : bad(doc) },
        );
        const docs = rows.filter(({ kind }) => kind !== 'torn').map(({ doc }) => doc);
        const begun = docs.filter((doc, index) => doc !== docs[index - 1]);
        if (rows.length > docs.length && new Set(begun).size < begun.length) {
          await assert.rejects(run(flow, records), /GROUP_BROKEN|may belong to any document/);
          return;
        }
        const result = await run(flow, records);
        const seen = [...result.messages, ...result.parked].flatMap((part) =>
          part.members.map((member) => member.record),
        );
        assert.deepEqual(
          seen.toSorted((a, b) => a - b),
          records.map(({ record }) => record),
        );
        for (const message of result.messages) {
          for (const { record } of message.members) {
            assert.equal(rows[record - 1]?.kind, 'good');
            for (const neighbour of [record, record - 2]) {
              const beside = rows[neighbour];
              assert.notEqual(beside?.kind, 'torn', 'a neighbour that cannot be read');
              assert.ok(
                !(beside?.kind === 'bad' && beside.doc === message.id),
                'a bad neighbour of the same document',
              );
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a row that was copied', () => {
  const numbered = (Line: string, Sku = 'A') => ({ ...good('R1', Sku), Line });

  it('is a fault of its document, and lines that only look alike are none', async () => {
    const withLines = await inbound(
      receipts(
        steps.replace('sku: Sku', 'sku: Sku\n    line: Line'),
        'key: Doc\nto: stock.receive.v1',
      ),
    );
    const twice = await run(withLines, [numbered('10'), numbered('20'), numbered('10')]);
    assert.deepEqual(codes(twice), [['LINE_REPEATED']]);
    const batches = await run(withLines, [numbered('10', 'A'), numbered('10', 'B')]);
    assert.deepEqual(documents(batches), [['R1', 2]]);
    const pallets = await run(withLines, [numbered(''), numbered('')]);
    assert.deepEqual(documents(pallets), [['R1', 2]]);
  });
});
