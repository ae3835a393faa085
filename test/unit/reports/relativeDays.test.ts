/** Days and months that count from the day on which a report is written. */
import assert from 'node:assert/strict';
import { queryOn } from '../../../core/reports/relativeDays.ts';
import { lint, load } from '../flow/hubFolder.ts';

const flow = (query: string): string => `flow: postings
from: { schedule: "0 4 1 * *", zone: Europe/Berlin }
query: ${query}
write: csv
to: { folder: outbox }
`;

/** In Berlin it is 1 March already. */
const night = Date.parse('2026-02-28T23:30:00Z');

describe('days that count from the day of the run', () => {
  const on = (text: string, at = night): string | undefined =>
    queryOn({ name: 'journal', asOf: text }, at, 'Europe/Berlin').asOf;

  it('are those of the zone', () => {
    assert.deepEqual(
      [on('today'), on('yesterday'), on('7 days ago')],
      ['2026-03-01', '2026-02-28', '2026-02-22'],
    );
    assert.equal(queryOn({ name: 'journal', asOf: 'today' }, night, 'UTC').asOf, '2026-02-28');
  });

  it('are the first and last of weeks, months, quarters and years', () => {
    assert.deepEqual(
      ['first of this week', 'last of last week', 'first of this month', 'last of last month'].map(
        (text) => on(text),
      ),
      ['2026-02-23', '2026-02-22', '2026-03-01', '2026-02-28'],
    );
    assert.deepEqual(
      [
        'first of 2 months ago',
        'first of last quarter',
        'last of last quarter',
        'last of this year',
      ].map((text) => on(text)),
      ['2026-01-01', '2025-10-01', '2025-12-31', '2026-12-31'],
    );
    const leap = Date.parse('2024-03-31T12:00:00Z');
    assert.deepEqual(
      [on('last of last month', leap), on('first of 13 months ago', leap)],
      ['2024-02-29', '2023-02-01'],
    );
  });

  it('leave what is said in days as it is, and count months too', () => {
    const query = { name: 'journal', since: '2026-01-01', period: 'last month' } as const;
    assert.deepEqual(queryOn(query, night, 'Europe/Berlin'), { ...query, period: '2026-02' });
    assert.equal(
      queryOn({ name: 'journal', period: '3 months ago' }, night, 'Europe/Berlin').period,
      '2025-12',
    );
  });

  it('stand in the query of a flow, which asks for them anew each time', async () => {
    const { flows } = await load({
      'flows/postings.yaml': flow(
        '{ journal: { since: first of last month, asOf: last of last month } }',
      ),
    });
    const [report] = flows;
    assert.ok(report?.direction === 'report');
    assert.deepEqual(report.queryAt(night), {
      name: 'journal',
      since: '2026-02-01',
      asOf: '2026-02-28',
    });
    assert.deepEqual(report.queryAt(Date.parse('2026-04-01T03:00:00Z')), {
      name: 'journal',
      since: '2026-03-01',
      asOf: '2026-03-31',
    });
  });

  it('are refused where they are none, with one as an example', async () => {
    const faults = async (query: string) => lint({ 'flows/postings.yaml': flow(query) });
    assert.match(
      (await faults('{ journal: { asOf: end of month } }'))[0] ?? '',
      /postings\.yaml:3:\d+ CONFIG_BAD_VALUE "end of month" is not a day .* or `last of last month`/,
    );
    assert.match(
      (await faults('{ journal: { period: last year } }'))[0] ?? '',
      /"last year" is not a month such as 2026-03, or `last month`/,
    );
  });
});
