import { deepEqual, equal, ok } from 'node:assert/strict';
import { HistoryLog } from '../../../core/history/HistoryLog.ts';
import { limits } from '../../../core/limits.ts';
import type { AcceptedPayload, DeliveryNote, HistoryNotes, Snapshot } from '../../../core/ports.ts';
import { noMetrics } from '../../../core/runtime.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';

const payload = (intakeId: string): AcceptedPayload => ({
  ...{ intakeId, flow: 'f', name: 'a.csv', at: '2026-03-01T00:00:00Z', digest: '' },
  ...{ records: 1, messages: 1, parked: 0 },
});
const call = (id: string): DeliveryNote => ({
  ...{ at: '2026-03-01T00:00:00Z', sink: 'shop', message: id, call: id, records: 1 },
  ...{ attempt: 1, ms: 1, code: '', answer: '' },
});
const picture = (record: number, body: string): Snapshot => ({
  ...{ intakeId: 'i', flow: 'f', name: 'a.csv', at: '2026-03-01T00:00:00Z', record, body },
});

describe('notes of history', () => {
  let time: SimulatedTime;
  let log: HistoryLog;
  let written: HistoryNotes[];
  let isAway: boolean;
  let dropped: number;
  /** Rows that are forgotten at each step. */
  let old: number[];
  let asked: string[];

  beforeEach(() => {
    time = new SimulatedTime();
    [written, isAway, dropped, old, asked] = [[], false, 0, [], []];
    const store = {
      async noteHistory(notes: HistoryNotes) {
        if (isAway) throw new Error('the store is away');
        written.push(notes);
      },
      async forgetHistory(before: string) {
        asked.push(before);
        return old.shift() ?? 0;
      },
    };
    const metrics = {
      ...noMetrics,
      count: (name: string, by = 1) => {
        if (name === 'stockbus_history_dropped_notes_total') dropped += by;
      },
    };
    const runtime = simulatedRuntime(time, { metrics });
    log = new HistoryLog({ store, runtime, keepMs: 86_400_000, steps: 'errors', redact: [] });
    log.start();
  });

  afterEach(async () => {
    await log.stop();
    equal(time.pending, 0, 'a timer still stands');
  });

  const rows = () =>
    written.flatMap(({ payloads, deliveries, snapshots }) => [
      ...payloads.map(({ intakeId }) => intakeId),
      ...deliveries.map(({ message }) => message),
      ...snapshots.map(({ record }) => record),
    ]);

  it('are written together a moment later, and what is left when it stops', async () => {
    log.accepted(payload('p1'));
    log.delivered(call('m1'));
    await time.advance(limits.historyWriteMs - 1);
    deepEqual(written, []);
    log.pictured(picture(1, '{}'));
    await time.advance(1);
    deepEqual([written.length, rows()], [1, ['p1', 'm1', 1]]);
    await time.advance(limits.historyWriteMs);
    equal(written.length, 1, 'nothing is written of nothing');
    log.delivered(call('m2'));
    await log.stop();
    deepEqual(rows(), ['p1', 'm1', 1, 'm2']);
  });

  it('come in their order when the store is back, and are dropped and counted beyond their bound', async () => {
    isAway = true;
    log.delivered(call('m1'));
    await time.advance(limits.historyWriteMs);
    log.delivered(call('m2'));
    isAway = false;
    await time.advance(limits.historyWriteMs);
    deepEqual(rows(), ['m1', 'm2']);
    isAway = true;
    const many = 2 * limits.historyNotes;
    for (let number = 0; number < many; number += 1) log.delivered(call('many'));
    await time.advance(limits.historyWriteMs);
    log.delivered(call('m3'));
    isAway = false;
    await time.advance(limits.historyWriteMs);
    const kept = rows().length - 3;
    deepEqual([rows()[2 + kept], kept + dropped], ['m3', many]);
    ok(kept <= limits.historyNotes, `${kept} were kept`);
  });

  it('have a bound of characters: large snapshots are not gathered while the store is away, and others are', async () => {
    isAway = true;
    const body = 'x'.repeat(limits.snapshotCharacters);
    const fit = limits.historyNoteCharacters / body.length;
    for (let record = 0; record < 4 * fit; record += 1) {
      log.pictured(picture(record, body));
      if (record % fit === 0) await time.advance(limits.historyWriteMs);
    }
    log.accepted(payload('p1'));
    isAway = false;
    await time.advance(limits.historyWriteMs);
    const kept = written.flatMap(({ snapshots }) => snapshots);
    equal(kept.length + dropped, 4 * fit);
    ok(kept.length <= fit && kept.length > fit / 2, `${kept.length} of ${fit} that fit`);
    ok(rows().includes('p1'));
  });

  it('of which much has come are written before the next look at the clock', async () => {
    for (let number = 0; number < limits.historyNotesAtOnce; number += 1) log.delivered(call('m'));
    await time.advance(0);
    equal(rows().length, limits.historyNotesAtOnce);
    log.pictured(picture(1, 'x'.repeat(limits.historyNoteCharacters / 2)));
    await time.advance(0);
    equal(rows().length, limits.historyNotesAtOnce + 1);
  });

  it('that are older than they are kept are forgotten slice by slice', async () => {
    old = [1_000, 1_000, 3];
    await time.advance(limits.historySweepMs);
    const before = new Date(time.now() - 86_400_000).toISOString();
    deepEqual(asked, [before, before, before]);
  });
});
