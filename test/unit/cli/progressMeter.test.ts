import assert from 'node:assert/strict';
import { formatDuration, ProgressMeter, progressLine } from '../../../core/cli/ProgressMeter.ts';
import { terminalOn } from '../../../core/cli/terminal.ts';
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
    const progress = { step: 'booking', rows: 120_500, parked: 3, done: 0.41 } as const;
    assert.equal(
      progressLine(progress, 3_000, true),
      '[#########---------------]  41 %  booked  120,500 rows  40,167 rows/s  3 parked  4.3 s left',
    );
  });

  it('shows of an audit how many SKUs are through', () => {
    const progress = { step: 'auditing', done: 0.41, skus: 4_100, of: 10_000 } as const;
    assert.equal(
      progressLine(progress, 3_000, true),
      '[#########---------------]  41 %  audited  4,100 of 10,000 SKUs  4.3 s left',
    );
  });

  it('calls booked what is booked, not what is read', () => {
    assert.equal(
      progressLine({ step: 'reading', done: 0.5 }, 3_000, true),
      '[############------------]  50 %  read',
    );
    const { meter: lines, wait, written } = meter(true);
    wait(60_000);
    lines.update({ step: 'reading', done: 1 });
    lines.update({ step: 'booking', done: undefined, rows: 0, parked: 0 });
    wait(10_000);
    lines.update({ step: 'booking', done: undefined, rows: 500, parked: 0 });
    wait(10_000);
    lines.update({ step: 'booking', done: 0.5, rows: 2_000, parked: 0 });
    const [, ...drawn] = written().split('\r\u001b[2K');
    assert.deepEqual(drawn, [
      '[########################] 100 %  read',
      'booked  500 rows  50 rows/s  0 parked',
      '[############------------]  50 %  booked  2,000 rows  100 rows/s  0 parked  20 ',
    ]);
  });

  it('guesses no time before anything is through, and none when all is', () => {
    const progress = { step: 'booking', rows: 0, parked: 0 } as const;
    assert.doesNotMatch(progressLine({ ...progress, done: 0 }, 10, true), /left/);
    assert.doesNotMatch(progressLine({ ...progress, done: 1 }, 10, true), /left/);
  });

  it('is no matter of a result that goes into a file', () => {
    const stream = (isTTY: boolean) => ({ write: () => true, once: () => undefined, isTTY });
    assert.ok(terminalOn(stream(true), stream(true)).attended);
    assert.ok(!terminalOn(stream(false), stream(true)).attended);
    assert.ok(!terminalOn(stream(true), stream(false)).attended);
  });

  it('is drawn in place for a person, and wiped before what follows', () => {
    const { meter: bar, wait, written } = meter(true);
    bar.update({ step: 'booking', rows: 1, parked: 0, done: 0.1 });
    assert.equal(written(), '', 'what ends at once shows no bar');
    wait(200);
    bar.update({ step: 'booking', rows: 1, parked: 0, done: 0.1 });
    assert.match(written(), /^\r.*\[##-/);
    assert.doesNotMatch(written(), /\n/);
    bar.clear();
    assert.ok(written().endsWith('\r\u001b[2K'));
  });

  it('is nothing at all where no person looks', () => {
    const { meter: lines, wait, written } = meter(false);
    for (let second = 0; second < 12; second += 1) {
      wait(1_000);
      lines.update({ step: 'booking', rows: second, parked: 0, done: 0.5 });
    }
    lines.clear();
    assert.equal(written(), '');
  });

  it('says how far a copy is, and how long work takes of which nobody knows the end', () => {
    assert.match(
      progressLine({ step: 'copying', done: 0.5 }, 2_000, true),
      /^\[#+-+\] {2}50 % {2}copying {2}2\.0 s$/,
    );
    assert.equal(
      progressLine({ step: 'checking', done: undefined }, 12_000, true),
      'checking  12 s',
    );
  });

  it('says durations as people do', () => {
    assert.deepEqual([420, 42_000, 75_000].map(formatDuration), ['0.4 s', '42 s', '1 min 15 s']);
  });
});
