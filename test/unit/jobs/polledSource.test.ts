/** What the engine promises to pollers: one turn at a time, ids that stay, a state that only its holder writes, and who hears of failing. */
import { deepEqual, equal, rejects } from 'node:assert/strict';
import { Readable } from 'node:stream';
import { StockbusError } from '../../../core/errors.ts';
import type { PolledSource } from '../../../core/jobs/PolledSource.ts';
import type { OfferedPayload, Payload, Poller, PollTurn, Receipt } from '../../../core/ports.ts';
import type { Runtime } from '../../../core/runtime.ts';
import { polledSource, pollStore } from '../../polledSource.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';

const payload = (intakeId: string): OfferedPayload => ({
  ...{ intakeId, name: 'page' },
  body: Readable.from([Buffer.from('x')]),
});
const receipt = ({ origin }: Payload): Receipt => ({
  ...{ origin, records: 1, filtered: 0, messages: 1, parked: 0, faults: [], told: [] },
});

describe('a source that is polled', () => {
  let time: SimulatedTime;
  let store: ReturnType<typeof pollStore>;
  let logged: string[];
  let runtime: Runtime;
  let opened: PolledSource[];

  beforeEach(() => {
    time = new SimulatedTime();
    store = pollStore();
    store.serverNow = time.now;
    logged = [];
    opened = [];
    runtime = simulatedRuntime(time, { log: (_level, event) => logged.push(event) });
  });
  afterEach(async () => {
    await Promise.all(opened.map((source) => source.stop()));
  });

  function open(
    poll: Poller['poll'],
    accept: (payload: Payload) => Promise<Receipt> = async (p) => receipt(p),
  ) {
    const poller = { place: 'table orders', everyMs: 60_000, poll, close: async () => undefined };
    const source = polledSource(poller, store, runtime);
    opened.push(source);
    return { source, started: source.start(accept) };
  }

  it('looks at once where more waits, else after its time, and remembers', async () => {
    const seen: (string | undefined)[] = [];
    open(async ({ state }) => {
      const at = (await state.read(['cursor'])).get('cursor');
      seen.push(at);
      const next = String(parseInt(at ?? '0', 10) + 1);
      await state.write(new Map([['cursor', next]]));
      return next === '1';
    });
    await time.advance(59_000);
    deepEqual(seen, [undefined, '1']);
    await time.advance(60_000);
    deepEqual(seen, [undefined, '1', '2']);
  });

  it('gives the same id again until what it was for is claimed no more, in the next process too', async () => {
    const ids: string[][] = [];
    const claim = (keys: string[]) => async (turn: PollTurn) => {
      ids.push([...(await turn.claim(keys)).values()]);
      return false;
    };
    for (const keys of [['a', 'b'], ['b'], ['a', 'b']]) {
      const { source } = open(claim(keys));
      await time.advance(1_000);
      await source.stop();
    }
    const [[, b], [again], [anew, still]] = ids as [string[], string[], string[]];
    deepEqual([again, still], [b, b]);
    equal(anew === ids[0]![0], false);
  });

  it('lets one process look at a time, and one that lost its turn write nothing', async () => {
    const entered = Promise.withResolvers<PollTurn>();
    const goOn = Promise.withResolvers<void>();
    const late = open(async (turn) => {
      entered.resolve(turn);
      await goOn.promise;
      return false;
    });
    const turn = await entered.promise;
    let others = 0;
    open(async ({ state }) => {
      others += 1;
      await state.write(new Map([['cursor', 'other']]));
      return false;
    });
    await time.advance(120_000);
    equal(others, 0);
    // It stands still for longer than a lease lasts.
    const { changeControl } = store;
    store.changeControl = async () => 'conflict';
    await time.advance(20_000);
    store.changeControl = changeControl;
    await time.advance(120_000);
    equal(others > 0, true);
    await rejects(turn.state.write(new Map([['cursor', 'late']])), { code: 'LEASE_LOST' });
    goOn.resolve();
    await late.source.stop();
  });

  it('offers again after a passing fault, parks after a final one, and says so', async () => {
    const outcomes: (string | undefined)[] = [];
    const accepts: ((payload: Payload) => Promise<Receipt>)[] = [
      () => Promise.reject(new StockbusError('BROKER_UNREACHABLE', 'away')),
      () => Promise.reject(new StockbusError('TEXT_BAD_ENCODING', 'byte 7')),
      async (p: Payload) => ({
        ...receipt(p),
        refused: { code: 'CSV_BAD_QUOTE' as const, message: 'x' },
      }),
      async (p: Payload) => receipt(p),
    ];
    const ids = new Set<string>();
    const { source } = open(
      async (turn) => {
        const id = (await turn.claim(['page'])).get('page')!;
        ids.add(id);
        outcomes.push((await turn.offer(payload(id)))?.code);
        return accepts.length > 0;
      },
      (p) => accepts.shift()!(p),
    );
    await time.advance(5_000);
    deepEqual(outcomes, ['TEXT_BAD_ENCODING', 'CSV_BAD_QUOTE', undefined]);
    equal(ids.size, 1);
    deepEqual(logged, ['poll.failed', 'poll.succeeded']);
    equal(source.fault, undefined);
  });

  it('is a fault of the flow from the third failed look on, until one goes well', async () => {
    let isAway = true;
    let looks = 0;
    const { source } = open(async () => {
      looks += 1;
      if (isAway) throw new StockbusError('ENRICH_FAILED', 'refused');
      return false;
    });
    const faults: (string | undefined)[] = [];
    while (looks < 4) {
      await time.advance(1_000);
      if (faults.length < looks) faults.push(source.fault?.code);
    }
    deepEqual(faults.slice(0, 4), [undefined, undefined, 'ENRICH_FAILED', 'ENRICH_FAILED']);
    isAway = false;
    await time.advance(60_000);
    equal(source.fault, undefined);
  });

  it('counts failed looks on where another process has had the turn between them', async () => {
    let looks = 0;
    const { source } = open(async () => {
      looks += 1;
      throw new StockbusError('ENRICH_FAILED', 'refused');
    });
    while (looks < 2) await time.advance(1_000);
    const held = Promise.withResolvers<boolean>();
    const other = open(() => held.promise);
    await time.advance(120_000);
    equal(looks, 2);
    held.resolve(false);
    await other.source.stop();
    while (looks < 3) await time.advance(100);
    equal(source.fault?.code, 'ENRICH_FAILED');
  });
});
