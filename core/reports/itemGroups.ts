import type { LedgerEntry, Period } from '../ledger.ts';
import { compareUtf8 } from '../order.ts';
import { packHead } from '../packFrom.ts';
import type { Books } from '../ports.ts';
import { calendarOf, nextDay } from '../zone.ts';

/** Of an item from a moment on. */
interface Named {
  recordedAt: string;
  group: string;
}

/** A closing that stands. */
interface Closed {
  /** Last instant of the last day. */
  until: string;
  recordedAt: string;
}

/** Rows that were read together. */
type Around = readonly { sku: string }[];

/** On the first day after a closing what an item had in stock may go over to another group. */
export interface Turn {
  at: string;
  /** Up to here it was of the group before. */
  until: string;
  /** When that was closed, and what follows, if it is. */
  recordedAt: string;
  nextRecordedAt: string | undefined;
}

export interface Regrouping extends Pick<Turn, 'at' | 'until'> {
  sku: string;
  from: string;
  to: string;
}

/**
 * Groups of items, as they were known at a moment. What is dated in a period that is closed is of the group
 * that its item had when it was closed, and stays so; all else is of the group that it has.
 */
export class ItemGroups {
  readonly #store: Books;
  readonly #knownAt: string | undefined;
  readonly #zone: string;
  #closed: Promise<readonly Closed[]> | undefined;
  #page: Around = [];
  #named: Promise<ReadonlyMap<string, readonly Named[]>> = Promise.resolve(new Map());

  constructor(store: Books, zone: string, knownAt: string | undefined) {
    this.#store = store;
    this.#zone = zone;
    this.#knownAt = knownAt;
  }

  /** Of something that is dated so; `around` is the page that it came with. */
  async of({ sku, at }: Pick<LedgerEntry, 'sku' | 'at'>, around: Around): Promise<string> {
    const named = await this.#namedOf(sku, around);
    if (named.length < 2) return named[0]?.group ?? '';
    const closed = (await this.#closings()).find(({ until }) => until >= at);
    return groupAt(named, closed?.recordedAt);
  }

  async areMany(sku: string, around: Around): Promise<boolean> {
    return (await this.#namedOf(sku, around)).length > 1;
  }

  /** Those within a span; by time. */
  async turns(since: string, asOf: string | undefined): Promise<Turn[]> {
    const closed = await this.#closings();
    const { startOf, dayOf } = calendarOf(this.#zone);
    const all = closed.map(({ until, recordedAt }, index): Turn => {
      const at = startOf(nextDay(dayOf(until)));
      return { at, until, recordedAt, nextRecordedAt: closed[index + 1]?.recordedAt };
    });
    return all.filter(({ at }) => at >= since && (asOf === undefined || at <= asOf));
  }

  /** By SKU and time, of some SKUs. */
  async regroupings(skus: readonly string[], turns: readonly Turn[]): Promise<Regrouping[]> {
    const found: Regrouping[] = [];
    for (const [sku, named] of await this.#read(skus, turns)) {
      for (const { at, until, recordedAt, nextRecordedAt } of turns) {
        const [from, to] = [groupAt(named, recordedAt), groupAt(named, nextRecordedAt)];
        if (from !== to) found.push({ sku, at, until, from, to });
      }
    }
    return found.sort((one, other) => compareUtf8(one.sku, other.sku));
  }

  async #namedOf(sku: string, around: Around): Promise<readonly Named[]> {
    if (around !== this.#page) {
      this.#page = around;
      this.#named = this.#named.then((before) => this.#following(before, around));
    }
    return (await this.#named).get(sku) ?? [];
  }

  /** Of a SKU that the page before had too it is known: it may have a hundred pages. */
  async #following(
    before: ReadonlyMap<string, readonly Named[]>,
    around: Around,
  ): Promise<ReadonlyMap<string, readonly Named[]>> {
    const skus = [...new Set(around.map((row) => row.sku))];
    const known = skus.flatMap((sku) => {
      const named = before.get(sku);
      return named ? [[sku, named] as const] : [];
    });
    const missing = skus.filter((sku) => !before.has(sku));
    return new Map([
      ...known,
      ...(missing.length === 0 ? [] : await this.#read(missing, await this.#closings())),
    ]);
  }

  /** Only where groups of earlier moments are asked for more is read than what is now. */
  async #read(
    skus: readonly string[],
    asked: readonly { recordedAt: string }[],
  ): Promise<Map<string, readonly Named[]>> {
    const loaded = await this.#store.load({ skus, reservations: [], openOrders: [] });
    const heads = loaded.skus.map(({ head }) => head);
    const named = new Map<string, readonly Named[]>(
      heads.map(({ sku, item }) => [sku, [{ recordedAt: '', group: item?.group ?? '' }]]),
    );
    const moments = asked.map(({ recordedAt }) => recordedAt);
    const earliest = [...moments, this.#knownAt ?? moments[0]].sort()[0];
    const later = heads.filter(({ recordedAt, item }) => item && earliest && recordedAt > earliest);
    const known = await this.#knownGroups(later.map(({ sku }) => sku));
    for (const { sku } of later) named.set(sku, known.get(sku) ?? []);
    return named;
  }

  /** As packs said it that were recorded by then. */
  async #knownGroups(skus: readonly string[]): Promise<Map<string, Named[]>> {
    const groups = new Map<string, Named[]>();
    if (skus.length === 0) return groups;
    const knownAt = this.#knownAt;
    for await (const pack of this.#store.packTexts(new Map(skus.map((sku) => [sku, 0])))) {
      if (!pack.body.includes(ITEM)) continue;
      const { sku, recordedAt, item } = packHead(pack);
      if (knownAt !== undefined && recordedAt > knownAt) continue;
      const named = groups.get(sku) ?? [];
      const group = item?.group ?? '';
      if (group !== (named.at(-1)?.group ?? '')) groups.set(sku, [...named, { recordedAt, group }]);
    }
    // Before anybody named one it was of none.
    for (const [sku, named] of groups) groups.set(sku, [{ recordedAt: '', group: '' }, ...named]);
    return groups;
  }

  #closings(): Promise<readonly Closed[]> {
    this.#closed ??= this.#store
      .period()
      .then(({ log }) => closingsOf(log, this.#knownAt, calendarOf(this.#zone).endOf));
    return this.#closed;
  }
}

/** Within a text of JSON these marks cannot stand. */
const ITEM = '"item":{';

/** As it was known at a moment; the last one where none is said. */
function groupAt(named: readonly Named[], moment: string | undefined): string {
  const known = named.findLast(({ recordedAt }) => moment === undefined || recordedAt <= moment);
  return known?.group ?? '';
}

/** By their last days. What was opened again is closed by what closed it then. */
function closingsOf(
  log: Period['log'],
  knownAt: string | undefined,
  endOf: (day: string) => string,
): Closed[] {
  const standing: { through: string; recordedAt: string }[] = [];
  for (const { action, through, recordedAt } of log) {
    if (knownAt !== undefined && recordedAt > knownAt) break;
    if (action === 'close') standing.push({ through, recordedAt });
    else {
      const [opened] = standing.splice(standing.findIndex((one) => one.through > through));
      const isWhole = through === '' || standing.at(-1)?.through === through;
      if (opened && !isWhole) standing.push({ through, recordedAt: opened.recordedAt });
    }
  }
  return standing.map(({ through, recordedAt }) => ({ until: endOf(through), recordedAt }));
}
