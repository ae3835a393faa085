/** A replay that is pressed twice, cut short at any moment, or meets a world that is away: sent under one id, to its end. */
import { deepEqual, equal, match, rejects } from 'node:assert/strict';
import { StockbusError } from '../../../core/errors.ts';
import type { TakingFlow } from '../../../core/flow/compiledFlow.ts';
import { limits } from '../../../core/limits.ts';
import type { IntakeReport } from '../../../core/message.ts';
import { Cases, casesOf } from '../../../core/parked/Cases.ts';
import { ParkedReplay } from '../../../core/parked/ParkedReplay.ts';
import type { KeptParked, Payload, Receipt } from '../../../core/ports.ts';
import { isSettled } from '../../../core/reports/settledParked.ts';
import { commitOf, parkedOf } from '../../contract/store/fixtures.ts';
import { MemoryStore } from '../../property/MemoryStore.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';

/** An intake id of a moment. */
const timeId = (ms: number): string => {
  const digits = ms.toString(16).padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-7000-8000-000000000000`;
};

const CONTENT = JSON.stringify([{ record: 3, value: { Item: 'eno' } }]);

describe('a replay of what is parked', () => {
  let time: SimulatedTime;
  let store: MemoryStore;
  let record: KeptParked;
  let sent: string[];
  let failure: StockbusError | undefined;
  let replay: ParkedReplay;
  const said: string[] = [];

  const flow = { name: 'test', source: 'test', readsOfPayload: new Set() } as unknown as TakingFlow;
  async function take(_leg: TakingFlow, payload: Payload): Promise<Receipt> {
    if (failure) throw failure;
    let text = '';
    for await (const bytes of payload.body) text += Buffer.from(bytes).toString();
    sent.push(`${payload.origin.intakeId} ${payload.actor} ${text}`);
    return { origin: payload.origin } as Receipt;
  }
  const stateOf = async () => (await casesOf(store, [record.id])).get(record.id);
  const intakes = () => new Set(sent.map((line) => line.split(' ')[0]));

  beforeEach(async () => {
    time = new SimulatedTime();
    store = new MemoryStore();
    store.serverTime = async () => new Date(time.now()).toISOString();
    sent = [];
    said.length = 0;
    failure = undefined;
    await store.commit(commitOf({ parked: [parkedOf('p1', { content: CONTENT })] }));
    record = (await store.parkedRecord('p1'))!;
    const runtime = simulatedRuntime(time, { log: (_level, event) => void said.push(event) });
    const cases = new Cases(store, runtime);
    const flowOf = (name: string) => (name === 'test' ? flow : undefined);
    replay = new ParkedReplay({ store, cases, runtime, flowOf, take, replayBy: 'anyone' });
  });

  it('is one payload, pressed twice at once', async () => {
    await Promise.all([replay.replay(record, 'cli:a'), replay.replay(record, 'cli:b')]);
    equal(intakes().size, 1);
    equal(new Set(sent).size, 1, 'another actor would make other batches');
    equal((await stateOf())?.state, 'replayed');
    await rejects(replay.replay(record, 'cli:a'), { code: 'CASE_CLOSED' });
  });

  it('is done by another than corrected it, where four eyes are asked for', async () => {
    const runtime = simulatedRuntime(time);
    const cases = new Cases(store, runtime);
    const careful = new ParkedReplay({
      ...{ store, cases, runtime, flowOf: () => flow, take },
      replayBy: 'another',
    });
    const correct = (by: string) =>
      cases.change({ id: record.id, of: 'parked', words: [] }, by, ({ state }) => ({
        ...{ state, content: CONTENT, line: { did: 'corrected' } },
      }));
    await correct('user:anna');
    await correct('user:otto');
    for (const by of ['user:anna', 'user:otto'])
      await rejects(careful.replay(record, by), { code: 'CASE_FOUR_EYES' });
    equal(sent.length, 0);
    await careful.replay(record, 'user:ines');
    equal(sent.length, 1);
  });

  it('goes on under the same id where it was cut short after it was sent', async () => {
    const change = store.changeControl.bind(store);
    let changes = 0;
    store.changeControl = async (...args) => {
      changes += 1;
      if (changes === 2) throw new Error('killed');
      return change(...args);
    };
    await rejects(replay.replay(record, 'cli:a'), /killed/);
    equal((await stateOf())?.state, 'replaying');
    // By itself, once it is due.
    await replay.look();
    equal(sent.length, 1);
    await time.advance(limits.caseResumeMs);
    await replay.look();
    equal(sent.length, 2);
    equal(new Set(sent).size, 1);
    equal((await stateOf())?.state, 'replayed');
  });

  it('is gone on with in time whatever the clock of the process that began it', async () => {
    const ahead = { ...simulatedRuntime(time), now: () => time.now() + 86_400_000 };
    const killed = new ParkedReplay({
      replayBy: 'anyone',
      ...{ store, cases: new Cases(store, ahead), runtime: ahead, flowOf: () => flow },
      take: () => new Promise(() => undefined),
    });
    void killed.replay(record, 'cli:a');
    await time.advance(limits.caseResumeMs);
    await replay.look();
    equal((await stateOf())?.state, 'replayed');
  });

  it('of what no record was read of takes in its file, as it lies there by then, and puts it away', async () => {
    const body = async function* () {
      yield Buffer.from('all of it');
    };
    const away: number[] = [];
    let there = true;
    const putAway = async (nowMs: number): Promise<void> => void away.push(nowMs);
    const file = { bytes: 9, modified: 1, body, putAway };
    const archive = () => ({ refused: async () => (there ? file : undefined) });
    Object.assign(flow, { from: { spec: { archive } } });
    await store.commit(commitOf({ parked: [parkedOf('rest', { content: '[]' })] }));
    const rest = (await store.parkedRecord('rest'))!;
    await replay.replay(rest, 'cli:a');
    match(sent[0]!, / cli:a all of it$/);
    deepEqual(away, [time.now()]);
    await rejects(replay.replay(rest, 'cli:a'), { code: 'CASE_CLOSED' });
    there = false;
    await store.commit(commitOf({ parked: [parkedOf('gone', { content: '[]' })] }));
    await rejects(replay.replay((await store.parkedRecord('gone'))!, 'cli:a'), {
      code: 'REPLAY_UNFIT',
    });
  });

  it('is not needed where the same bytes came since, or a file of a name that had never come before', async () => {
    const ids = [1, 2, 3].map((day) => timeId(Date.UTC(2026, 0, day)));
    const content = JSON.stringify({ name: 'a.csv', sha256: 'same' });
    const origin = { intakeId: ids[1]!, flow: 'test', name: 'a.csv' };
    const refused = parkedOf('f', { stage: 'payload', record: 0, origin, content });
    const note = (intakeId: string, name: string, digest: string) => {
      const counts = { records: 1, messages: 1, parked: 0 };
      const payload = { intakeId, flow: 'test', name, digest, at: '2026-01-09', ...counts };
      return store.noteHistory({ payloads: [payload], deliveries: [], snapshots: [] });
    };
    equal(await isSettled(store, refused), false);
    await note(ids[2]!, 'a.csv', 'other');
    equal(await isSettled(store, refused), true, 'it was corrected');
    await note(ids[0]!, 'a.csv', 'yesterday');
    equal(await isSettled(store, refused), false, 'each day has one of that name');
    await note(timeId(Date.UTC(2026, 0, 4)), 'b.csv', 'same');
    equal(await isSettled(store, refused), true);
  });

  it('waits out a world that is away', async () => {
    failure = new StockbusError('BROKER_UNREACHABLE', 'away');
    await rejects(replay.replay(record, 'cli:a'), { code: 'BROKER_UNREACHABLE' });
    equal((await stateOf())?.state, 'replaying');
    await time.advance(limits.caseResumeMs);
    await replay.look();
    deepEqual(said, ['parked.replay_waits']);
    failure = undefined;
    await time.advance(limits.caseLookMs);
    await replay.look();
    equal((await stateOf())?.state, 'replayed');
    match(sent[0]!, / cli:a /);
  });

  it('is open again where intake refuses it for good', async () => {
    failure = new StockbusError('PAYLOAD_REFUSED', 'no');
    await rejects(replay.replay(record, 'cli:a'), { code: 'PAYLOAD_REFUSED' });
    const { state, log } = (await stateOf())!;
    equal(state, 'open');
    match(log.at(-1)?.reason ?? '', /PAYLOAD_REFUSED no/);
  });

  it('is resolved once all of it was booked, and open again where it is parked as before', async () => {
    for (const [parts, state] of [
      [{ parked: 1 }, 'open'],
      [{ messages: 1, booked: 1 }, 'resolved'],
    ] as const) {
      const { origin } = await replay.replay(record, 'cli:a');
      await time.advance(limits.caseLookMs);
      await replay.look();
      equal((await stateOf())?.state, 'replayed', 'nothing is applied yet');
      const report = { origin, messages: 0, parked: 0, done: true, ...parts } as IntakeReport;
      const asked = async (id: string) => (id === origin.intakeId ? report : undefined);
      Object.assign(store, { intake: asked });
      await time.advance(limits.caseLookMs);
      await replay.look();
      equal((await stateOf())?.state, state);
    }
    deepEqual(
      (await stateOf())?.log.map(({ did }) => did),
      ['replayed', 'parked again', 'replayed', 'resolved'],
    );
  });

  it('is looked after by whoever came second, too: neither takes from the other what is to be done yet', async () => {
    const [{ origin }] = await Promise.all([
      replay.replay(record, 'cli:a'),
      replay.replay(record, 'cli:b'),
    ]);
    const report = { origin, messages: 0, parked: 1, done: true } as IntakeReport;
    Object.assign(store, { intake: async () => report });
    await time.advance(limits.caseLookMs);
    await replay.look();
    equal((await stateOf())?.state, 'open', 'it is parked as before, and would wait for nobody');
  });

  it('stays sent where a second try of it, of a flow that is gone by then, fails', async () => {
    const slow = Promise.withResolvers<void>();
    const first = take;
    let tries = 0;
    const runtime = simulatedRuntime(time);
    const desk = new ParkedReplay({
      replayBy: 'anyone',
      ...{ store, cases: new Cases(store, runtime), runtime, flowOf: () => flow },
      take: async (leg, payload) => {
        tries += 1;
        if (tries === 1) return first(leg, payload);
        await slow.promise;
        throw new StockbusError('FLOW_UNKNOWN', 'gone');
      },
    });
    const both = [desk.replay(record, 'cli:a'), desk.replay(record, 'cli:b')];
    await Promise.race(both);
    slow.resolve();
    const outcomes = await Promise.allSettled(both);
    equal(outcomes.filter(({ status }) => status === 'rejected').length, 1);
    equal((await stateOf())?.state, 'replayed');
  });

  it('that cannot go yet keeps no other from its turn', async () => {
    const ids = Array.from({ length: limits.casesAtOnce + 1 }, (_, index) => `q${index}`);
    await store.commit(commitOf({ parked: ids.map((id) => parkedOf(id, { content: CONTENT })) }));
    failure = new StockbusError('BROKER_UNREACHABLE', 'away');
    for (const id of ids) {
      const one = (await store.parkedRecord(id))!;
      await rejects(replay.replay(one, 'cli:a'), { code: 'BROKER_UNREACHABLE' });
      await time.advance(1);
    }
    await time.advance(limits.caseResumeMs);
    await replay.look();
    equal(said.length, limits.casesAtOnce);
    failure = undefined;
    await replay.look();
    deepEqual([...intakes()].length, 1, 'the last of them, though the others came first');
  });

  it('refuses what can never be sent from here, and notes nothing', async () => {
    const unread = JSON.stringify([{ record: 1, value: {}, raw: 'a;b;c' }]);
    for (const [content, why] of [
      ['[]', /no record of it was read/],
      [JSON.stringify([{ tooLarge: true, start: '' }]), /too large to be kept whole/],
      [unread, /could not be read as a record/],
    ] as const) {
      const other = { ...record, content };
      await rejects(replay.replay(other, 'cli:a'), (error: Error) => why.test(error.message));
    }
    await rejects(replay.replay({ ...record, origin: { ...record.origin, flow: 'gone' } }, 'a'), {
      code: 'REPLAY_UNFIT',
    });
    equal(await stateOf(), undefined);
  });
});
