import assert from 'node:assert/strict';
import { createTask } from 'node-cron';
import { cronFaults } from '../../../core/flow/cronField.ts';
import { lint } from './hubFolder.ts';

const report = (end: string): string =>
  `flow: daily\nfrom: ${end}\nquery: stock\nwrite: csv\nto: { folder: outbox }\n`;

describe('the schedule of a report', () => {
  const refused: [schedule: string, faults: string[]][] = [
    ['60 25 * * *', ["'60' is no minute (0-59)", "'25' is no hour (0-23)"]],
    ['0 6 31 2 *', ['no month that it names has such a day']],
    ['0 6 30,31 2 1', ['no month that it names has such a day']],
    ['0 6 31 4,6 *', ['no month that it names has such a day']],
    ['*/0 * * * *', ["'*/0' is no minute (0-59)"]],
    ['*/61 * * * *', ["'*/61' is no minute (0-59)"]],
    ['0 */30 * * *', ["'*/30' is no hour (0-23)"]],
    ['0 6 * * 8', ["'8' is no day of the week (0-7 or SUN-SAT)"]],
    ['0 6 32 * *', ["'32' is no day of the month (1-31)"]],
    ['0 6 1 13 *', ["'13' is no month (1-12 or JAN-DEC)"]],
    ['0 6 * * FUNDAY', ["'FUNDAY' is no day of the week (0-7 or SUN-SAT)"]],
    ['-1 * * * *', ["'-1' is no minute (0-59)"]],
    ['1W * * * *', ["'1W' is no minute (0-59)"]],
    ['0-9999999 * * * *', ["'0-9999999' is no minute (0-59)"]],
    [
      '0 0 6 * * 1',
      ['it has 6 of five fields (minute, hour, day of the month, month, day of the week)'],
    ],
    [
      '@daily',
      ['it has 1 of five fields (minute, hour, day of the month, month, day of the week)'],
    ],
    ['', ['it has 1 of five fields (minute, hour, day of the month, month, day of the week)']],
  ];
  for (const [schedule, faults] of refused) {
    it(`'${schedule}' is refused`, () => assert.deepEqual(cronFaults(schedule), faults));
  }

  for (const schedule of [
    '0 6 * * 1',
    '*/15 8-18 * * MON-FRI',
    '0 6 29 2 *',
    '0 22-4 1,15 JAN *',
    '00 06 L * *',
  ]) {
    it(`'${schedule}' runs`, () => assert.deepEqual(cronFaults(schedule), []));
  }

  it('of any characters: what passes never stops the start', () => {
    const parts = [
      '*',
      '0',
      '5',
      '31',
      '60',
      '1-5',
      '5-1',
      '*/5',
      '*/0',
      '1,2',
      'L',
      '1W',
      'JAN',
      'MON',
      '?',
      ',',
      '-',
      '1#2',
      'LW',
      '29',
    ];
    let passed = 0;
    for (let seed = 0; seed < 3000; seed += 1) {
      const pick = (index: number) =>
        parts[(seed * 7 + index * 31 + seed ** 2 * (index + 1)) % parts.length]!;
      const text = [0, 1, 2, 3, 4].map(pick).join(' ');
      if (cronFaults(text).length > 0) continue;
      passed += 1;
      createTask(text, () => undefined);
    }
    assert.ok(passed > 0);
  });

  it('is told by lint with its place, and so is its zone', async () => {
    assert.deepEqual(
      await lint({ 'flows/daily.yaml': report('{ schedule: "0 6 31 2 *", zone: Europe/Berln }') }),
      [
        "flows/daily.yaml:2:19 CONFIG_BAD_VALUE '0 6 31 2 *' never runs: no month that it names has such a day; write five fields of cron, such as 0 6 * * 1 for Mondays at six",
        "flows/daily.yaml:2:39 CONFIG_BAD_VALUE 'Europe/Berln' is not a time zone; write one such as Europe/Berlin",
      ],
    );
  });
});
