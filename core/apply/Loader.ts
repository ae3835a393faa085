import type { LedgerEntry } from '../ledger.ts';
import { limits } from '../limits.ts';
import type { Command } from '../message.ts';
import type { LoadRequest, Store } from '../ports.ts';
import type { Need } from '../stock/Missing.ts';
import { heldOf, needsOf } from '../stock/needs.ts';
import { justBefore } from '../stock/settle.ts';
import type { Waiting } from '../stock/WaitingSkus.ts';
import type { Workspace } from '../stock/workspace.ts';
import type { KeptEntries } from './KeptEntries.ts';

/** Thrown when another writer has changed a SKU since this round read it. */
export class StateMoved extends Error {}

const nothing: LoadRequest = {
  skus: [],
  balances: [],
  balancesOf: [],
  reservations: [],
  openOrders: [],
};

/** Brings what a round needs from the store into its workspace. */
export class Loader {
  readonly #store: Store;
  readonly #workspace: Workspace;
  readonly #historyRows: number;
  readonly #kept: KeptEntries | undefined;
  /** SKUs whose state in memory is known to be the store's, or is checked by the commit. */
  readonly fresh = new Set<string>();

  constructor(
    store: Store,
    workspace: Workspace,
    { historyRows }: { historyRows: number } = limits,
    kept?: KeptEntries,
  ) {
    this.#store = store;
    this.#workspace = workspace;
    this.#historyRows = historyRows;
    this.#kept = kept;
  }

  /** What commands will surely need and what is not there yet, in as few questions as can be. */
  async load(commands: readonly Command[], now: string): Promise<void> {
    const needs = commands.map(needsOf);
    const reservations = await this.#reservationsOf(
      needs.flatMap((need) => need.reservations),
      now,
    );
    const skus = new Set(needs.flatMap((need) => need.skus));
    await this.#take({
      ...this.#ofNewSkus(
        skus,
        needs.flatMap((need) => need.balancesOf),
      ),
      balances: needs
        .flatMap((need) => need.balances)
        .filter((key) => !this.#workspace.hasBalance(key)),
      reservations,
      openOrders: [...new Set(needs.flatMap((need) => need.openOrders))],
    });
    await this.#loadHeld(reservations);
    for (const document of new Set(needs.flatMap((need) => need.documents))) {
      await this.#loadDocument(document);
    }
  }

  async loadReservations(ids: readonly string[]): Promise<void> {
    await this.#take({ ...nothing, reservations: ids });
    await this.#loadHeld(ids);
  }

  /** What reservations hold says which SKUs a message about them needs. */
  async #loadHeld(reservations: readonly string[]): Promise<void> {
    const lines = reservations
      .flatMap((id) => this.#workspace.claims.reservation(id) ?? [])
      .filter(({ state }) => state === 'pending')
      .flatMap((reservation) => reservation.lines);
    const held = lines.flatMap(({ sku, place }) => heldOf({ sku, location: place }));
    const request = this.#ofNewSkus(new Set(lines.map(({ sku }) => sku)), held);
    if (request.skus.length > 0) await this.#take({ ...nothing, ...request });
  }

  /** Balances of a SKU are as of the same moment as its head only where both are read together. */
  #ofNewSkus(
    skus: ReadonlySet<string>,
    balancesOf: readonly { sku: string; place?: string }[],
  ): Pick<LoadRequest, 'skus' | 'balancesOf'> {
    const isNew = (sku: string): boolean => !this.#workspace.has(sku);
    const filters = balancesOf.filter(({ sku }) => isNew(sku));
    const each = new Map(filters.map((filter) => [`${filter.sku}\u0000${filter.place}`, filter]));
    return { skus: [...skus].filter(isNew), balancesOf: [...each.values()] };
  }

  /** Those named, and where some are to be made those that are over and still hold stock. */
  async #reservationsOf(named: readonly string[], now: string): Promise<string[]> {
    if (named.length === 0) return [];
    const due = await this.#store.dueReservations(now, limits.sweepReservations);
    return [...new Set([...named, ...due])].filter((id) => !this.#workspace.claims.has(id));
  }

  async #take(request: LoadRequest): Promise<void> {
    this.#workspace.take(await this.#store.load(request), request);
    for (const sku of request.skus) this.fresh.add(sku);
  }

  /** One thing that a decision turned out to need. */
  async need(need: Need): Promise<void> {
    if ('head' in need) await this.#take({ ...nothing, skus: [need.head] });
    else if ('balance' in need) {
      await this.#takeOf(need.balance.sku, { ...nothing, balances: [need.balance] });
    } else if ('balances' in need) {
      await this.#takeOf(need.balances.sku, { ...nothing, balancesOf: [need.balances] });
    } else if ('reservation' in need) {
      await this.#take({ ...nothing, reservations: [need.reservation] });
    } else if ('openOrder' in need) {
      await this.#take({ ...nothing, openOrders: [need.openOrder] });
    } else if ('document' in need) await this.#loadDocument(need.document);
    else if ('waiting' in need) await this.#loadWaiting();
    else await this.#loadHistory(need.history);
  }

  /** Read later than the head, it belongs to it only while its version is the same. */
  async #takeOf(sku: string, request: LoadRequest): Promise<void> {
    const loaded = await this.#store.load({ ...request, skus: [sku] });
    if (loaded.heads[0]?.version !== this.#workspace.sku(sku).expectedVersion)
      throw new StateMoved();
    this.#workspace.take({ ...loaded, heads: [], layers: [] }, request);
  }

  async #loadWaiting(): Promise<void> {
    const waiting: Waiting[] = [];
    let after: string | undefined;
    do {
      const page = { limit: limits.pageRows, ...(after === undefined ? {} : { after }) };
      const { rows, next } = await this.#store.recosts(page);
      waiting.push(...rows.map(({ sku, recost }) => ({ sku, at: recost!.at })));
      after = next;
    } while (after !== undefined);
    this.#workspace.takeWaiting(waiting);
  }

  /** By its number. Its SKUs are loaded first, so that their versions cover what was read. */
  async #loadDocument(document: string): Promise<void> {
    const found = await this.#entriesOf(document);
    const skus = [...new Set(found.map(({ sku }) => sku))];
    const unknown = skus.filter((sku) => !this.#workspace.has(sku));
    if (unknown.length > 0) await this.#take({ ...nothing, skus: unknown });
    const entries = unknown.length > 0 ? await this.#entriesOf(document) : found;
    for (const { sku, seq } of entries) {
      const isKnown = this.#workspace.has(sku) && seq <= this.#workspace.sku(sku).committedSeq;
      if (!isKnown) throw new StateMoved();
    }
    this.#workspace.documents.take(document, entries);
  }

  async #entriesOf(document: string): Promise<LedgerEntry[]> {
    const entries: LedgerEntry[] = [];
    let after: string | undefined;
    do {
      const page = { limit: limits.pageRows, ...(after === undefined ? {} : { after }) };
      const { rows, next } = await this.#store.ledger({ document }, page);
      entries.push(...rows);
      after = next;
    } while (after !== undefined);
    return entries;
  }

  /** Facts of a SKU from a business time on, with the last checkpoint before it. */
  async #loadHistory({ sku, at }: { sku: string; at: string }): Promise<void> {
    const state = this.#workspace.sku(sku);
    const checkpoint = await this.#store.checkpoint(sku, justBefore(at));
    const kept = this.#kept?.sku === sku ? this.#kept : undefined;
    const before = checkpoint?.afterSeq ?? 0;
    const entries = kept?.after(before) ?? [];
    let last = before + entries.length;
    for (;;) {
      const some = await this.#store.entriesAfter(sku, last, this.#historyRows);
      entries.push(...some);
      last = some.at(-1)?.seq ?? last;
      if (some.length < this.#historyRows) break;
    }
    kept?.keep(before, entries);
    if (last !== state.committedSeq) throw new StateMoved();
    this.#workspace.takeHistory(state, { checkpoint, entries });
  }
}
