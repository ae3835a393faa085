import type { ClientSession } from 'mongodb';
import { compareUtf8 } from '../../order.ts';
import type { Collections } from './Collections.ts';
import { firstFrom, inKeyOrder, type KeyRange, keyOf, under } from './keys.ts';
import { type DaySum, daySumsFrom, partOf, type UnsummedDocument } from './unsummed.ts';

type SumsOf = (range: KeyRange) => DaySum[];

interface OfSku {
  key: string;
  sums: DaySum[];
}

/** What is kept from one page to the next, unless memory is cleaned up in between. */
interface Kept {
  ids: Set<string>;
  bySku: OfSku[];
}

/** Reads what is not folded yet. Its documents never change: those of the page before are not read again. */
export class WaitingSums {
  readonly #unsummed: Collections['unsummed'];
  #kept: WeakRef<Kept> | undefined;

  constructor({ unsummed }: Collections) {
    this.#unsummed = unsummed;
  }

  /** A function that gives those of one SKU, whatever the range. */
  async ofSku(sku: string, session: ClientSession): Promise<SumsOf> {
    const _id = under(partOf(sku));
    const found = await this.#unsummed.find({ _id }, { session }).toArray();
    const sums = found.flatMap(daySumsFrom).filter((sum) => sum.sku === sku);
    return () => sums;
  }

  /** A function that gives those of a range of SKUs. */
  async ofAll(session: ClientSession): Promise<SumsOf> {
    const { bySku } = await this.#read(session);
    return (range) => between(bySku, range);
  }

  async #read(session: ClientSession): Promise<Kept> {
    const fields = { projection: { _id: 1 } };
    const found = await this.#unsummed.find({}, { session, ...fields }).toArray();
    const kept = this.#kept?.deref();
    const isSame = kept?.ids.size === found.length && found.every(({ _id }) => kept.ids.has(_id));
    if (kept && isSame) return kept;
    const documents = await this.#unsummed.find({}, { session }).toArray();
    const read = { ids: new Set(documents.map(({ _id }) => _id)), bySku: bySkuOf(documents) };
    this.#kept = new WeakRef(read);
    return read;
  }
}

function bySkuOf(documents: readonly UnsummedDocument[]): OfSku[] {
  const sums = Map.groupBy(documents.flatMap(daySumsFrom), ({ sku }) => sku);
  const keyed = Array.from(sums, ([sku, ofSku]) => ({ key: keyOf(sku), sums: ofSku }));
  return inKeyOrder(keyed, ({ key }) => key);
}

function between(bySku: readonly OfSku[], { $gte, $lt }: KeyRange): DaySum[] {
  const found: DaySum[] = [];
  for (let index = firstFrom($gte, bySku, ({ key }) => key); index < bySku.length; index += 1) {
    const { key, sums } = bySku[index]!;
    if ($lt !== undefined && compareUtf8(key, $lt) >= 0) break;
    found.push(...sums);
  }
  return found;
}
