/** What a pack tells to others: of its entries those that changed a balance, each of them an event or two. */
import { type MovedPack, type StoredEntry, seqOf, type ToldPack } from './packBody.ts';

/** A part of a pack on its way. */
export interface ToldPart {
  /** A ToldPack as JSON, without the brackets around it. */
  text: string;
  /** Numbers of the documents that its entries name. */
  documents: readonly number[];
}

export const eventsOfStored = ([, , , , , from, to]: StoredEntry): number =>
  (from ? 1 : 0) + (to ? 1 : 0);

/** What entries from one `seq` to another tell; `whole` is the text that says `moved`. */
export function toldPart(whole: string, moved: MovedPack, from: number, to: number): ToldPart {
  const seqs: number[] = [];
  const entries = moved.entries.filter((entry, index) => {
    const seq = seqOf(moved, index);
    const isTold = seq >= from && seq <= to && eventsOfStored(entry) > 0;
    if (isTold) seqs.push(seq);
    return isTold;
  });
  if (entries.length === moved.entries.length) {
    return { text: whole, documents: moved.documents.map(([number]) => number) };
  }
  const routes = new Named(moved.routes);
  const documents = new Named(moved.documents);
  const renamed = entries.map(([route, document, ...rest]): StoredEntry => {
    return [routes.placeOf(route), documents.placeOf(document), ...rest];
  });
  const { v, sku, version, recordedAt } = moved;
  const seq = seqs.at(-1)!;
  const hasGap = seq - seqs[0]! + 1 !== seqs.length;
  const part: ToldPack = {
    ...{ v, sku, version, seq, recordedAt },
    ...{ routes: routes.list, documents: documents.list, entries: renamed },
    ...(hasGap ? { seqs } : {}),
  };
  return {
    text: JSON.stringify(part).slice(1, -1),
    documents: documents.list.map(([number]) => number),
  };
}

/** Of a list what is named, in the order in which it is. */
class Named<Row> {
  readonly list: Row[] = [];
  readonly #all: readonly Row[];
  readonly #places = new Map<number, number>();

  constructor(all: readonly Row[]) {
    this.#all = all;
  }

  placeOf(before: number): number {
    const known = this.#places.get(before);
    if (known !== undefined) return known;
    const place = this.list.push(this.#all[before]!) - 1;
    this.#places.set(before, place);
    return place;
  }
}
