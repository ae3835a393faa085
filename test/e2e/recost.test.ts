/**
 * A long history is costed anew in the background, on both stores: step by step, while others go on
 * booking, by several processes, and through kill -9. In the end the books are those of somebody who
 * knew everything from the start.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { OpenHub } from '../../core/hub/openHub.ts';
import { openHub } from '../../core/hub/openHub.ts';
import { systemRuntime } from '../../core/runtime.ts';
import { until } from '../hubRun.ts';
import type { Doc } from '../ledgerRig.ts';
import { all, day, LedgerRig } from '../ledgerRig.ts';
import { describePairs, type Workplace } from '../pairs.ts';

const FIXTURE = 'test/fixtures/movements';
const FACTS = 1_200;
const BATCH = 100;
/** Of some thirty that the whole history takes; four processes together do not finish it. */
const COMMITS_TO_KILL = 6;
const bounds = { recostFacts: 40, checkpointFacts: 25, historyRows: 300 };
const minute = (number: number): string => day(2, number);

const line = (quantity: string, more: object = {}) => ({
  ...{ sku: 'X', location: 'A', quantity },
  ...more,
});
const receive = (document: string, at: string, quantity: string, unitCost: string): Doc => [
  'receive',
  { document, at, lines: [line(quantity, { unitCost })] },
];
const issue = (document: string, at: string, quantity: string): Doc => [
  'issue',
  { document, at, lines: [line(quantity)] },
];

/** Receipts and issues by turns; now and then a product, a transfer, a count. */
const history: Doc[] = Array.from({ length: FACTS }, (_, number) => {
  const at = minute(number);
  if (number % 3 === 0) return receive(`R${number}`, at, '7', `${1 + (number % 13)}.37`);
  if (number % 50 === 1) {
    const product = { sku: 'Y', location: 'A', quantity: '2' };
    return ['produce', { document: `P${number}`, at, components: [line('3')], lines: [product] }];
  }
  if (number % 50 === 2) {
    const lines = [{ sku: 'X', from: 'A', to: 'B', quantity: '1' }];
    return ['transfer', { document: `T${number}`, at, lines }];
  }
  if (number % 200 === 100) return ['count', { document: `C${number}`, at, lines: [line('60')] }];
  return issue(`I${number}`, at, `${1 + (number % 4)}`);
});
const early = receive('EARLY', day(1), '30', '2');
/** What comes while the background works: of now, of before where it is, and of after that. */
const meanwhile: Doc[] = [
  issue('NOW1', day(20), '1'),
  receive('BETWEEN', `${minute(900).slice(0, 17)}30.000Z`, '4', '19'),
  ['cancel', { document: 'I503' }],
  issue('NOW2', day(21), '2'),
  [
    'landed-cost',
    { document: 'L', at: minute(600), amount: '12.34', lines: [{ receipt: 'R300' }] },
  ],
  receive('EARLIER', day(1, -30), '5', '8'),
  issue('NOW3', day(22), '1'),
];

interface Worker {
  /** Its exit code. */
  ended: Promise<number | null>;
  go(): void;
  kill(): void;
}

describePairs(`a long history in the background`, (pair) => {
  let place: Workplace;
  let open: OpenHub;
  let rig: LedgerRig;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    place = await pair.workplace();
    open = await openHub(FIXTURE, place.env, systemRuntime(), { roles: [] });
    rig = new LedgerRig({ store: open.store, policy: open.config.stock, bounds });
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await open.close();
    await place.remove([]);
  });

  const book = async (docs: readonly Doc[], size = BATCH): Promise<void> => {
    for (let index = 0; index < docs.length; index += size) {
      const answers = await rig.send(docs.slice(index, index + size));
      assert.deepEqual(answers.filter(Boolean), []);
    }
  };
  const waiting = async () => (await open.store.recosts(all)).rows.map(({ recost }) => recost!);
  const child = async (commits?: number): Promise<Worker> => {
    const most = commits === undefined ? [] : [String(commits)];
    const args = ['test/e2e/recostChild.ts', FIXTURE, JSON.stringify(bounds), ...most];
    const worker = spawn(process.execPath, args, {
      env: { ...process.env, ...place.env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(worker);
    const ended = once(worker, 'exit').then(([code]) => code as number | null);
    await once(createInterface({ input: worker.stdout! }), 'line');
    return {
      ended,
      go: () => void worker.stdin!.write('go\n'),
      kill: () => void worker.kill('SIGKILL'),
    };
  };
  /** As if everything had come in order of business time, in memory, all costed at once. */
  const asInOrder = async (docs: readonly Doc[]): Promise<void> => {
    const cancelled = docs.flatMap(([type, data]) => (type === 'cancel' ? [numberOf(data)] : []));
    const inOrder = docs
      .filter(([type, data]) => type !== 'cancel' && !cancelled.includes(numberOf(data)))
      .toSorted(([, one], [, other]) => (atOf(one) < atOf(other) ? -1 : 1));
    const alone = new LedgerRig({ policy: open.config.stock });
    for (let index = 0; index < inOrder.length; index += BATCH) {
      await alone.send(inOrder.slice(index, index + BATCH));
    }
    assert.deepEqual(await rig.state(), await alone.state());
  };

  it('is costed in steps that say how far they have come, while others go on booking', async function () {
    this.timeout(240_000);
    await book([...history, early]);
    const [first] = await waiting();
    assert.equal(first?.done, 0);
    assert.ok(first!.total >= FACTS, `${first!.total}`);
    let last = 0;
    for (let turn = 0; (await waiting()).length > 0; turn += 1) {
      await rig.recostStep();
      const [now] = await waiting();
      if (!now) break;
      const next = meanwhile[turn / 2];
      if (next) await book([next]);
      const isBack = numberOf(next?.[1] ?? {}) === 'EARLIER';
      if (!isBack) assert.ok(now.done > last, `${now.done} after ${last}`);
      last = isBack ? 0 : now.done;
    }
    await asInOrder([...history, early, ...meanwhile]);
  });

  it('survives kill -9 in the middle, again and again, and another process goes on', async function () {
    this.timeout(240_000);
    await book([...history, early]);
    const seen: number[] = [];
    for (let kill = 0; kill < 4; kill += 1) {
      const [before] = await waiting();
      const worker = await child(COMMITS_TO_KILL);
      worker.go();
      await until('a step', async () => (await waiting())[0]!.done > before!.done);
      worker.kill();
      await worker.ended;
      seen.push((await waiting())[0]!.done);
      if (kill === 1) await book(meanwhile.slice(0, 3), 1);
    }
    assert.ok(
      seen.every((done) => done > 0 && done < FACTS),
      `it was killed at ${seen}`,
    );
    const worker = await child();
    worker.go();
    assert.equal(await worker.ended, 0);
    assert.deepEqual(await waiting(), []);
    await asInOrder([...history, early, ...meanwhile.slice(0, 3)]);
  });

  it('is shared by two processes and somebody who books, all about one item', async function () {
    this.timeout(240_000);
    await book([...history, early]);
    const workers = await Promise.all([child(), child()]);
    for (const { go } of workers) go();
    await book(meanwhile, 1);
    assert.deepEqual(await Promise.all(workers.map(({ ended }) => ended)), [0, 0]);
    await rig.recost();
    assert.deepEqual(await waiting(), []);
    await asInOrder([...history, early, ...meanwhile]);
  });
});

describePairs('closing a period while others book into it', (pair) => {
  it('lets nothing in once it is closed', async function () {
    this.timeout(120_000);
    const place = await pair.workplace();
    const { store, config, close } = await openHub(FIXTURE, place.env, systemRuntime(), {
      roles: [],
    });
    const policy = config.stock;
    const here = new LedgerRig({ store, policy, source: '/here' });
    const there = new LedgerRig({ store, policy, source: '/there' });
    const answers = new Set<string>();
    for (let number = 1; number <= 25; number += 1) {
      const through = day(number).slice(0, 10);
      const booked = here.send([
        receive(`R${number}`, day(number), '1', '1'),
        issue(`I${number}`, day(number), '1'),
      ]);
      const closed = there.book('period.close.v1', { through }).then(async () => {
        const { rows } = await store.ledger({ asOf: day(number) }, all);
        return rows.length;
      });
      const [refusals, then] = await Promise.all([booked, closed]);
      const { rows } = await store.ledger({ asOf: day(number) }, all);
      assert.equal(rows.length, then, `something came into ${through} after it was closed`);
      answers.add(refusals[0]?.code ?? 'booked');
    }
    await close();
    await place.remove([]);
    assert.deepEqual(
      [...answers].filter((answer) => !/booked|PERIOD_CLOSED/.test(answer)),
      [],
    );
  });
});

const numberOf = (data: object): string => (data as { document?: string }).document ?? '';
const atOf = (data: object): string => (data as { at: string }).at;
