/**
 * Applying without writing: batches are decided as the hub would decide them, against the store as it
 * is now, and what would be committed is kept in memory on top of it.
 */
import { hash } from 'node:crypto';
import type { ReceivedBatch } from '../apply/round.ts';
import { Round } from '../apply/round.ts';
import type { Balance, Commit, CostLayer, InboxRecord, SkuHead } from '../ledger.ts';
import { limits } from '../limits.ts';
import type { Command, CommandBatch, CommandType, ParkedRecord } from '../message.ts';
import type {
  Broker,
  BrokerMessage,
  CommitResult,
  Consumer,
  DeadLetter,
  Loaded,
  LoadRequest,
  Store,
} from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { balanceKey, poolKey, Workspace } from '../stock/workspace.ts';

export interface RehearsalOutcome {
  messages: Map<CommandType, number>;
  /** The first of them. */
  samples: Command[];
  booked: number;
  exists: number;
  parked: number;
  /** The first of what would be parked. */
  parkedSamples: ParkedRecord[];
}

const SAMPLES = 2;
const PARKED_SAMPLES = 10;

/** Takes the place of the broker: what is published is decided at once, in order. */
export class Rehearsal implements Broker {
  readonly outcome: RehearsalOutcome = {
    messages: new Map(),
    samples: [],
    booked: 0,
    exists: 0,
    parked: 0,
    parkedSamples: [],
  };
  readonly #workspace = new Workspace();
  readonly #store: Store;
  readonly #runtime: Runtime;
  readonly #policy: StockPolicy;
  #last: Promise<void> = Promise.resolve();

  constructor(store: Store, runtime: Runtime, policy: StockPolicy) {
    this.#store = withCommitsKept(store, (commit) => this.#committed(commit));
    this.#runtime = runtime;
    this.#policy = policy;
  }

  publish(messages: readonly BrokerMessage[]): Promise<void> {
    this.#last = this.#last.then(async () => {
      for (const message of messages) await this.#decide(message);
    });
    return this.#last;
  }

  async #decide(message: BrokerMessage): Promise<void> {
    const batch = JSON.parse(Buffer.from(message.body).toString('utf8')) as CommandBatch;
    for (const command of batch.commands) {
      const { messages, samples } = this.outcome;
      messages.set(command.type, (messages.get(command.type) ?? 0) + 1);
      if (samples.length < SAMPLES) samples.push(command);
    }
    const received: ReceivedBatch = {
      ...batch,
      digest: hash('sha256', message.body, 'hex').slice(0, 16),
      redelivered: false,
    };
    const parts = {
      broker: this,
      store: this.#store,
      runtime: this.#runtime,
      policy: this.#policy,
      committed: () => undefined,
    };
    const options = { careful: false, refuseAll: undefined };
    await new Round(parts, this.#workspace, [received], options).commit();
    this.#workspace.committed(limits.layerWindow);
  }

  #committed({ tallies, parked }: Commit): void {
    for (const tally of tallies) {
      this.outcome.booked += tally.booked;
      this.outcome.exists += tally.exists;
      this.outcome.parked += tally.parked;
    }
    const { parkedSamples } = this.outcome;
    parkedSamples.push(...parked.slice(0, PARKED_SAMPLES - parkedSamples.length));
  }

  // Nothing else of a broker is asked for when nothing is written.
  async declare(): Promise<void> {
    await this.#last;
  }

  async consume(): Promise<Consumer> {
    await this.#last;
    return { close: () => this.#last };
  }

  async depth(): Promise<number> {
    await this.#last;
    return 0;
  }

  async dead(): Promise<DeadLetter[]> {
    await this.#last;
    return [];
  }

  async ping(): Promise<void> {
    await this.#last;
  }

  async close(): Promise<void> {
    await this.#last;
  }
}

/** The store as it is, except that commits lie on top of it in memory. */
function withCommitsKept(store: Store, committed: (commit: Commit) => void): Store {
  const overlay = new Overlay(store);
  const changed: Pick<Store, 'load' | 'inbox' | 'commit'> = {
    load: (request) => overlay.load(request),
    inbox: (keys) => overlay.inbox(keys),
    commit: async (commit): Promise<CommitResult> => {
      overlay.keep(commit);
      committed(commit);
      return { outcome: 'committed' };
    },
  };
  return new Proxy(store, {
    get(target, name) {
      if (name in changed) return changed[name as keyof typeof changed];
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

class Overlay {
  readonly #store: Store;
  readonly #heads = new Map<string, SkuHead>();
  readonly #balances = new Map<string, Balance>();
  /** Layers by pool, then by entry and part; quantity zero stands for one that is gone. */
  readonly #layers = new Map<string, Map<string, CostLayer>>();
  readonly #inbox = new Map<string, InboxRecord>();

  constructor(store: Store) {
    this.#store = store;
  }

  keep({ heads, balances, layers, inbox }: Commit): void {
    for (const { head } of heads) this.#heads.set(head.sku, head);
    for (const balance of balances) {
      const { sku, place, lot, status } = balance;
      this.#balances.set(balanceKey(sku, place, lot, status), { ...balance });
    }
    for (const layer of layers) {
      const key = poolKey(layer.sku, layer.pool);
      const pool = this.#layers.get(key) ?? new Map<string, CostLayer>();
      pool.set(`${layer.seq}/${layer.part}`, { ...layer });
      this.#layers.set(key, pool);
    }
    for (const record of inbox) this.#inbox.set(`${record.source}\u0000${record.id}`, record);
  }

  async inbox(keys: readonly { source: string; id: string }[]): Promise<InboxRecord[]> {
    const kept = keys
      .map(({ source, id }) => this.#inbox.get(`${source}\u0000${id}`))
      .filter((record) => record !== undefined);
    return [...(await this.#store.inbox(keys)), ...kept];
  }

  async load(request: LoadRequest): Promise<Loaded> {
    const { skus, balances } = request;
    const loaded = await this.#store.load({ skus, balances, layers: [] });
    const kept = balances
      .map(({ sku, place, lot, status }) => this.#balances.get(balanceKey(sku, place, lot, status)))
      .filter((balance) => balance !== undefined);
    const stored = loaded.balances.filter(
      ({ sku, place, lot, status }) => !this.#balances.has(balanceKey(sku, place, lot, status)),
    );
    const layers: CostLayer[] = [];
    for (const wanted of request.layers) layers.push(...(await this.#loadLayers(wanted)));
    return {
      heads: loaded.heads.map((head) => this.#heads.get(head.sku) ?? head),
      balances: [...stored, ...kept.map((balance) => ({ ...balance }))],
      layers,
    };
  }

  async #loadLayers(wanted: LoadRequest['layers'][number]): Promise<CostLayer[]> {
    const { sku, pool, count, after } = wanted;
    const changed = this.#layers.get(poolKey(sku, pool));
    if (!changed) {
      return (await this.#store.load({ skus: [], balances: [], layers: [wanted] })).layers;
    }
    const all = await this.#storedLayers(sku, pool);
    const unchanged = all.filter((layer) => !changed.has(`${layer.seq}/${layer.part}`));
    return [...unchanged, ...[...changed.values()].map((layer) => ({ ...layer }))]
      .filter((layer) => layer.quantity > 0n && (!after || compareLayers(layer, after) > 0))
      .sort(compareLayers)
      .slice(0, count);
  }

  async #storedLayers(sku: string, pool: string): Promise<CostLayer[]> {
    const all: CostLayer[] = [];
    for (;;) {
      const last = all.at(-1);
      const after = last ? { after: { seq: last.seq, part: last.part } } : {};
      const request = { sku, pool, count: limits.pageRows, ...after };
      const { layers } = await this.#store.load({ skus: [], balances: [], layers: [request] });
      all.push(...layers);
      if (layers.length < limits.pageRows) return all;
    }
  }
}

const compareLayers = (
  a: { seq: number; part: number },
  b: { seq: number; part: number },
): number => a.seq - b.seq || a.part - b.part;
