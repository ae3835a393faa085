import assert from 'node:assert/strict';
import { createTask } from 'node-cron';
import { DueInstants } from '../../../core/jobs/DueInstants.ts';

const texts = (instants: readonly number[]): string[] =>
  instants.map((at) => new Date(at).toISOString().slice(0, 16));

/** All from the first day up to the end of the last. */
function due(cron: string, zone: string, first: string, last: string): string[] {
  const found: number[] = [];
  const until = Date.parse(`${last}T23:59:59.999Z`);
  for (const at of new DueInstants(cron, zone).after(Date.parse(`${first}T00:00:00Z`) - 1)) {
    if (at > until) break;
    found.push(at);
  }
  return texts(found);
}

describe('the instants at which a report is due', () => {
  const skipped: [cron: string, zone: string, day: string, at: string][] = [
    ['30 2 * * *', 'Europe/Berlin', '2026-03-29', '01:00'],
    ['0 2 * * *', 'Europe/Berlin', '2026-03-29', '01:00'],
    ['30 2 * * 0', 'Europe/Berlin', '2026-03-29', '01:00'],
    ['30 2 29 3 *', 'Europe/Berlin', '2026-03-29', '01:00'],
    ['30 2 * * *', 'America/New_York', '2026-03-08', '07:00'],
    ['15 1 * * *', 'Europe/London', '2026-03-29', '01:00'],
    ['0 0 * * *', 'Africa/Cairo', '2026-04-23', '22:00'],
    ['0 0 * * *', 'America/Havana', '2026-03-08', '05:00'],
    ['30 0 * * *', 'America/Santiago', '2026-09-06', '04:00'],
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-03', '15:30'],
    ['0 2,3 * * *', 'Europe/Berlin', '2026-03-29', '01:00'],
    ['*/20 2 * * *', 'Europe/Berlin', '2026-03-29', '01:00'],
  ];
  for (const [cron, zone, day, at] of skipped) {
    it(`'${cron}' in ${zone}: once on the day on which the clocks go forward, at the change`, () => {
      const found = due(cron, zone, day, day);
      assert.deepEqual(found, [`${day}T${at}`]);
    });
  }

  const repeated: [cron: string, zone: string, day: string, at: string[]][] = [
    ['30 2 * * *', 'Europe/Berlin', '2026-10-25', ['00:30']],
    ['*/30 2 * * *', 'Europe/Berlin', '2026-10-25', ['00:00', '00:30']],
    ['30 1 * * *', 'America/New_York', '2026-11-01', ['05:30']],
    ['0 3 * * *', 'Europe/Berlin', '2026-10-25', ['02:00']],
  ];
  for (const [cron, zone, day, at] of repeated) {
    it(`'${cron}' in ${zone}: at the first of two times where the clocks go back`, () => {
      assert.deepEqual(
        due(cron, zone, day, day),
        at.map((time) => `${day}T${time}`),
      );
    });
  }

  it('of every hour go on as time passes, whatever the clocks do', () => {
    for (const day of ['2026-03-29', '2026-10-25', '2026-07-01']) {
      const halves = due('*/30 * * * *', 'Europe/Berlin', day, day);
      assert.equal(halves.length, 48, day);
      const minutes = due('7 * * * *', 'Australia/Lord_Howe', day, day);
      assert.ok(minutes.length >= 24, day);
    }
    assert.deepEqual(due('0 * * * *', 'Europe/Berlin', '2026-10-25', '2026-10-25').slice(0, 4), [
      '2026-10-25T00:00',
      '2026-10-25T01:00',
      '2026-10-25T02:00',
      '2026-10-25T03:00',
    ]);
  });

  it('of a day that a zone left out come at its end', () => {
    assert.deepEqual(due('0 6 * * *', 'Pacific/Apia', '2011-12-29', '2011-12-31'), [
      '2011-12-29T16:00',
      '2011-12-30T10:00',
      '2011-12-30T16:00',
      '2011-12-31T16:00',
    ]);
  });

  it('are those of the library where no clock changes', () => {
    const now = Date.now();
    for (const cron of [
      ...['0 6 * * 1', '*/15 8-18 * * MON-FRI', '0 22-4 1,15 JAN *', '00 06 L * *', '0 6 13 * 5'],
      ...['0 6 * * 1#2', '0 6 * * 5L', '0 6 LW * *', '0 6 15W * *', '0 6 1W * *', '0 6 31W * *'],
      ...['0 6 L,15 * *', '0 6 */2 * 1', '0 6 29 2 *', '0 6 29 2 7', '* * * * *'],
    ]) {
      const task = createTask(cron, () => undefined, { timezone: 'UTC' });
      const wanted = task.getNextRuns(20).map((date) => date.getTime());
      const found: number[] = [];
      for (const at of new DueInstants(cron, 'UTC').after(now)) {
        found.push(at);
        if (found.length === wanted.length) break;
      }
      assert.deepEqual(texts(found), texts(wanted), cron);
      task.destroy();
    }
  });

  it('are found from behind, too', () => {
    const daily = new DueInstants('30 2 * * *', 'Europe/Berlin');
    const at = (text: string): number => Date.parse(`${text}Z`);
    const last = (after: string, until: string): string | undefined => {
      const found = daily.last(at(after), at(until));
      return found === undefined ? undefined : texts([found])[0];
    };
    assert.equal(last('2026-03-01T00:00', '2026-03-29T00:59'), '2026-03-28T01:30');
    assert.equal(last('2026-03-01T00:00', '2026-03-29T01:00'), '2026-03-29T01:00');
    assert.equal(last('2026-03-29T01:00', '2026-03-29T23:00'), undefined);
    assert.equal(last('2026-01-01T00:00', '2026-10-25T12:00'), '2026-10-25T00:30');
    assert.equal(
      new DueInstants('0 6 29 2 *', 'UTC').last(0, at('2026-01-01T00:00')),
      Date.parse('2024-02-29T06:00Z'),
    );
  });
});
