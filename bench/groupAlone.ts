/**
 * A document of many records that come in many payloads: what waiting with them takes of the store. One line of JSON.
 *
 *   node bench/groupAlone.ts [RECORDS] [OF A PAYLOAD] [ADDRESS]     ADDRESS: of a database, which is dropped afterwards
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlowStage } from '../core/flow/compiledFlow.ts';
import { handedBatchText, handedText } from '../core/handedBatch.ts';
import type { Broker, Delivery, StageCommit, Store } from '../core/ports.ts';
import { systemRuntime } from '../core/runtime.ts';
import { StageLoop } from '../core/StageLoop.ts';
import { groupAcross } from '../core/steps/groupAcross.ts';
import { mongodb } from '../core/stores/mongodb.ts';
import { sqlite } from '../core/stores/sqlite.ts';
import { dropDatabase } from '../test/dropDatabase.ts';
import { peakMemoryBytes } from '../test/peakMemory.ts';

const [records = '5000', perPayload = '10', address] = process.argv.slice(2);
const [count, each] = [Number(records), Number(perPayload)];
/** Of about 500 bytes in the store. */
const TEXT = 'x'.repeat(100);

const rounded = (value: number): number => Math.round(value * 100) / 100;
const median = (values: number[]): number =>
  values.sort((one, other) => one - other)[values.length >> 1]!;

const runtime = systemRuntime();
const folder = mkdtempSync(join(tmpdir(), 'stockbus-bench-group-'));
const store = await (address ? mongodb : sqlite).open(address ?? `file:${folder}`, runtime);
let written = 0;
const commitStage = async (commit: StageCommit): Promise<'committed' | 'conflict'> => {
  const members = commit.rows.flatMap(({ row, adds = [] }) => [row, ...adds]);
  for (const one of [...members, ...commit.outs]) written += one?.body?.length ?? 0;
  return store.commitStage(commit);
};
const counted = new Proxy<Store>(store, {
  get: (of, name) => (name === 'commitStage' ? commitStage : Reflect.get(of, name).bind(of)),
});

let hand: ((delivery: Delivery) => void) | undefined;
const broker = {
  async consume(_queue: string, _prefetch: number, to: (delivery: Delivery) => void) {
    hand = to;
    return { close: async () => undefined };
  },
} as unknown as Broker;
const made = Promise.withResolvers<void>();
const take = async (): Promise<never> => {
  made.resolve();
  return {} as never;
};

function stage(): FlowStage {
  const report = ({ message }: { message: string }): never => {
    throw new Error(message);
  };
  const options = { by: 'd', across: 'payloads', complete: { size: 'n', after: '1h' } };
  const target = {
    line: new Set(['sku', 'text']),
    shared: new Set<string>(),
    optional: new Set<string>(),
  };
  const read = groupAcross.options.read(options, [], report)!;
  const [name, at] = ['bench/group', { file: 'flows/bench.yaml', line: 1, column: 1 }];
  const parts = {
    queue: 'q',
    isKeyed: true,
    awaits: undefined,
    leg: { name: 'bench' } as FlowStage['leg'],
  };
  return { name, at, ...parts, stage: groupAcross.make(read, { path: [], target, report }) };
}

/** Resolves when it is acknowledged. */
function payload(from: number): Promise<void> {
  const origin = { intakeId: runtime.newId(), flow: 'bench', name: `part-${from}.csv` };
  const head = { origin, time: new Date().toISOString(), actor: 'flow:bench' };
  const bodies = Array.from({ length: Math.min(each, count - from) }, (_, index) => {
    const value = { sku: `S${from + index}`, text: TEXT };
    const given = { size: count };
    return handedText({ part: `${index + 1}/group`, key: 'D', value, record: index + 1, given });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  const refused = async (reason: unknown): Promise<never> => {
    throw new Error(String(reason));
  };
  const body = Buffer.from(handedBatchText(head, bodies));
  const facts = { id: origin.name, contentType: '', redeliveries: 0 };
  hand!({ ...facts, body, ack: resolve, dead: refused });
  return promise;
}

try {
  const loop = new StageLoop({ broker, store: counted, runtime, take }, stage());
  await loop.start();
  const times: number[] = [];
  const [before, begin] = [process.cpuUsage(), performance.now()];
  for (let from = 0; from < count; from += each) {
    const start = performance.now();
    await payload(from);
    times.push(performance.now() - start);
  }
  await made.promise;
  const ms = performance.now() - begin;
  const { user, system } = process.cpuUsage(before);
  await loop.stop();
  const some = Math.ceil(times.length / 10);
  const figures = {
    records: count,
    seconds: rounded(ms / 1_000),
    microsecondsPerRecord: Math.round((user + system) / count),
    firstPayloadsMs: rounded(median(times.slice(0, some))),
    lastPayloadsMs: rounded(median(times.slice(-some - 1, -1))),
    documentMs: rounded(times.at(-1)!),
    writtenMB: rounded(written / 1e6),
    peakMB: Math.round(peakMemoryBytes() / 1e6),
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
} finally {
  await store.close();
  if (address) await dropDatabase(address);
  rmSync(folder, { recursive: true, force: true });
}
