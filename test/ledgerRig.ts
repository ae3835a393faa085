/**
 * Decision rounds over a store, for tests that speak in documents: each `book` is a commit of its own,
 * learnt a second after the one before. What is refused is told with its code, message and field.
 */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import type { RecosterParts } from '../core/apply/Recoster.ts';
import { Recoster } from '../core/apply/Recoster.ts';
import { recostSku } from '../core/apply/recostSku.ts';
import type { ReceivedBatch, RoundBounds, RoundParts } from '../core/apply/round.ts';
import { Round } from '../core/apply/round.ts';
import { formatDecimal, formatFixed } from '../core/decimal.ts';
import { faultOf, isRetryable } from '../core/errors.ts';
import type { LedgerEntry } from '../core/ledger.ts';
import { limits } from '../core/limits.ts';
import type { Command, CommandType } from '../core/message.ts';
import type { Store } from '../core/ports.ts';
import { noMetrics, systemTime } from '../core/runtime.ts';
import type { StockPolicy } from '../core/stock/policy.ts';
import { Workspace } from '../core/stock/workspace.ts';
import { MemoryStore } from './property/MemoryStore.ts';
import { euros } from './stockBook.ts';

/** Type without `stock.` and `.v1`, and data: `['receive', { … }]`. */
export type Doc = [type: string, data: object];

export interface Refusal {
  code: string;
  message: string;
  field: string | undefined;
}

export interface RigParts {
  policy?: Partial<StockPolicy>;
  store?: Store;
  bounds?: RoundBounds;
  /** Balances and layers of one pack; left out: as many as the hub writes. */
  packRows?: number;
  /** Who says so; what two rigs over one store say is never the same message. */
  source?: string;
  /** Who sends; left out: a flow. */
  actor?: string;
}

/** `day(3)` is noon of the third of January; `day(3, 5)` five minutes later. */
export const day = (number: number, minutes = 0): string =>
  new Date(Date.UTC(2026, 0, number, 12, minutes)).toISOString();

export class LedgerRig {
  readonly store: Store;
  readonly policy: StockPolicy;
  readonly parts: RoundParts;
  readonly workspace: Workspace;
  /** Milliseconds; the clock of the next commit. */
  now = Date.UTC(2026, 5, 1);
  readonly log: { event: string; fields: Record<string, unknown> }[] = [];
  readonly #source: string;
  readonly #actor: string;
  #batches = 0;

  constructor(parts: RigParts = {}) {
    const { policy, store = new MemoryStore(), bounds, source = '/test' } = parts;
    this.store = store;
    this.policy = { ...euros, negative: 'deny', ...policy };
    this.workspace = new Workspace(this.policy, limits.keptShortages, parts.packRows);
    this.#source = source;
    this.#actor = parts.actor ?? 'flow:test';
    this.parts = {
      store,
      policy: this.policy,
      runtime: {
        ...systemTime,
        now: () => this.now,
        newId: () => `id${this.#batches}`,
        random: () => 0.5,
        metrics: noMetrics,
        log: (_level, event, fields = {}) => this.log.push({ event, fields }),
      },
      ...(bounds ? { bounds } : {}),
    };
  }

  // --- documents --------------------------------------------------------------------------------

  /** All in one commit; for each what it was refused for, or undefined. */
  async send(
    docs: readonly Doc[],
    source = this.#source,
    ids: readonly string[] = [],
  ): Promise<(Refusal | undefined)[]> {
    this.#batches += 1;
    this.now += 1_000;
    const commands = docs.map(([type, data], index) => {
      const command = this.#command(type, data, index, source);
      return { ...command, id: ids[index] ?? command.id };
    });
    const batch: ReceivedBatch = {
      origin: { intakeId: `${this.#source} ${this.#batches}`, flow: 'test', name: 'test' },
      ...{ index: 0, records: docs.length, filtered: 0, commands, parked: [], batches: 1 },
      ...{ digest: `${this.#batches}`, redelivered: false },
    };
    this.log.length = 0;
    while (!(await this.attempt(batch)));
    return commands.map(({ record }) => {
      const told = this.log.find(
        ({ event, fields }) => event === 'apply.refused' && fields.record === record,
      )?.fields as { code: string; message: string; at?: { field?: string } } | undefined;
      return told && { code: told.code, message: told.message, field: told.at?.field };
    });
  }

  /** One try; false after a conflict, and where the store says that a later try may do. */
  async attempt(batch: ReceivedBatch): Promise<boolean> {
    const round = new Round(this.parts, this.workspace, [batch], { careful: true });
    const isCommitted = await round.commit().then(
      (done) => done !== undefined,
      (error) => {
        if (isRetryable(faultOf(error))) return false;
        throw error;
      },
    );
    if (isCommitted) this.workspace.committed();
    else this.workspace.forgetAll();
    return isCommitted;
  }

  #command(type: string, data: object, index: number, source: string): Command {
    const isWhole = type.includes('.');
    return {
      specversion: '1.0',
      id: `m${this.#batches}.${index}`,
      source,
      type: (isWhole ? type : `stock.${type}.v1`) as CommandType,
      time: new Date(this.now).toISOString(),
      datacontenttype: 'application/json',
      data,
      contenthash: hash('sha256', JSON.stringify([type, data])),
      actor: this.#actor,
      record: index + 1,
    } as unknown as Command;
  }

  /** Books a document or fails the test with what it was refused for. */
  async book(type: string, data: object, source?: string): Promise<void> {
    const [refusal] = await this.send([[type, data]], source);
    if (refusal) assert.fail(`${refusal.code} ${refusal.message} (${refusal.field})`);
  }

  async refuse(type: string, data: object, source?: string): Promise<Refusal> {
    const [refusal] = await this.send([[type, data]], source);
    assert.ok(refusal, `${type} was booked`);
    return refusal;
  }

  /** The code of the refusal. */
  async refused(type: string, data: object, source?: string): Promise<string> {
    return (await this.refuse(type, data, source)).code;
  }

  item(sku: string, facts: object = {}): Promise<void> {
    return this.book('item.upsert.v1', { sku, ...facts });
  }

  /** What the background does, until nothing waits any more. */
  async recost(more: Partial<RecosterParts> = {}): Promise<void> {
    await new Recoster({ ...this.parts, committed: () => undefined, ...more }).work();
    this.workspace.forgetAll();
  }

  /** One step of the background for each SKU that waits. */
  async recostStep(): Promise<void> {
    const { recostFacts } = this.parts.bounds ?? limits;
    for (const { sku } of (await this.store.recosts(all)).rows) {
      this.now += 1_000;
      await recostSku(this.parts, sku, recostFacts);
    }
    this.workspace.forgetAll();
  }

  // --- what the books say -----------------------------------------------------------------------

  /** `lot status owner: quantity` of every balance of a place that is not empty. */
  async stock(sku: string, place: string, asOf?: string): Promise<string> {
    const { rows } = await this.store.stock({ sku, place, ...(asOf ? { asOf } : {}) }, all);
    return rows
      .filter(({ onHand }) => onHand !== 0n)
      .map(({ lot, status, owner, onHand }) => {
        const what = [lot, status === 'available' ? '' : status, owner].filter(Boolean).join(' ');
        return `${what && `${what}: `}${formatDecimal(onHand)}`;
      })
      .sort()
      .join(', ');
  }

  /** `quantity @ value` of a pool. */
  async pool(sku: string, pool = 'main', asOf?: string): Promise<string> {
    const { rows } = await this.store.valuation({ sku, ...(asOf ? { asOf } : {}) }, all);
    const row = rows.find((one) => one.pool === pool);
    return this.worth(row?.quantity ?? 0n, row?.value ?? 0n);
  }

  /** `quantity @ value` of each layer, oldest first. */
  async layers(sku: string, pool = 'main'): Promise<string> {
    const { rows } = await this.store.layers(all);
    return rows
      .filter((row) => row.sku === sku && row.pool === pool)
      .map(({ quantity, value }) => this.worth(quantity, value))
      .join(', ');
  }

  worth(quantity: bigint, value: bigint): string {
    return `${formatDecimal(quantity)} @ ${this.money(value)}`;
  }

  money(value: bigint): string {
    return formatFixed(value, this.policy.minorDigits);
  }

  async entries(sku: string, filter: { document?: string } = {}): Promise<LedgerEntry[]> {
    return (await this.store.ledger({ sku, ...filter }, all)).rows;
  }

  /** `kind from>to quantity @ value` of every entry. */
  async moves(sku: string, filter: { document?: string } = {}): Promise<string[]> {
    return (await this.entries(sku, filter)).map(
      ({ kind, from, to, quantity, value }) =>
        `${kind} ${from}>${to} ${this.worth(quantity, value)}`,
    );
  }

  /** What all places outside had of a SKU: what was charged to each, by its name. */
  async charged(sku: string): Promise<string> {
    const sums = new Map<string, bigint>();
    for (const { from, to, fromPool, toPool, value } of await this.entries(sku)) {
      if (fromPool === '' && from) sums.set(from, (sums.get(from) ?? 0n) - value);
      if (toPool === '' && to) sums.set(to, (sums.get(to) ?? 0n) + value);
    }
    return [...sums]
      .filter(([, value]) => value !== 0n)
      .map(([place, value]) => `${place} ${this.money(value)}`)
      .sort()
      .join(', ');
  }

  /** Everything that a person could notice of the present, to compare books with each other. */
  async state(): Promise<object> {
    const { rows: balances } = await this.store.stock({}, all);
    const { rows: layers } = await this.store.layers(all);
    const { rows: pools } = await this.store.valuation({}, all);
    const { rows: heads } = await this.store.heads(all);
    const charges = await Promise.all(heads.map(({ sku }) => this.charged(sku)));
    const isUsed = (_: unknown, index: number): boolean => charges[index] !== '';
    return {
      balances: balances
        .filter(({ onHand }) => onHand !== 0n)
        .map(({ sku, place, lot, status, owner, onHand }) => {
          return `${[sku, place, lot, status, owner].join('|')} ${formatDecimal(onHand)}`;
        })
        .sort(),
      layers: layers.map(({ sku, pool, since, lot, quantity, value }) => {
        return `${[sku, pool, since, lot].join('|')} ${this.worth(quantity, value)}`;
      }),
      pools: pools
        .filter(({ quantity, value }) => quantity !== 0n || value !== 0n)
        .map(({ sku, pool, quantity, value }) => `${sku}|${pool} ${this.worth(quantity, value)}`)
        .sort(),
      charged: heads.map(({ sku }, index) => `${sku}: ${charges[index]}`).filter(isUsed),
      items: heads
        .filter(isUsed)
        .map(({ sku, item }) => `${sku} ${item?.valuation} ${item?.standardCost}`),
    };
  }
}

/** As many rows as a test can have. */
export const all = { limit: 100_000 };
