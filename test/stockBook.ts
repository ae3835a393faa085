/** The stock rules over a workspace that starts empty: given documents, what do the books say? */
import { formatDecimal, formatFixed } from '../core/decimal.ts';
import type { Command, CommandType, MessageData } from '../core/message.ts';
import { balancesOf, type Decision, decide, skusOf } from '../core/stock/decide.ts';
import { poolFinder, type StockPolicy } from '../core/stock/policy.ts';
import { Workspace } from '../core/stock/workspace.ts';

export const euros: StockPolicy = {
  currency: 'EUR',
  minorDigits: 2,
  negative: 'allow',
  unknownSku: 'create',
  valuation: 'fifo',
  pools: {},
};

export class StockBook {
  readonly workspace = new Workspace();
  readonly #policy: StockPolicy;
  #count = 0;

  constructor(policy: Partial<StockPolicy> = {}) {
    this.#policy = { ...euros, ...policy };
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
      record: 1,
    } as Command;
    this.#know(command);
    const recordedAt = new Date(Date.UTC(2026, 0, 1) + this.#count * 1000).toISOString();
    return decide(
      {
        workspace: this.workspace,
        policy: this.#policy,
        poolOf: poolFinder(this.#policy),
        recordedAt,
      },
      command,
    );
  }

  /** Books or fails the test with the reason. */
  book<T extends CommandType>(type: T, data: MessageData[T]): void {
    const decision = this.decide(type, data);
    if (decision.outcome === 'rejected')
      throw new Error(`${decision.fault.code} ${decision.fault.message}`);
  }

  #know(command: Command): void {
    const skus = [...new Set(skusOf(command))].filter((sku) => !this.workspace.has(sku));
    const balances = balancesOf(command).filter(
      ({ sku, place, lot, status }) =>
        !this.workspace.hasBalance(`${sku}\u0000${place}\u0000${lot}\u0000${status}`),
    );
    const heads = skus.map((sku) => ({
      sku,
      version: 0,
      seq: 0,
      item: undefined,
      pools: [],
      recordedAt: '',
    }));
    this.workspace.take({ heads, balances: [], layers: [] }, { balances, layers: [] });
  }

  onHand(sku: string, place = 'A'): string {
    return formatDecimal(this.workspace.balance(sku, place, '', 'available').onHand);
  }

  /** `quantity @ value` of a pool. */
  pool(sku: string, pool = 'main'): string {
    const { quantity, value } = this.workspace.head(sku).pools.get(pool)!;
    return `${formatDecimal(quantity)} @ ${formatFixed(value, this.#policy.minorDigits)}`;
  }

  /** `kind quantity value` of every entry. */
  entries(): string[] {
    return this.workspace.entries.map(
      ({ kind, quantity, value }) =>
        `${kind} ${formatDecimal(quantity)} ${formatFixed(value, this.#policy.minorDigits)}`,
    );
  }
}

let documents = 0;
const head = () => {
  documents += 1;
  return { document: `D${documents}`, at: '2026-01-01T00:00:00.000Z' };
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
