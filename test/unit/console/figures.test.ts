import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pathOf, scaleOf } from '../../../console/parts/plot.ts';
import { decimalOf, decimalText, microsOf, shareOf } from '../../../console/text/decimalText.ts';
import { dayText, exactTime, lastingText, relativeTime } from '../../../console/text/timeText.ts';

describe('figures of the console', () => {
  it('lose no digit, and have a real minus', () => {
    assert.equal(
      decimalText('-12345678901234567890.123456', 'en'),
      '−12,345,678,901,234,567,890.123456',
    );
    assert.equal(decimalText('1234.50', 'de'), '1.234,50');
    assert.equal(decimalText('0', 'en'), '0');
    assert.equal(decimalText('n/a', 'en'), 'n/a');
  });

  it('are counted in millionths, there and back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (micros) => {
        assert.equal(microsOf(decimalOf(micros)), micros);
      }),
    );
    assert.equal(shareOf(microsOf('25')!, microsOf('100')!), 0.25);
  });

  it('are drawn between round lines, with zero among them, and end where nothing is known', () => {
    const frame = { width: 100, height: 108, left: 0, bottom: 0 };
    const scale = scaleOf([['-12', '', '37.5']], frame);
    assert.deepEqual(scale.ticks.map(decimalOf), ['-20', '0', '20', '40']);
    assert.deepEqual([scale.y(microsOf('40')!), scale.y(microsOf('-20')!)], [8, 108]);
    const path = pathOf(['-20', '40', '', '-20'], (index) => index * 10, scale.y, true);
    assert.equal(path, 'M0.0 108.0H10.0V8.0M30.0 108.0');
    assert.equal(scaleOf([[]], frame).ticks.length, 2);
  });

  it("are told in the hub's zone", () => {
    const at = '2026-10-31T23:30:00.000Z';
    assert.equal(exactTime(at, 'Europe/Berlin', 'en'), '1 Nov 2026, 00:30:00');
    assert.equal(dayText(at, 'Europe/Berlin', 'de'), '1. Nov. 2026');
    // A business day is that day everywhere.
    assert.equal(dayText('2026-10-31', 'America/Lima', 'en'), '31 Oct 2026');
    assert.equal(relativeTime(at, Date.parse(at) + 240_000, 'en'), '4 min ago');
    assert.equal(relativeTime(at, Date.parse(at) - 900, 'en'), 'now');
    assert.equal(relativeTime(at, Date.parse(at) + 3 * 86_400_000, 'de'), 'vor 3 Tagen');
    assert.equal(lastingText(240, 'en'), '4 min');
  });
});
