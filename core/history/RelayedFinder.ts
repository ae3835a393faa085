import { isStockbusError } from '../errors.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { Books } from '../ports.ts';
import type { MovedReference } from '../relay/movedText.ts';
import type { RelayedEvents } from '../relayedEvents.ts';

/** Numbered events of one message, with what they tell. */
export interface Relayed extends RelayedEvents {
  group: string;
  /** Of those of what moved; its time is that at which it was decided, a little before the commit. */
  moved?: Pick<MovedReference, 'moved' | 'time'>;
}

/** Records that are read at once, at first and at most, and looked through for one moment: what was held comes later. */
const AT_FIRST = 4;
const AT_ONCE = 100;
const MOST = 2_000;

/**
 * Finds by what was booked the messages in which subscribers were told of it, as long as those are kept by their
 * numbers: relay numbers events in the order of their commits, or later.
 */
export class RelayedFinder {
  readonly #store: Books;
  #groups: Promise<string[]> | undefined;

  constructor(store: Books) {
    this.#store = store;
  }

  /** Messages that tell of some entries of one commit, with the entries of each. */
  async of(entries: readonly LedgerEntry[]): Promise<Map<Relayed, LedgerEntry[]>> {
    const found = new Map<Relayed, LedgerEntry[]>();
    const open = new Set(entries.filter(({ fromAfter, toAfter }) => fromAfter ?? toAfter));
    const [first] = open;
    if (!first) return found;
    for await (const relayed of this.#since(first.recordedAt)) {
      const told = [...open].filter((entry) => tells(relayed, entry));
      if (told.length > 0) found.set(relayed, told);
      for (const entry of told) open.delete(entry);
      if (open.size === 0) break;
    }
    return found;
  }

  /** What was relayed of commits of a moment or later, up to those that were decided after another. */
  async *between(from: string, until: string): AsyncGenerator<Relayed> {
    for await (const relayed of this.#since(from)) {
      if ((relayed.moved?.time ?? from) <= until) yield relayed;
    }
  }

  async *#since(moment: string): AsyncGenerator<Relayed> {
    this.#groups ??= this.#store.eventGroups().then((all) => all.map(({ group }) => group));
    for (const group of await this.#groups) {
      const first = await this.#store.firstRelayed(group, moment);
      if (first === undefined) continue;
      let after = first - 1;
      let most = AT_FIRST;
      for (let looked = 0; looked < MOST; looked += most) {
        const rows = await this.#rows({ group, after }, most);
        for (const row of rows) yield withMoved(group, row);
        const last = rows.at(-1);
        if (!last || rows.length < most) break;
        after = last.number + last.count - 1;
        most = Math.min(AT_ONCE, most * AT_FIRST);
      }
    }
  }

  /** None where they are forgotten meanwhile. */
  async #rows(cursor: { group: string; after: number }, most: number): Promise<RelayedEvents[]> {
    try {
      return await this.#store.events(cursor, most);
    } catch (error) {
      if (isStockbusError(error, 'EVENTS_FORGOTTEN')) return [];
      throw error;
    }
  }
}

function withMoved(group: string, row: RelayedEvents): Relayed {
  if (row.topic !== 'stock.changed.v1') return { ...row, group };
  const { moved, time } = JSON.parse(row.body) as MovedReference;
  return { ...row, group, moved: { moved, time } };
}

const tells = ({ moved }: Relayed, { sku, pack, seq }: LedgerEntry): boolean =>
  moved?.moved.some(
    ([of, version, from, to]) => of === sku && version === pack && seq >= from && seq <= to,
  ) === true;
