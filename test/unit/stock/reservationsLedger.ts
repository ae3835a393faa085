/** The whole of the stock rules over a workspace that starts empty, with a clock that is set by hand. */

import { formatDecimal } from '../../../core/decimal.ts';
import type { Fault } from '../../../core/errors.ts';
import type { Balance, LedgerEntry } from '../../../core/ledger.ts';
import type { Command, CommandType, MessageData } from '../../../core/message.ts';
import type { LoadRequest } from '../../../core/ports.ts';
import { emptyBooks } from '../../../core/skuBooks.ts';
import type { BookContext } from '../../../core/stock/context.ts';
import { decide, decideExpiry } from '../../../core/stock/decide.ts';
import type { Need } from '../../../core/stock/Missing.ts';
import { Missing } from '../../../core/stock/Missing.ts';
import { poolFinder, type StockPolicy } from '../../../core/stock/policy.ts';
import { Workspace } from '../../../core/stock/workspace.ts';
import { nothingFound, unseen } from '../../stockBook.ts';

const policyOf = (choice: Partial<StockPolicy>): StockPolicy => ({
  ...{ currency: 'EUR', minorDigits: 2, negative: 'deny', negativePlaces: {} },
  ...{
    unknownSku: 'create',
    valuation: 'fifo',
    pools: {},
    rates: {},
    zone: 'UTC',
    closedPeriod: 'refuse',
    dates: { from: '1990-01-01', to: undefined, future: 'tell' },
    costs: 'tell',
    units: new Map(),
  },
  accounts: {
    ...{ inventory: '1', inventoryByPool: {}, transit: '2', received: '3', costOfSales: '4' },
    ...{ adjustment: '5', variance: '6', production: '7', scrap: '8', landedCost: '9' },
    ...{ opening: '10', payable: '11', exchange: '12', conversion: '13', writeDown: '14' },
  },
  ...choice,
});

const none: LoadRequest = {
  skus: [],
  reservations: [],
  openOrders: [],
};

export class ReservationsLedger {
  readonly #policy: StockPolicy;
  readonly #workspace: Workspace;
  #messages = 0;
  now = Date.UTC(2026, 0, 1);
  /** Entries of the message before. */
  changed: readonly LedgerEntry[] = [];

  constructor(choice: Partial<StockPolicy> = {}) {
    this.#policy = policyOf(choice);
    this.#workspace = new Workspace(this.#policy);
  }

  wait(seconds: number): void {
    this.now += seconds * 1000;
  }

  /** The answer about a reservation, `booked` of any other message, or why it was refused. */
  send<Type extends CommandType>(type: Type, data: MessageData[Type]): string {
    this.#messages += 1;
    const command = { id: `m${this.#messages}`, source: '/test', type, data } as unknown as Command;
    const known = this.#known();
    const decision = this.#loading(() => decide(this.#context(), command));
    if (decision.outcome === 'rejected') return this.#refused(decision.fault);
    this.changed = this.entries.slice(known);
    return decision.answers.at(-1)?.result ?? 'booked';
  }

  #refused(fault: Fault): string {
    return `${fault.code} ${fault.message}`;
  }

  expire(id: string): string {
    const decision = this.#loading(() => decideExpiry(this.#context(), id));
    if (decision.outcome === 'rejected') return this.#refused(decision.fault);
    return decision.answers[0]?.result ?? 'nothing';
  }

  #context(): BookContext {
    const recordedAt = new Date(this.now).toISOString();
    const poolOf = poolFinder(this.#policy);
    return { workspace: this.#workspace, policy: this.#policy, poolOf, recordedAt };
  }

  /** Nothing that is asked for is in the store. */
  #loading<Result>(work: () => Result): Result {
    for (;;) {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof Missing)) throw error;
        for (const need of error.needs) this.#load(need);
      }
    }
  }

  #load(need: Need): void {
    const { period } = this.#workspace;
    const loaded = {
      skus: [],
      reservations: [],
      openOrders: [],
      period,
    };
    if ('document' in need) this.#workspace.documents.take(need.document, []);
    else if ('head' in need)
      this.#workspace.take({ ...loaded, skus: [emptyBooks(need.head)] }, none);
    else if ('reservation' in need)
      this.#workspace.take(loaded, { ...none, reservations: [need.reservation] });
    else if ('openOrder' in need)
      this.#workspace.take(loaded, { ...none, openOrders: [need.openOrder] });
    else if ('overdue' in need) this.#workspace.claims.knowsOverdue = true;
    else if ('standing' in need)
      this.#workspace.periodState.takeStanding(need.standing, nothingFound, unseen);
    else throw new Error(`a new SKU lacks nothing: ${JSON.stringify(need)}`);
  }

  balances(place: string): readonly Balance[] {
    return this.#workspace.sku('X').balancesBy('place', place);
  }

  /** `on hand / reserved` at a place, over its lots. */
  at(place: string): string {
    const rows = this.balances(place);
    const onHand = rows.reduce((sum, row) => sum + row.onHand, 0n);
    const reserved = rows.reduce((sum, row) => sum + row.reserved, 0n);
    return `${formatDecimal(onHand)} / ${formatDecimal(reserved)}`;
  }

  #known(): number {
    return this.#workspace.has('X') ? this.entries.length : 0;
  }

  get entries(): LedgerEntry[] {
    return this.#workspace.sku('X').fresh;
  }

  /** What the commit of all that was sent would write. */
  commit() {
    return this.#workspace.changes();
  }
}
