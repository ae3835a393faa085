/** The stock rules over a workspace that starts empty: given documents, what do the books say? */

import { formatDecimal, formatFixed } from '../core/decimal.ts';
import type { Command, CommandType, MessageData } from '../core/message.ts';
import { emptyBooks } from '../core/skuBooks.ts';
import { atOnce } from '../core/slices.ts';
import { type Decision, decide } from '../core/stock/decide.ts';
import { Missing, type Need } from '../core/stock/Missing.ts';
import { poolFinder, type StockPolicy } from '../core/stock/policy.ts';
import { settle } from '../core/stock/settle.ts';
import { Workspace } from '../core/stock/workspace.ts';

/** A look after which nothing comes. */
export const unseen = { mark: '', until: '' };
export const nothingFound = { standing: [], waiting: [] };

export const euros: StockPolicy = {
  currency: 'EUR',
  minorDigits: 2,
  negative: 'allow',
  unknownSku: 'create',
  valuation: 'fifo',
  pools: {},
  negativePlaces: {},
  rates: {},
  closedPeriod: 'refuse',
  dates: { from: '1990-01-01', to: undefined, future: 'tell' },
  costs: 'tell',
  units: new Map(),
  zone: 'UTC',
  accounts: {
    inventory: 'inventory',
    inventoryByPool: {},
    transit: 'transit',
    received: 'received',
    costOfSales: 'cost of sales',
    adjustment: 'adjustment',
    opening: 'opening',
    payable: 'payable',
    exchange: 'exchange',
    variance: 'variance',
    production: 'production',
    conversion: 'conversion',
    writeDown: 'write-downs',
    scrap: 'scrap',
    landedCost: 'landed cost',
  },
};

const nothing = { skus: [], balances: [], balancesOf: [], reservations: [], openOrders: [] };
const noRows = { skus: [], reservations: [], openOrders: [] };
const period = { version: 0, closedThrough: '', log: [] };

export class StockBook {
  readonly workspace: Workspace;
  readonly #policy: StockPolicy;
  #count = 0;

  constructor(policy: Partial<StockPolicy> = {}) {
    this.#policy = { ...euros, ...policy };
    this.workspace = new Workspace(this.#policy);
  }

  decide<T extends CommandType>(type: T, data: MessageData[T]): Decision {
    this.#count += 1;
    const command = {
      specversion: '1.0',
      id: `m${this.#count}`,
      source: '/test',
      type,
      time: '2026-01-01T00:00:00.000Z',
      datacontenttype: 'application/json',
      data,
      contenthash: '',
      actor: 'flow:test',
      record: 1,
    } as Command;
    const recordedAt = new Date(Date.UTC(2026, 0, 1) + this.#count * 1000).toISOString();
    const context = {
      workspace: this.workspace,
      policy: this.#policy,
      poolOf: poolFinder(this.#policy),
      recordedAt,
    };
    const decision = this.#know(() => decide(context, command));
    this.#know(() => atOnce(settle(context)));
    return decision;
  }

  /** What is not there exists nowhere. */
  #know<Result>(work: () => Result): Result {
    for (;;) {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof Missing)) throw error;
        for (const need of error.needs) this.#take(need);
      }
    }
  }

  #take(need: Need): void {
    if ('head' in need) {
      const skus = [emptyBooks(need.head)];
      this.workspace.take({ ...noRows, skus, period }, { ...nothing, skus: [need.head] });
    } else if ('document' in need) this.workspace.documents.take(need.document, []);
    else if ('overdue' in need) this.workspace.claims.knowsOverdue = true;
    else if ('reservation' in need) {
      const request = { ...nothing, reservations: [need.reservation] };
      this.workspace.take({ ...noRows, period }, request);
    } else if ('openOrder' in need) {
      this.workspace.take({ ...noRows, period }, { ...nothing, openOrders: [need.openOrder] });
    } else if ('standing' in need)
      this.workspace.periodState.takeStanding(need.standing, nothingFound, unseen);
    else throw new Missing(need);
  }

  /** Books or fails the test with the reason. */
  book<T extends CommandType>(type: T, data: MessageData[T]): void {
    const decision = this.decide(type, data);
    if (decision.outcome === 'rejected')
      throw new Error(`${decision.fault.code} ${decision.fault.message}`);
  }

  onHand(sku: string, place = 'A'): string {
    return formatDecimal(this.workspace.sku(sku).balance(place, '', 'available', '').onHand);
  }

  /** `quantity @ value` of a pool. */
  pool(sku: string, pool = 'main'): string {
    const { quantity, value } = this.workspace.sku(sku).costs.known(pool)!;
    return `${formatDecimal(quantity)} @ ${formatFixed(value, this.#policy.minorDigits)}`;
  }

  /** `kind quantity value` of every entry. */
  entries(): string[] {
    const entries = this.workspace.changedSkus().flatMap(({ fresh }) => fresh);
    return entries.map(
      ({ kind, quantity, value }) =>
        `${kind} ${formatDecimal(quantity)} ${formatFixed(value, this.#policy.minorDigits)}`,
    );
  }
}

/** Each a little later than the one before. */
const FIRST = Date.UTC(2026, 0, 1);
let documents = 0;
const head = () => {
  documents += 1;
  return { document: `D${documents}`, at: new Date(FIRST + documents).toISOString() };
};

export const receive = (quantity: string, unitCost?: string, location = 'A', sku = 'X') => ({
  ...head(),
  lines: [{ sku, location, quantity, ...(unitCost === undefined ? {} : { unitCost }) }],
});
export const issue = (quantity: string, location = 'A', sku = 'X') => ({
  ...head(),
  lines: [{ sku, location, quantity }],
});
export const transfer = (quantity: string, from: string, to: string, sku = 'X') => ({
  ...head(),
  lines: [{ sku, from, to, quantity }],
});
