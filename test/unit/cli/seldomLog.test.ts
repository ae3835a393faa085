import assert from 'node:assert/strict';
import { seldomLog } from '../../../core/cli/seldomLog.ts';

describe('the log of a hub', () => {
  it('has what lasts once a minute for each place and code, with how often it came', () => {
    const lines: string[] = [];
    let nowMs = 0;
    const log = seldomLog(
      (_, event, { code = '', more = '' } = {}) =>
        lines.push(`${nowMs / 1_000} ${event} ${code} ${more}`.trim()),
      () => nowMs,
    );
    for (; nowMs < 130_000; nowMs += 1_000) {
      log('warn', 'apply.waits', { code: 'STORE_DISK', message: `at ${nowMs}`, partition: 0 });
      if (nowMs === 5_000) log('warn', 'apply.waits', { code: 'STORE_FAILED', partition: 0 });
      if (nowMs % 50_000 === 0)
        log('warn', 'deliver.retry', { code: 'WEBHOOK_FAILED', attempt: 1 });
    }
    assert.deepEqual(lines, [
      '0 apply.waits STORE_DISK',
      '0 deliver.retry WEBHOOK_FAILED',
      '5 apply.waits STORE_FAILED',
      '50 deliver.retry WEBHOOK_FAILED',
      '60 apply.waits STORE_DISK 59',
      '100 deliver.retry WEBHOOK_FAILED',
      '120 apply.waits STORE_DISK 59',
    ]);
  });
});
