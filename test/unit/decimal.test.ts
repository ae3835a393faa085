import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  amountOf,
  decimalOfDigits,
  fixedOfDigits,
  formatDecimal,
  formatFixed,
  MAX_INT64,
  mulDiv,
  parseDecimal,
  unitCostOf,
} from '../../core/decimal.ts';

describe('exact decimals', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }), (units) => {
        assert.equal(parseDecimal(formatDecimal(units)), units);
      }),
    );
  });

  it('writes the digits of an integer as it writes the integer', () => {
    const any = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }), fc.bigInt(-999n, 999n));
    fc.assert(
      fc.property(any, fc.integer({ min: 0, max: 6 }), (units, digits) => {
        const text = String(units);
        assert.equal(decimalOfDigits(text, digits), formatDecimal(units, digits));
        assert.equal(fixedOfDigits(text, digits), formatFixed(units, digits));
        const isInRange = units >= -MAX_INT64 && units <= MAX_INT64;
        const read = parseDecimal(fixedOfDigits(text, digits), digits);
        assert.equal(read, isInRange ? units : 'out_of_range');
      }),
    );
    assert.equal(formatDecimal(-50n), '-0.00005');
    assert.equal(formatDecimal(-1_500_000n), '-1.5');
    assert.equal(formatDecimal(0n), '0');
    assert.equal(formatFixed(-5n, 2), '-0.05');
    assert.equal(formatFixed(0n, 2), '0.00');
  });

  it('refuses what is not plain decimal text', () => {
    for (const text of [
      '',
      '-',
      '.',
      '1.',
      '.5',
      '+1',
      '1e5',
      'NaN',
      'Infinity',
      '1,5',
      ' 1',
      '1 ',
      '0x10',
      '1.2.3',
      '--1',
      '١',
    ]) {
      assert.equal(parseDecimal(text), 'not_a_decimal', text);
    }
  });

  it('loses no digit: more than six decimals are refused unless they are zeros', () => {
    assert.equal(parseDecimal('0.1234567'), 'too_many_digits');
    assert.equal(parseDecimal('0.1234560000'), 123456n);
    assert.equal(parseDecimal('123456789012.1234567'), 'too_many_digits');
    assert.equal(parseDecimal('9223372036854775807', 0), 9223372036854775807n);
    assert.equal(parseDecimal('9223372036854775808', 0), 'out_of_range');
  });

  it('rounds half away from zero, once', () => {
    const cases: [bigint, bigint, bigint, bigint][] = [
      [5n, 1n, 2n, 3n],
      [7n, 1n, 2n, 4n],
      [-5n, 1n, 2n, -3n],
      [-7n, 1n, 2n, -4n],
      [10n, 1n, 3n, 3n],
      [11n, 1n, 3n, 4n],
      [5n, 1n, -2n, -3n],
    ];
    for (const [a, b, c, expected] of cases)
      assert.equal(mulDiv(a, b, c), expected, `${a}*${b}/${c}`);
  });

  it('splits an amount so that the parts give the whole', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 10n ** 12n),
        fc.bigInt(1n, 10n ** 9n),
        fc.bigInt(0n, 10n ** 9n),
        (value, whole, wanted) => {
          const part = wanted % (whole + 1n);
          const taken = mulDiv(value, part, whole);
          assert.ok(taken >= 0n && taken <= value);
        },
      ),
    );
  });

  it('writes money with its decimals', () => {
    assert.equal(formatFixed(-5n, 2), '-0.05');
    assert.equal(formatFixed(1250n, 2), '12.50');
    assert.equal(formatFixed(1250n, 0), '1250');
  });

  it('turns quantity × cost into minor units', () => {
    assert.equal(amountOf(3_000_000n, 1_333_333n, 2), 400n);
    assert.equal(amountOf(12_500_000n, 9_950_000n, 2), 12438n);
    assert.equal(unitCostOf(12438n, 12_500_000n, 2), 9_950_400n);
    assert.equal(amountOf(1_000_000n, 5_000_000n, 0), 5n);
  });
});
