import assert from 'node:assert/strict';
import { formatDuration, ProgressMeter, progressLine } from '../../../core/cli/intakeProgress.ts';
import { RecordedTerminal } from '../../recordedTerminal.ts';

function meter(interactive: boolean) {
  let nowMs = 0;
  const { terminal, said } = new RecordedTerminal(interactive);
  const made = new ProgressMeter(terminal, () => nowMs);
  return {
    meter: made,
    wait: (ms: number) => {
      nowMs += ms;
    },
    written: () => said.err,
  };
}

describe('the progress of an import', () => {
  it('shows bar, rows, rate, parked and time left', () => {
    const progress = { rows: 120_500, parked: 3, done: 0.41, elapsedMs: 3_000 };
    assert.equal(
      progressLine(progress, true),
      '[#########---------------]  41 %  120,500 rows  40,167 rows/s  3 parked  4.3 s left',
    );
  });

  it('guesses no time before anything is through, and none when all is', () => {
    const progress = { rows: 0, parked: 0, elapsedMs: 10 };
    assert.doesNotMatch(progressLine({ ...progress, done: 0 }, true), /left/);
    assert.doesNotMatch(progressLine({ ...progress, done: 1 }, true), /left/);
  });

  it('is drawn in place for a person, and wiped before what follows', () => {
    const { meter: bar, wait, written } = meter(true);
    bar.update({ rows: 1, parked: 0, done: 0.1 });
    assert.equal(written(), '', 'what ends at once shows no bar');
    wait(200);
    bar.update({ rows: 1, parked: 0, done: 0.1 });
    assert.match(written(), /^\r.*\[##-/);
    assert.doesNotMatch(written(), /\n/);
    bar.clear();
    assert.ok(written().endsWith('\r\u001b[2K'));
  });

  it('is a plain line now and then for a file', () => {
    const { meter: lines, wait, written } = meter(false);
    for (let second = 0; second < 12; second += 1) {
      wait(1_000);
      lines.update({ rows: second, parked: 0, done: 0.5 });
    }
    lines.clear();
    assert.equal(written().split('\n').length, 3);
    assert.match(written(), /^50 % {2}4 rows/);
  });

  it('says durations as people do', () => {
    assert.deepEqual([420, 42_000, 75_000].map(formatDuration), ['0.4 s', '42 s', '1 min 15 s']);
  });
});
