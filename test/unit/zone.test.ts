import assert from 'node:assert/strict';
import { calendarOf, nextDay } from '../../core/zone.ts';

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
