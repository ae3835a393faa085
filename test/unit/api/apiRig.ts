/** The real API over the real embedded store; only the hub around them is a stand-in. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Api, type ApiConfig, createApi } from '../../../core/api/createApi.ts';
import { prometheusMetrics } from '../../../core/api/metrics.ts';
import { AwaitedIntakes } from '../../../core/apply/AwaitedIntakes.ts';
import { codecs } from '../../../core/catalog.ts';
import type { Commit } from '../../../core/commit.ts';
import { sinkQueue } from '../../../core/deliver/sinkQueue.ts';
import { CommandDoor } from '../../../core/deployment/CommandDoor.ts';
import type { StockbusError } from '../../../core/errors.ts';
import type { CompiledFlow, TakingFlow } from '../../../core/flow/compiledFlow.ts';
import type { Health } from '../../../core/health.ts';
import type { Hub } from '../../../core/hub.ts';
import type { Balance, LedgerEntry, SkuHead } from '../../../core/ledger.ts';
import type { Pack } from '../../../core/pack.ts';
import { packsOf } from '../../../core/packsOf.ts';
import { Desk } from '../../../core/parked/Desk.ts';
import type { Broker, Payload, Receipt, Store } from '../../../core/ports.ts';
import { RelayBell } from '../../../core/relay/RelayBell.ts';
import { type Runtime, systemRuntime } from '../../../core/runtime.ts';
import type { SpoolFolder } from '../../../core/spool/SpoolFolder.ts';
import { lookAtBooks } from '../../../core/status/lookAtBooks.ts';
import { statusOf } from '../../../core/status/statusOf.ts';
import type { StockPolicy } from '../../../core/stock/policy.ts';
import { sqlite } from '../../../core/stores/sqlite.ts';
import { policyOf } from '../../property/Books.ts';
import { setting } from '../reports/shop.ts';
import { watchAnswers } from './answerCheck.ts';

export interface ApiRig {
  url: string;
  port: number;
  api: Api;
  store: Store;
  /** What the hub does with a payload; a test may replace it. */
  hub: {
    accept(flow: string, payload: Payload): Promise<Receipt>;
    health: Health;
    refusal?: StockbusError;
    running: CompiledFlow[];
    /** For signed deliveries; a test may replace it. */
    door: Hub['door'];
    /** Of what is replayed; a test may replace both. */
    flowOf(name: string): TakingFlow | undefined;
    take(leg: TakingFlow, payload: Payload): Promise<Receipt>;
    /** What was sent again to a queue. */
    published: { id: string; to: unknown }[];
    /** Rung by a test that relays. */
    relayed: RelayBell;
  };
  logged: Record<string, unknown>[];
  close(): Promise<void>;
}

export async function openApi(config: Partial<ApiConfig> = {}): Promise<ApiRig> {
  const folder = await mkdtemp(join(tmpdir(), 'stockbus-'));
  const logged: Record<string, unknown>[] = [];
  const prometheus = prometheusMetrics();
  const log = (level: string, event: string, fields = {}) => {
    logged.push({ level, event, ...fields });
  };
  // After all that the tests book, whenever they run.
  const runtime = { ...systemRuntime(log, prometheus.metrics), now: () => Date.UTC(2027, 0, 1) };
  const store = await sqlite.open(`file:${folder}`, runtime);
  const hub: ApiRig['hub'] = {
    accept: async () => Promise.reject(new Error('no test said what accept does')),
    health: { ready: true, checks: { broker: 'ok', store: 'ok' } },
    running: [],
    door: { keeperOf: () => undefined, park: async () => assert.fail('nothing is parked') },
    flowOf: () => undefined,
    take: async () => assert.fail('nothing is taken in'),
    published: [],
    relayed: new RelayBell(),
  };
  const writers = Object.fromEntries(
    codecs.map((spec) => [spec.name, { ...spec, codec: spec.codec(undefined, undefined) }]),
  );
  const none = async () => ({ queues: [], dead: 0 });
  const looked = () => lookAtBooks(store);
  const api = createApi({
    hub: hubOver(store, hub, runtime),
    runtime,
    writers,
    metricsText: prometheus.text,
    reload: () => Promise.reject(new Error('no test asks for it')),
    settings: () => [],
    version: '0.0.0',
    status: () =>
      statusOf({ health: async () => hub.health, broker: none, store: looked }, runtime),
    config: { host: '127.0.0.1', port: 0, ...config },
  });
  const { lies, stop: stopWatch } = watchAnswers(() => port);
  const close = async () => {
    await api.stop();
    stopWatch();
    await store.close();
    await rm(folder, { recursive: true });
    assert.deepEqual(lies, [], 'the API answers otherwise than its routes declare');
  };
  let port = 0;
  ({ port } = await api.start().catch(async (error) => {
    await close();
    throw error;
  }));
  return { url: `http://127.0.0.1:${port}`, port, api, store, hub, logged, close };
}

function hubOver(store: Store, hub: ApiRig['hub'], runtime: Runtime): Hub {
  const desk = new Desk({
    ...{ store, runtime, checkCommand: () => undefined },
    broker: {
      publish: async (messages: { id: string; to: unknown }[]) =>
        void hub.published.push(...messages),
    } as unknown as Broker,
    ...{
      keyOf: async () => undefined,
      policy: () => ({}) as StockPolicy,
      spool: {} as SpoolFolder,
    },
    keep: { parked: { keepMs: 0, most: 1 }, dead: { keepMs: 0, most: 1 } },
    replayBy: 'anyone',
    queues: () => [sinkQueue('webshop')],
    flows: () => [],
    flowOf: (name) => hub.flowOf(name),
    take: (leg, payload) => hub.take(leg, payload),
  });
  const unused = () => Promise.reject(new Error('the API has no business there'));
  return {
    store,
    desk,
    pauses: { pause: unused, resume: unused },
    get door() {
      return hub.door;
    },
    commands: new CommandDoor({
      forms: () => undefined,
      ...{ store, runtime },
      take: (leg, payload) => hub.take(leg, payload),
    }),
    applied: new AwaitedIntakes(),
    relayed: hub.relayed,
    accept: (flow, payload) => hub.accept(flow, payload),
    refusal: () => hub.refusal,
    health: async () => hub.health,
    inboundFlows: () => [
      { name: 'receipts', about: 'Goods receipts.', contentType: 'text/csv' },
      { name: 'returns', about: 'Returns.', contentType: 'application/json' },
    ],
    flows: () =>
      hub.running.map(({ name, file, direction }) => {
        return { name, file, direction, state: 'running', since: at, digest: '' };
      }),
    running: () => hub.running,
    policy: policyOf(setting),
    reload: unused,
    keyOfRead: async () => undefined,
    start: unused,
    stop: unused,
    release: unused,
    settle: unused,
    writeReport: unused,
  };
}

const at = '2026-03-31T08:00:00.000Z';

/** SKU-1 to SKU-`count`: each has received 12.5 pieces for 25.00 on 31 March. */
export async function receive(store: Store, count: number): Promise<void> {
  const skus = Array.from({ length: count }, (_, index) => `SKU-${index + 1}`);
  const commit: Commit = {
    recordedAt: at,
    inbox: [],
    tallies: [],
    parked: [],
    ...packsOf(skus.map((sku) => ({ packs: [packOf(sku)], before: '' }))),
    staleCheckpoints: [],
    checkpoints: [],
    locations: [],
    reservations: [],
    periodVersion: 0,
    openOrders: [],
    outbox: [],
  };
  await store.commit(commit);
}

const packOf = (sku: string): Pack => ({
  ...{ sku, version: 1, isBase: true, head: headOf(sku), hasItem: true },
  entries: [entryOf(sku)],
  balances: [balanceOf(sku)],
  layers: [],
});

const headOf = (sku: string): SkuHead => ({
  sku,
  version: 1,
  seq: 1,
  item: undefined,
  pools: [
    { pool: 'main', quantity: 12_500_000n, value: 2_500n, lastCost: 2_000_000n, reserved: 0n },
  ],
  opening: { valuation: 'fifo', standardCost: 0n },
  recordedAt: at,
  hash: '',
  sinceBase: { rows: 0, packs: 0, changed: 0 },
  latestAt: at,
  latestRank: '',
  checkpointSeq: 0,
});

const balanceOf = (sku: string): Balance => ({
  sku,
  place: 'WH-1',
  lot: '',
  status: 'available',
  owner: '',
  onHand: 12_500_000n,
  reserved: 500_000n,
  expiresOn: '',
  since: at,
  version: 1,
});

const entryOf = (sku: string): LedgerEntry => ({
  sku,
  seq: 1,
  kind: 'receive',
  from: 'supplier',
  to: 'WH-1',
  quantity: 12_500_000n,
  value: 2_500n,
  fromPool: '',
  toPool: 'main',
  lot: '',
  status: 'available',
  owner: '',
  document: `GR-${sku}`,
  line: '1',
  partner: 'V-1',
  reason: '',
  reference: '',
  at,
  rank: '',
  recordedAt: at,
  source: '/flows/receipts',
  messageId: sku,
  actor: 'flow:receipts',
  pack: 1,
});
