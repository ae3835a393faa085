import { faultOf } from '../errors.ts';
import type { Delivery, Loaded, LoadRequest } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { Workspace } from '../stock/workspace.ts';
import { needsOf } from './needsOf.ts';
import type { ReceivedBatch } from './round.ts';

interface AheadParts {
  store: { load(request: LoadRequest): Promise<Loaded> };
  runtime: Pick<Runtime, 'log'>;
  workspace: Workspace;
  /** Throws for what is no batch. */
  read(delivery: Delivery): ReceivedBatch[];
}

/**
 * While a commit is on its way, what waits behind it is read: the batches, and of the SKUs that they need those
 * that are not in memory, which this commit does not change. What others do to them meanwhile is found by the
 * next commit, as where they had been kept from one before.
 */
export class ReadAhead {
  readonly #parts: AheadParts;
  readonly #batches = new WeakMap<Delivery, ReceivedBatch[]>();
  #reading: Promise<void> | undefined;
  #read: { loaded: Loaded; asked: LoadRequest } | undefined;

  constructor(parts: AheadParts) {
    this.#parts = parts;
  }

  start(deliveries: readonly Delivery[]): void {
    this.#reading ??= this.#readAll(deliveries).catch((error: unknown) => {
      // It is read again when its turn comes, and told then.
      this.#parts.runtime.log('debug', 'apply.not_read_ahead', { ...faultOf(error) });
    });
  }

  /** Of a delivery, each of which is asked for once. */
  batchesOf(delivery: Delivery): ReceivedBatch[] {
    return this.#batches.get(delivery) ?? this.#parts.read(delivery);
  }

  /** Between two rounds: brings what was read into memory. The SKUs of it. */
  async end(): Promise<readonly string[]> {
    await this.#reading;
    this.#reading = undefined;
    if (!this.#read) return [];
    const { loaded, asked } = this.#read;
    this.#read = undefined;
    this.#parts.workspace.take(loaded, asked);
    // A round is decided against the period as it is when the round begins.
    this.#parts.workspace.periodState.clear();
    return asked.skus;
  }

  async #readAll(deliveries: readonly Delivery[]): Promise<void> {
    const skus = new Set<string>();
    for (const delivery of deliveries) {
      // The commit on its way comes first.
      await new Promise((resolve) => setImmediate(resolve));
      const batches = this.#parts.read(delivery);
      this.#batches.set(delivery, batches);
      for (const { commands } of batches) for (const sku of needsOf(commands).skus) skus.add(sku);
    }
    const { workspace, store } = this.#parts;
    const asked = {
      skus: [...skus].filter((sku) => !workspace.has(sku)),
      ...{ reservations: [], openOrders: [] },
    };
    if (asked.skus.length > 0) this.#read = { loaded: await store.load(asked), asked };
  }
}
