import {
  isOutside,
  type Location,
  type OpenOrder,
  type Period,
  type Reservation,
} from '../../ledger.ts';
import { movedOf, packState } from '../../packFrom.ts';
import type { Collections } from '../../stores/mongodb/Collections.ts';
import {
  type InboxDocument,
  type LogDocument,
  locationDocument,
  sourceDocument,
} from '../../stores/mongodb/documents.ts';
import { messageOfKey } from '../../stores/mongodb/keys.ts';
import {
  openOrderDocument,
  openOrderKey,
  periodDocument,
  reservationDocument,
} from '../../stores/mongodb/orderDocuments.ts';
import { type PackDocument, skuDocument } from '../../stores/mongodb/packDocuments.ts';
import { LogFold, type LoggedState } from '../../verify/LogFold.ts';
import type { Insertion } from './Insertion.ts';

/** What is kept of a SKU beside its packs. */
interface SkuRow {
  sku: string;
  places: Set<string>;
  waits: boolean;
}

export type RebuiltName = 'skus' | 'recosts' | 'sources' | Claims;
type Claims = 'reservations' | 'openOrders' | 'period' | 'locations';

/**
 * What follows from packs, logs and the inbox, and is in no backup: the list of SKUs with where each ever was,
 * those that wait to be costed anew, reservations, open orders, the period, places, and sources of messages. Packs
 * come SKU by SKU, lines log by log, in order.
 */
export class RebuiltRows {
  readonly #into: { [Name in RebuiltName]: Insertion<Collections[Name]> };
  #sku: SkuRow | undefined;
  #log: { last: LogDocument; fold: LogFold; orders: Map<string, OpenOrder> } | undefined;
  readonly #sources = new Set<string>();

  constructor(into: { [Name in RebuiltName]: Insertion<Collections[Name]> }) {
    this.#into = into;
  }

  async pack(pack: PackDocument): Promise<void> {
    const { sku } = pack;
    if (this.#sku?.sku !== sku) await this.#endSku();
    const row = this.#sku ?? { sku, places: new Set<string>(), waits: false };
    this.#sku = row;
    const { balances, head } = packState(pack);
    const ends = movedOf(pack).routes.flatMap(([, from, to]) => [from, to]);
    for (const { place } of balances) row.places.add(place);
    for (const place of ends) if (!isOutside(place)) row.places.add(place);
    row.waits = head.recost !== undefined;
  }

  async line(line: LogDocument): Promise<void> {
    const { about, name } = line;
    if (this.#log?.last.about !== about || this.#log.last.name !== name) await this.#endLog();
    const log = this.#log ?? { last: line, fold: new LogFold(''), orders: new Map() };
    this.#log = { ...log, last: line };
    log.fold.add(line);
    if (about !== 'order') return;
    for (const said of (JSON.parse(line.body) as { lines: LoggedState[] }).lines) {
      const order = { document: name, ...whole(said, ['quantity', 'stated']) } as OpenOrder;
      log.orders.set(openOrderKey(order), order);
    }
  }

  message({ _id }: InboxDocument): void {
    this.#sources.add(messageOfKey(_id).source);
  }

  /** After the last of all. */
  async end(): Promise<void> {
    await this.#endSku();
    await this.#endLog();
    for (const source of this.#sources) await this.#into.sources.add(sourceDocument(source));
  }

  async #endSku(): Promise<void> {
    if (!this.#sku) return;
    const { sku, places, waits } = this.#sku;
    this.#sku = undefined;
    await this.#into.skus.add({ ...skuDocument(sku), places: [...places] });
    if (waits) await this.#into.recosts.add(skuDocument(sku));
  }

  async #endLog(): Promise<void> {
    if (!this.#log) return;
    const { last, fold, orders } = this.#log;
    this.#log = undefined;
    const { openOrders, period, locations, reservations } = this.#into;
    const state = fold.state ?? {};
    if (last.about === 'order') {
      const kept = [...orders.values()].filter((row) => row.quantity !== 0n || row.changed !== '');
      for (const order of kept) await openOrders.add(openOrderDocument(order));
    } else if (last.about === 'period') {
      // Its number is known to nobody else: from here on it counts again.
      const { version } = last;
      await period.add(periodDocument({ version, ...state } as unknown as Period));
    } else if (last.about === 'place') {
      await locations.add(locationDocument({ location: last.name, ...state } as Location));
    } else if (last.about === 'reservation') {
      const lines = (state.lines as LoggedState[]).map((one) =>
        whole(one, ['quantity', 'committed']),
      );
      const held = { id: last.name, ...state, lines } as unknown as Reservation;
      await reservations.add(reservationDocument(held));
    }
  }
}

/** Integers, which are texts in a log. */
const whole = (said: LoggedState, names: readonly string[]): LoggedState => ({
  ...said,
  ...Object.fromEntries(names.map((name) => [name, BigInt(said[name] as string)])),
});
