import assert from 'node:assert/strict';
import { calendarOf, instantOf, nextDay } from '../../core/zone.ts';

describe('business days', () => {
  it('begin and end with the clocks of their zone, also when these are changed', () => {
    const berlin = calendarOf('Europe/Berlin');
    assert.equal(berlin.dayOf('2026-03-31T22:00:00.000Z'), '2026-04-01');
    assert.equal(berlin.startOf('2026-04-01'), '2026-03-31T22:00:00.000Z');
    assert.equal(berlin.endOf('2026-03-31'), '2026-03-31T21:59:59.999Z');
    assert.equal(berlin.startOf('2026-03-29'), '2026-03-28T23:00:00.000Z');
    assert.equal(berlin.endOf('2026-03-29'), '2026-03-29T21:59:59.999Z');
    assert.equal(nextDay('2026-12-31'), '2027-01-01');
  });

  it('are those of UTC unless a zone is named', () => {
    const utc = calendarOf('UTC');
    assert.equal(utc.dayOf('2026-03-31T23:59:59.999Z'), '2026-03-31');
    assert.equal(utc.endOf('2026-03-31'), '2026-03-31T23:59:59.999Z');
  });
});

describe('an instant', () => {
  it('is in UTC with milliseconds, however it was written', () => {
    assert.equal(instantOf('2026-03-31T10:30:00+02:00'), '2026-03-31T08:30:00.000Z');
    assert.equal(instantOf('2026-02-30T08:30:00.000Z'), '2026-03-02T08:30:00.000Z');
    assert.equal(instantOf('2026-03-31T24:00:00.000Z'), '2026-04-01T00:00:00.000Z');
    for (const month of ['01', '02', '04', '12']) {
      for (const day of ['01', '09', '28', '29', '30']) {
        for (const time of ['00:00:00.000', '19:59:59.999', '23:00:01.010']) {
          const text = `2024-${month}-${day}T${time}Z`;
          assert.equal(instantOf(text), new Date(text).toISOString());
        }
      }
    }
  });
});
