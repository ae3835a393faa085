import type { Turns } from '../flow/Turns.ts';
import type { LedgerEntry } from '../ledger.ts';
import { limits } from '../limits.ts';
import { type Command, movementTypes } from '../message.ts';
import type { LoadRequest, RoundStore } from '../ports.ts';
import { standingBefore } from '../reports/beforeClosing.ts';
import { rowsOf } from '../rowsOf.ts';
import { sideBySide } from '../sideBySide.ts';
import type { Slices } from '../slices.ts';
import type { AnyDocument } from '../stock/documents/movementLines.ts';
import { Missing, type Need } from '../stock/Missing.ts';
import type { Workspace } from '../stock/workspace.ts';
import { calendarOf } from '../zone.ts';
import { AskedNeeds } from './AskedNeeds.ts';
import { HistoryReader } from './HistoryReader.ts';
import { lateAmong } from './lateAmong.ts';
import { needsOf } from './needsOf.ts';
import type { RoundTurn } from './SkuTurns.ts';
import { StateMoved } from './StateMoved.ts';

const nothing: LoadRequest = {
  skus: [],
  reservations: [],
  openOrders: [],
};

const movements: ReadonlySet<string> = new Set(movementTypes);

/** Brings what a round needs from the store into its workspace. */
export class Loader {
  readonly #store: RoundStore;
  readonly #workspace: Workspace;
  readonly #turns: Turns;
  /** Moment of the round. */
  #now = '';
  /** SKUs whose state in memory is known to be the store's, or is checked by the commit. */
  readonly fresh = new Set<string>();
  readonly histories: HistoryReader;
  readonly #turn: RoundTurn | undefined;

  constructor(
    store: RoundStore,
    workspace: Workspace,
    turns: Turns,
    { historyRows }: { historyRows: number } = limits,
    turn?: RoundTurn,
  ) {
    this.#turn = turn;
    this.histories = new HistoryReader({ store, workspace, turns, historyRows });
    this.#store = store;
    this.#workspace = workspace;
    this.#turns = turns;
  }

  /** What commands will surely need and what is not there yet, in as few questions as can be. */
  async load(commands: readonly Command[], now: string): Promise<void> {
    this.#now = now;
    await this.#turn?.take(commands);
    const needs = needsOf(commands.filter((command) => !this.#hasAll(command)));
    const reservations = await this.#reservationsOf([...needs.reservations], now);
    const openOrders = [...needs.openOrders];
    await this.#take({ skus: this.#unknown(needs.skus), reservations, openOrders });
    await this.#loadHeld(reservations);
    for (const document of needs.documents) await this.#loadDocument(document);
    await this.histories.load(lateAmong(commands, this.#workspace));
  }

  /** What only moves stock of SKUs that are in memory asks for nothing. */
  #hasAll({ type, data }: Command): boolean {
    if (type === 'stock.return.v1' || !movements.has(type)) return false;
    const { reference, lines, components } = data as unknown as Partial<AnyDocument> & {
      components?: unknown;
    };
    if (reference || components) return false;
    return lines!.every(({ sku }) => this.#workspace.has(sku));
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
    const skus = this.#unknown(lines.map(({ sku }) => sku));
    if (skus.length > 0) await this.#take({ ...nothing, skus });
  }

  async #loadOverdue(): Promise<void> {
    const { claims } = this.#workspace;
    const due = await this.#store.dueReservations(this.#now, limits.sweepReservations);
    const reservations = due.filter((id) => !claims.has(id));
    await this.#take({ ...nothing, reservations });
    await this.#loadHeld(reservations);
    claims.knowsOverdue = true;
  }

  #unknown(skus: Iterable<string>): string[] {
    return [...new Set(skus)].filter((sku) => !this.#workspace.has(sku));
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

  /** Does some work, again whenever it turned out to need what is not there yet. Throws INTERNAL where that leads nowhere. */
  async loadFor<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const asked = new AskedNeeds();
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Missing)) throw error;
        const defect = asked.defectOf(error.needs);
        if (defect) throw defect;
        await this.need(error.needs);
        const short = error.needs.flatMap((need) => ('shortages' in need ? need.shortages : []));
        for (const sku of new Set(short)) await this.histories.loadShortages(sku);
      }
    }
  }

  /** The same, giving way to everything else in the process. */
  inSlices<Result>(work: () => Slices<Result>): Promise<Result> {
    return this.loadFor(() => this.#turns.through(work()));
  }

  /** What a decision turned out to need. */
  async need(needs: readonly Need[]): Promise<void> {
    const heads = needs.flatMap((need) => ('head' in need ? need.head : []));
    const reservations = needs.flatMap((need) => ('reservation' in need ? need.reservation : []));
    const openOrders = needs.flatMap((need) => ('openOrder' in need ? need.openOrder : []));
    if (heads.length + reservations.length + openOrders.length > 0) {
      const skus = [...new Set(heads)];
      await this.#take({ ...nothing, skus, reservations, openOrders });
    }
    for (const code of new Set(
      needs.flatMap((need) => ('location' in need ? need.location : [])),
    )) {
      this.#workspace.takeLocation(code, await this.#store.location(code));
    }
    const documents = needs.flatMap((need) => ('document' in need ? need.document : []));
    for (const document of new Set(documents)) await this.#loadDocument(document);
    if (needs.some((need) => 'overdue' in need)) await this.#loadOverdue();
    const days = needs.flatMap((need) => ('standing' in need ? need.standing : []));
    for (const day of new Set(days)) await this.#look(day);
    await this.histories.load(needs.flatMap((need) => ('history' in need ? need.history : [])));
    const lots = needs.flatMap((need) => ('lot' in need ? need.lot : []));
    await sideBySide(lots, limits.readsAtOnce, (lot) => this.#loadLot(lot));
  }

  /** The first mark of a round holds until its commit. */
  async #look(day: string): Promise<void> {
    const { policy, periodState } = this.#workspace;
    const mark = periodState.look?.mark ?? (await this.#store.mark());
    const look = { mark, until: calendarOf(policy.zone).endOf(day) };
    periodState.takeStanding(day, await standingBefore(this.#store, policy, day), look);
  }

  /** What is known of a lot that has left the books. */
  async #loadLot({ sku, lot }: { sku: string; lot: string }): Promise<void> {
    const state = this.#workspace.sku(sku);
    if (state.leftLots?.has(lot)) return;
    const entries = await Array.fromAsync(rowsOf((page) => this.#store.ledger({ sku, lot }, page)));
    if (entries.some(({ seq }) => seq > state.committedSeq)) throw new StateMoved();
    state.leftLots ??= new Map();
    state.leftLots.set(
      lot,
      entries.filter(({ kind, input }) => kind === 'cancel' || input?.expiresOn),
    );
  }

  /** By its number, with the returns that refer to it. Its SKUs are loaded first, so that their versions cover what was read. */
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
    const filters = [{ document }, { returnsTo: document }];
    const found = filters.map((filter) =>
      Array.fromAsync(rowsOf((page) => this.#store.ledger(filter, page))),
    );
    const [own = [], returns = []] = await Promise.all(found);
    return [...own, ...returns.filter((entry) => entry.document !== document)];
  }
}
