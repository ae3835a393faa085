import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatDecimal } from '../../../core/decimal.ts';
import { isStockbusError } from '../../../core/errors.ts';
import { compileExpression, variablesOf } from '../../../core/flow/expression/compileExpression.ts';
import { functions } from '../../../core/flow/expression/functions.ts';
import type { RecordValue } from '../../../core/ports.ts';
import { context } from './fixtures.ts';

/** The value of an expression, or the code of its fault. */
async function evaluate(text: string, value: RecordValue = {}): Promise<unknown> {
  const faults: string[] = [];
  const compiled = compileExpression(text, variablesOf.inbound, context, (fault) =>
    faults.push(fault.message),
  );
  assert.ok(compiled, faults.join());
  try {
    return await compiled.evaluate({ value, source: value, record: 1 });
  } catch (error) {
    if (isStockbusError(error)) return error.code;
    throw error;
  }
}

/** What is to be done where it fails. */
async function remedyOf(text: string, field: string): Promise<string> {
  const compiled = compileExpression(text, variablesOf.inbound, context, () => assert.fail());
  try {
    await compiled!.evaluate({ value: { field }, source: {}, record: 1 });
  } catch (error) {
    if (isStockbusError(error)) return error.fault.todo ?? '';
    throw error;
  }
  return assert.fail(`${text} reads ${field}`);
}

function table(title: string, rows: [string, unknown][]): void {
  it(title, async () => {
    for (const [text, expected] of rows) assert.deepEqual(await evaluate(text), expected, text);
  });
}

const BAD = 'EXPR_NOT_DECIMAL';

describe('functions', () => {
  table('$decimal reads what is clear and refuses the rest', [
    ['$decimal("12.50")', '12.5'],
    ['$decimal(" 007 ")', '7'],
    ['$decimal("-0.0")', '0'],
    ['$decimal("0.1")', '0.1'],
    ['$decimal(5e-7)', '0.0000005'],
    ['$decimal(-1.5e-20)', '-0.000000000000000000015'],
    ['$decimal(5e-324)', BAD],
    ['$decimal("12,50", ",")', '12.5'],
    ['$decimal("1.234.567,80", ",")', '1234567.8'],
    ['$decimal("1.234", ",")', '1234'],
    ['$decimal("1.23", ",")', BAD],
    ['$decimal("1,234.50", ".")', '1234.5'],
    ['$decimal("1 234,5", ",")', '1234.5'],
    ['$decimal("1,234.50")', BAD],
    ['$decimal("1,5")', BAD],
    ['$decimal("12,50-", ",")', '-12.5'],
    ['$decimal("+3")', '3'],
    ['$decimal(".5")', '0.5'],
    ['$decimal("5.")', BAD],
    ['$decimal("1e5")', BAD],
    ['$decimal("NaN")', BAD],
    ['$decimal("Infinity")', BAD],
    ['$decimal("9,8O", ",")', BAD],
    ['$decimal("--1")', BAD],
    ['$decimal("-")', BAD],
    ['$decimal("1.2.3")', BAD],
    ['$decimal(2.5)', '2.5'],
    ['$decimal(true)', BAD],
    ['$decimal("")', undefined],
    ['$decimal(null)', undefined],
    ['$decimal(missing)', undefined],
    ['$decimal("123456789012345678901234.5678901")', '123456789012345678901234.5678901'],
  ]);

  table('$decimal reads grouping marks only where a number can have them', [
    ['$decimal("0.500", ",")', BAD],
    ['$decimal("0,250", ".")', BAD],
    ['$decimal("0\'500", ".")', BAD],
    ['$decimal("0’500", ".")', BAD],
    ['$decimal("0 500", ",")', BAD],
    ['$decimal("-0.125", ",")', BAD],
    ['$decimal("0.125-", ",")', BAD],
    ['$decimal("007.500", ",")', BAD],
    ['$decimal("0.500.000", ",")', BAD],
    ['$decimal("1.234 567", ",")', BAD],
    ['$decimal("1.234.56", ",")', BAD],
    ['$decimal(".500", ",")', BAD],
    ['$decimal("10.500", ",")', '10500'],
    ['$decimal("1\'234’567", ".")', BAD],
    ['$decimal("1’234’567.5", ".")', '1234567.5'],
    ['$decimal("1.234,500-", ",")', '-1234.5'],
    ['$decimal("0,500", ",")', '0.5'],
    ['$decimal("007,5", ",")', '7.5'],
  ]);

  it('$decimal says what to write for parentheses and currencies, and that works', async () => {
    const rows = [
      ['(1.234,50)', ',', '-1234.5'],
      ['12,50 €', ',', '12.5'],
      ['$12.50', '.', '12.5'],
      ['CHF 1’250.00', '.', '1250'],
    ];
    for (const [field = '', mark, expected] of rows) {
      const compiled = compileExpression(
        `$decimal(field, "${mark}")`,
        variablesOf.inbound,
        context,
        () => assert.fail(),
      );
      let todo = '';
      try {
        await compiled!.evaluate({ value: { field }, source: {}, record: 1 });
      } catch (error) {
        if (isStockbusError(error)) todo = error.fault.todo ?? '';
      }
      const [, remedy = ''] = /: (\$.*)$/.exec(todo) ?? [];
      assert.equal(await evaluate(remedy, { field }), expected, `${field}: ${todo}`);
    }
  });

  it('no remedy of $decimal leads back to where it was', async () => {
    const rows: [field: string, read: (string | undefined)[]][] = [
      ['5.', ['5']],
      ['5,', ['5']],
      ['-1.234,', ['-1.234']],
      ['1,234', ['1.234', '1234']],
      ['12,5', ['12.5']],
      ['1.2.3', []],
      ['..', []],
    ];
    for (const [field, read] of rows) {
      const remedies = (await remedyOf('$decimal(field)', field)).match(
        /\$decimal\(.*?\)(?= or |$)/g,
      );
      const values: unknown[] = [];
      for (const remedy of remedies ?? []) values.push(await evaluate(remedy, { field }));
      assert.deepEqual(values, read, field);
    }
    for (const mark of ['.', ',']) {
      assert.equal(
        await remedyOf(`$decimal(field, "${mark}")`, '1.2.3'),
        'have the sender write a number',
      );
      assert.match(await remedyOf(`$decimal(field, "${mark}")`, '5.'), /^take the mark off: /);
    }
  });

  it('$decimal gives back every exact decimal, whatever the notation', async () => {
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), async (units) => {
        const plain = formatDecimal(units);
        const [whole = '', fraction] = plain.replace('-', '').split('.');
        const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '.');
        const german = `${plain.startsWith('-') ? '-' : ''}${grouped}${fraction === undefined ? '' : `,${fraction}`}`;
        assert.equal(await evaluate('$decimal(a, ",")', { a: german }), plain);
        assert.equal(await evaluate('$decimal(a)', { a: plain }), plain);
      }),
      { numRuns: 300 },
    );
  });

  table('decimals are calculated exactly', [
    ['$add("0.1", "0.2")', '0.3'],
    ['$subtract("1", "0.9")', '0.1'],
    ['$multiply("1.1", "1.1")', '1.21'],
    ['$divide("1", "3")', '0.333333'],
    ['$divide("1", "0")', 'EXPR_FAILED'],
    ['$add("0.1", missing)', undefined],
    ['$compare("10", "9.5")', 1],
    ['$compare("2.50", "2.5")', 0],
    ['$isNegative("-0")', false],
    ['$isNegative("-0.1")', true],
    ['$abs("-2.50")', '2.5'],
    ['$abs(-2)', 2],
    ['$negate("2")', '-2'],
    ['$negate("0")', '0'],
  ]);

  const DATE = 'EXPR_NOT_DATE';
  table('$date reads patterns in their zone', [
    ['$date("31.03.2026", "dd.MM.yyyy", "Europe/Berlin")', '2026-03-30T22:00:00.000Z'],
    ['$date("2010-12-01 08:26:05", "yyyy-MM-dd HH:mm:ss")', '2010-12-01T08:26:05.000Z'],
    ['$date("12/1/10 8:26", "M/d/yy H:mm", "Europe/London")', '2010-12-01T08:26:00.000Z'],
    ['$date("3/7/2026 12:05 AM", "M/d/yyyy h:mm a")', '2026-03-07T00:05:00.000Z'],
    ['$date("07-Mar-2026", "dd-MMM-yyyy")', '2026-03-07T00:00:00.000Z'],
    ['$date("20260307", "yyyyMMdd")', '2026-03-07T00:00:00.000Z'],
    ['$date("2026-03-07T10:00:00.1234567+02:00")', '2026-03-07T08:00:00.123Z'],
    ['$date("2026-03-07T10:00Z")', '2026-03-07T10:00:00.000Z'],
    ['$date("2026-03-07", "ISO", "America/New_York")', '2026-03-07T05:00:00.000Z'],
    ['$date("31.02.2026", "dd.MM.yyyy")', DATE],
    ['$date("29.02.2026", "dd.MM.yyyy")', DATE],
    ['$date("29.02.2028", "dd.MM.yyyy")', '2028-02-29T00:00:00.000Z'],
    ['$date("1.3.2026", "dd.MM.yyyy")', DATE],
    ['$date("31.03.2026 x", "dd.MM.yyyy")', DATE],
    ['$date("2026-03-07T25:00Z")', DATE],
    ['$date("")', undefined],
    ['$date(missing)', undefined],
    // The clocks go forward at 02:00 on 29 March and back at 03:00 on 25 October.
    ['$date("29.03.2026 02:30", "dd.MM.yyyy HH:mm", "Europe/Berlin")', '2026-03-29T01:30:00.000Z'],
    ['$date("25.10.2026 02:30", "dd.MM.yyyy HH:mm", "Europe/Berlin")', '2026-10-25T00:30:00.000Z'],
    ['$date("25.10.2026 03:00", "dd.MM.yyyy HH:mm", "Europe/Berlin")', '2026-10-25T02:00:00.000Z'],
  ]);

  table('$date reads what ISO 8601, XML Schema and JavaScript write, without a pattern', [
    ['$date("2026-03-01Z")', '2026-03-01T00:00:00.000Z'],
    ['$date("2026-03-01+01:00")', '2026-02-28T23:00:00.000Z'],
    ['$date("2026-03-01-05:00", "ISO", "Asia/Tokyo")', '2026-03-01T05:00:00.000Z'],
    ['$date("20260301")', '2026-03-01T00:00:00.000Z'],
    ['$date(20260301)', '2026-03-01T00:00:00.000Z'],
    ['$date("20260301T101500Z")', '2026-03-01T10:15:00.000Z'],
    ['$date("20260301T1015+0200")', '2026-03-01T08:15:00.000Z'],
    ['$date("20260301T101500.25")', '2026-03-01T10:15:00.250Z'],
    ['$date("2026-03-01t10:15:00z")', '2026-03-01T10:15:00.000Z'],
    ['$date("2026-02-28T24:00:00Z")', '2026-03-01T00:00:00.000Z'],
    ['$date("2026-12-31T24:00:00", "ISO", "Europe/Berlin")', '2026-12-31T23:00:00.000Z'],
    ['$date("2026-02-28T24:00:01Z")', DATE],
    ['$date("2026-02-28T25:00:00Z")', DATE],
    ['$date("/Date(1774944900000)/")', '2026-03-31T08:15:00.000Z'],
    ['$date("/Date(1774944900000+0200)/")', '2026-03-31T08:15:00.000Z'],
    ['$date("/Date(-86400000)/")', '1969-12-31T00:00:00.000Z'],
    ['$date("20261399")', DATE],
    ['$date("2026030")', DATE],
    ['$date("20260301101500")', DATE],
  ]);

  table('$date reads offsets only where a zone can have them', [
    ['$date("2026-03-01T10:00:00+0160")', DATE],
    ['$date("2026-03-01T10:00:00+01:99")', DATE],
    ['$date("2026-03-01T10:00:00+14:01")', DATE],
    ['$date("2026-03-01T10:00:00-15")', DATE],
    ['$date("2026-03-01T10:00:00+1")', DATE],
    ['$date("2026-03-01T10:00:00+01000")', DATE],
    ['$date("2026-03-01T10:00:00+01:0")', DATE],
    ['$date("2026-03-01 10:00 +0199", "yyyy-MM-dd HH:mm XXX")', DATE],
    ['$date("2026-03-01T10:00:00+14:00")', '2026-02-28T20:00:00.000Z'],
    ['$date("2026-03-01T10:00:00-0330")', '2026-03-01T13:30:00.000Z'],
    ['$date("2026-03-01T10:00:00+05:45")', '2026-03-01T04:15:00.000Z'],
  ]);

  table('$date counts since 1970, in seconds or milliseconds, exactly', [
    ['$date(1774944900, "epoch")', '2026-03-31T08:15:00.000Z'],
    ['$date("1774944900.007", "epoch")', '2026-03-31T08:15:00.007Z'],
    ['$date("-1.5", "epoch")', '1969-12-31T23:59:58.500Z'],
    ['$date("1774944900007", "epoch-ms", "Asia/Tokyo")', '2026-03-31T08:15:00.007Z'],
    ['$date("1774944900007.9", "epoch-ms")', '2026-03-31T08:15:00.007Z'],
    ['$date("1774944900007000", "epoch")', DATE],
    ['$date("1e9", "epoch")', DATE],
    ['$date("0x10", "epoch")', DATE],
  ]);

  table('$date takes several patterns, where those that fit agree', [
    ['$date("31.03.2026", ["yyyy-MM-dd", "dd.MM.yyyy"])', '2026-03-31T00:00:00.000Z'],
    ['$date("2026-03-31", ["yyyy-MM-dd", "dd.MM.yyyy"])', '2026-03-31T00:00:00.000Z'],
    ['$date("31/03/2026", ["dd/MM/yyyy", "MM/dd/yyyy"])', '2026-03-31T00:00:00.000Z'],
    ['$date("02/03/2026", ["dd/MM/yyyy", "MM/dd/yyyy"])', DATE],
    ['$date("03/03/2026", ["dd/MM/yyyy", "MM/dd/yyyy"])', '2026-03-03T00:00:00.000Z'],
    ['$date("1774944900", ["ISO", "epoch"])', '2026-03-31T08:15:00.000Z'],
    ['$date("nothing", ["ISO", "epoch"])', DATE],
    ['$date("7 March 2026", "d MMMM yyyy")', '2026-03-07T00:00:00.000Z'],
    ['$date("7 MAY 2026", ["d MMM yyyy", "d MMMM yyyy"])', '2026-05-07T00:00:00.000Z'],
    ['$date("7 März 2026", "d MMMM yyyy")', DATE],
  ]);

  table(
    '$date moves a time that clocks skip behind the gap, and takes the first of one that comes twice',
    [
      ['$date("2026-03-29T02:30", "ISO", "Europe/Berlin")', '2026-03-29T01:30:00.000Z'],
      ['$date("2026-10-25T02:30", "ISO", "Europe/Berlin")', '2026-10-25T00:30:00.000Z'],
    ],
  );

  table('$day is the day of a date in its zone', [
    ['$day("31.03.2026", "dd.MM.yyyy", "Asia/Tokyo")', '2026-03-31'],
    ['$day("31.03.2026", ["dd.MM.yyyy", "ISO"])', '2026-03-31'],
    ['$day("2026-03-31T23:30:00Z", "ISO", "Europe/Berlin")', '2026-04-01'],
    ['$day("")', undefined],
    ['$day("31.02.2026", "dd.MM.yyyy")', DATE],
  ]);

  table('$day of a text without a time is the day that is printed, whatever its zone', [
    ['$day("2025-01-19+05:30", "", "Europe/Berlin")', '2025-01-19'],
    ['$day("20250119+05:30", "", "Europe/Berlin")', '2025-01-19'],
    ['$day("2025-01-19-11:00", "ISO", "Pacific/Auckland")', '2025-01-19'],
    ['$day("2025-01-19Z", "", "America/New_York")', '2025-01-19'],
    ['$day("19.01.2025 +05:30", "dd.MM.yyyy XXX", "Europe/Berlin")', '2025-01-19'],
    ['$day("0099-01-19+05:30", "", "Europe/Berlin")', '0099-01-19'],
    [
      '$map(["2025-01-19+05:30"], function($text) { $day($text, "", "Europe/Berlin") })',
      '2025-01-19',
    ],
    ['$date("2025-01-19+05:30", "", "Europe/Berlin")', '2025-01-18T18:30:00.000Z'],
    ['$day("2025-01-19T00:00+05:30", "", "Europe/Berlin")', '2025-01-18'],
    ['$day("19.01.2025 00 +05:30", "dd.MM.yyyy HH XXX", "Europe/Berlin")', '2025-01-18'],
    ['$day("2025-02-29+05:30", "", "Europe/Berlin")', DATE],
  ]);

  it('a day that is cut off the instant of $date is refused: it is that of UTC', () => {
    const faultOf = (text: string): string | undefined => {
      const faults: string[] = [];
      compileExpression(text, variablesOf.inbound, context, ({ message, todo, offset }) =>
        faults.push(`${offset} ${message}; ${todo}`),
      );
      return faults[0];
    };
    const refusal = /^\d+ '\$substring(Before)?' of a \$date cuts off the day in UTC.*\$day/;
    assert.match(faultOf('$substringBefore($date(Due, "dd.MM.yyyy"), "T")') ?? '', refusal);
    assert.match(faultOf('a ? $substring($date(Due), 0, 10)') ?? '', refusal);
    assert.match(
      faultOf('$date(Due, "ISO", "Asia/Tokyo") ~> $substringBefore("T")') ?? '',
      refusal,
    );
    assert.equal(faultOf('$substring($date(Due, "ISO", "UTC"), 0, 10)'), undefined);
  });

  it('$date reads a text without a zone in the zone of the hub, every writing of a pattern alike', async () => {
    const hub = { ...context, zone: 'America/New_York' };
    for (const text of [
      '$date("2026-04-01")',
      '$date("20260401T000000")',
      '$date("01.04.2026", "dd.MM.yyyy")',
      '$date("01.04.2026", ["dd.MM.yyyy", "ISO"])',
      '($p := "dd.MM.yyyy"; $date("01.04.2026", $p))',
    ]) {
      const compiled = compileExpression(text, variablesOf.inbound, hub, () => assert.fail(text));
      const scope = { value: {}, source: {}, record: 1 };
      assert.equal(await compiled!.evaluate(scope), '2026-04-01T04:00:00.000Z', text);
    }
  });

  table('$lookup and $uom use the tables', [
    ['$lookup("sku-xref", "A1")', 'SKU-1'],
    ['$lookup("sku-xref", "A1", "place")', 'WH1'],
    ['$lookup("sku-xref", "A2", "place")', undefined],
    ['$lookup("sku-xref", "zz")', 'LOOKUP_NOT_FOUND'],
    ['$lookup("sku-xref", "")', undefined],
    ['$lookup({"a": 1}, "a")', 1],
    ['$uom("2", "DZ", "EA")', '24'],
    ['$uom("10", "LB", "KG")', '4.535924'],
    ['$uom("3", "THIRD", "EA")', '1'],
    ['$uom("1", "DZ", "KG")', 'UOM_UNKNOWN'],
    ['$uom("1", "BARREL", "EA")', 'UOM_UNKNOWN'],
    ['$now()', '2026-03-31T08:30:00.000Z'],
  ]);

  table('the library keeps within its bounds', [
    ['($f := function($n) { $f($n + 1) + 1 }; $f(0))', 'EXPR_RUNAWAY'],
    ['$count([1..1000000])', 'EXPR_RUNAWAY'],
    ['Qty.$sum([1, 2])', undefined],
    ['$sum([1, 2])', 3],
  ]);

  it('a loop without end is stopped', async () => {
    assert.equal(await evaluate('($f := function($n) { $f($n + 1) }; $f(0))'), 'EXPR_RUNAWAY');
  }).timeout(10_000);

  it('the examples of the reference run', async () => {
    for (const { example } of Object.values(functions)) {
      const text = example.replace('Item', '"A1"');
      assert.notEqual(await evaluate(text), undefined, example);
    }
  });
});
