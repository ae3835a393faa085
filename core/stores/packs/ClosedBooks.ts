/** What closings say of some SKUs at a date, as known at a moment, and what they do not say. */
import {
  CLOSING_FORMAT,
  type ClosedMove,
  type Closing,
  type ClosingKind,
  type ClosingRows,
  endOfMonth,
  lastEnded,
  monthOf,
  nextMonth,
} from '../../closing.ts';
import type { Move, PackText } from '../../pack.ts';
import { movesOf } from '../../packFrom.ts';
import type { ClosingBooks } from '../../ports.ts';
import { requireVersion } from '../../requireVersion.ts';
import type { PackReader } from './PackReader.ts';

/** Both RFC 3339 UTC with milliseconds; undefined: all. */
export interface Clocks {
  until: string | undefined;
  known: string | undefined;
}

/** After every month. */
const NO_MONTH_LATER = '9999-12';

/** Closings that may be used by a report with these clocks, if there are any. */
export async function closedBooks(
  from: { closings: ClosingBooks; packs: PackReader },
  skus: readonly string[],
  clocks: Clocks,
): Promise<ClosedBooks | undefined> {
  // Of a year that no business time has nothing is closed.
  const isPlain = Object.values(clocks).every((moment) => (moment?.length ?? 24) === 24);
  if (skus.length === 0 || !isPlain) return undefined;
  const all = await from.closings.closings();
  const count = all.findLastIndex(({ known }) => known <= (clocks.known ?? known)) + 1;
  if (count === 0) return undefined;
  for (const { format, known } of all)
    requireVersion(`the closing of ${known}`, format, CLOSING_FORMAT);
  return new ClosedBooks(from, skus, clocks, all.slice(0, count), all[count]);
}

export class ClosedBooks {
  /** The end of this month is what the report begins with. */
  readonly #month: string;
  readonly #end: string;
  readonly #from: { closings: ClosingBooks; packs: PackReader };
  readonly #skus: ReadonlySet<string>;
  readonly #range: { first: string; last: string };
  readonly #clocks: Clocks;
  readonly #known: readonly Closing[];
  readonly #next: Closing | undefined;

  /** Of SKUs in their order; `known` are the closings of which nothing is left out, `next` the one after them. */
  constructor(
    from: { closings: ClosingBooks; packs: PackReader },
    skus: readonly string[],
    clocks: Clocks,
    known: readonly Closing[],
    next: Closing | undefined,
  ) {
    this.#from = from;
    this.#skus = new Set(skus);
    this.#range = { first: skus[0]!, last: skus.at(-1)! };
    this.#clocks = clocks;
    this.#known = known;
    this.#next = next;
    const closed = known.at(-1)!.month;
    const asked = clocks.until === undefined ? closed : lastEnded(clocks.until);
    this.#month = asked < closed ? asked : closed;
    this.#end = endOfMonth(this.#month);
  }

  /** The latest rows of what there was at the end of the month that it begins with. */
  async closed<Kind extends 'pools' | 'balances'>(
    kind: Kind,
  ): Promise<Iterable<ClosingRows[Kind]>> {
    const known = this.#known.filter(({ month }) => month >= this.#month);
    const months = { from: this.#month, through: this.#month };
    const latest = new Map<string, ClosingRows[Kind]>();
    for (const row of await this.#rows(kind, known, months)) latest.set(row[0], row);
    return latest.values();
  }

  /** What moved between that and the date asked for, as far as closings know it. */
  async moves(): Promise<Iterable<readonly [sku: string, move: ClosedMove]>> {
    const months = { from: nextMonth(this.#month), through: this.#through };
    if (months.from > months.through) return [];
    return this.#movesUntil(this.#known, months);
  }

  /** Packs that have some of it; what else they moved is to be left out by `isMoved`. */
  async packs(skus: ReadonlySet<string>): Promise<AsyncIterable<PackText>> {
    const moves = await this.moves();
    return this.#from.packs.some(versionsOf(moves, (sku) => skus.has(sku)));
  }

  /** Whether a move lies between what it begins with and the date asked for. */
  isMoved({ at }: Move): boolean {
    return at > this.#end && this.#isCounted(at);
  }

  /** What closings do not know, or only those that knew too much. */
  async *later(): AsyncIterable<readonly [sku: string, move: Move]> {
    const { known } = this.#clocks;
    for await (const pack of await this.#laterPacks()) {
      const { recordedAt, moves } = movesOf(pack);
      if (known !== undefined && recordedAt > known) continue;
      for (const move of moves) if (this.#isCounted(move.at)) yield [pack.sku, move];
    }
  }

  async #laterPacks(): Promise<AsyncIterable<PackText>> {
    const { packs } = this.#from;
    if (this.#next) {
      const months = { from: '', through: this.#through };
      return packs.some(versionsOf(await this.#movesUntil([this.#next], months)));
    }
    const last = this.#known.at(-1)!;
    const seen = new Map([...this.#skus].map((sku) => [sku, 0]));
    const months = { from: last.month, through: last.month };
    for (const [sku, version] of await this.#rows('pools', [last], months)) seen.set(sku, version);
    const unseen = new Map<string, number[]>();
    for (const [sku, version] of await packs.versions(seen)) {
      const from = seen.get(sku)! + 1;
      const count = version - from + 1;
      if (count > 0)
        unseen.set(
          sku,
          Array.from({ length: count }, (_, index) => from + index),
        );
    }
    return packs.some(unseen);
  }

  get #through(): string {
    const { until } = this.#clocks;
    return until === undefined ? NO_MONTH_LATER : monthOf(until);
  }

  #isCounted(at: string): boolean {
    const { until } = this.#clocks;
    return until === undefined || at <= until;
  }

  async #movesUntil(
    closings: readonly Closing[],
    months: { from: string; through: string },
  ): Promise<Iterable<readonly [string, ClosedMove]>> {
    const { until } = this.#clocks;
    const untilMs = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
    const rows = await this.#rows('moves', closings, months);
    return rows.flatMap(([sku, moves]) =>
      moves.filter(([, atMs]) => atMs <= untilMs).map((move) => [sku, move] as const),
    );
  }

  async #rows<Kind extends ClosingKind>(
    kind: Kind,
    closings: readonly Closing[],
    month: { from: string; through: string },
  ): Promise<ClosingRows[Kind][]> {
    if (closings.length === 0) return [];
    const parts = await this.#from.closings.closingParts({
      ...{ kind, month, skus: this.#range },
      closings: closings.map(({ id }) => id),
    });
    return parts.flatMap(({ body }) => {
      const rows = JSON.parse(body) as ClosingRows[Kind][];
      return rows.filter(([sku]) => this.#skus.has(sku));
    });
  }
}

function versionsOf(
  moves: Iterable<readonly [sku: string, move: ClosedMove]>,
  isAsked: (sku: string) => boolean = () => true,
): Map<string, number[]> {
  const versions = new Map<string, Set<number>>();
  for (const [sku, [version]] of moves) {
    if (!isAsked(sku)) continue;
    const known = versions.get(sku);
    if (known) known.add(version);
    else versions.set(sku, new Set([version]));
  }
  return new Map([...versions].map(([sku, own]) => [sku, [...own]]));
}
