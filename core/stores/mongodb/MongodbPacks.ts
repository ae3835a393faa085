/** Packs as a MongoDB database has them. */
import type { ClientSession, FindCursor } from 'mongodb';
import { compareKeys, readCursor } from '../../cursor.ts';
import { limits } from '../../limits.ts';
import type { NamingPack } from '../../namedEntries.ts';
import type { PackKey, PackText, SkuPointer, StoredPack } from '../../pack.ts';
import type { Page, Paged } from '../../ports.ts';
import type { Naming, PackReader, PacksFrom } from '../packs/PackReader.ts';
import type { Collections } from './Collections.ts';
import { inOrder } from './inOrder.ts';
import { KnownDocuments } from './KnownDocuments.ts';
import type { KnownPacks } from './KnownPacks.ts';
import { packKey, packsFrom, skuKey, skuKeyOf, skuOfKey } from './keys.ts';
import { lastVersions } from './lastVersions.ts';
import { pageFrom } from './listsInDatabase.ts';
import {
  bucketsOfDocument,
  type NamedPack,
  type PackDocument,
  packsNaming,
  partKey,
  type SkuDocument,
} from './packDocuments.ts';

/** SKUs whose current packs are asked for in one query, and all of whose packs. */
const SKUS_PER_QUERY = 500;
/** Packs of one SKU before its last that are read at once, at most. */
const PACKS_BACK = 64;
/** Packs of a history that are read at once, and packs by their keys. */
const PACKS_PER_BATCH = 64;
const PACKS_PER_QUERY = 500;

export class MongodbPacks implements PackReader {
  readonly #collections: Collections;
  readonly #known: KnownPacks;
  #documents = new KnownDocuments();

  constructor(collections: Collections, known: KnownPacks) {
    this.#collections = collections;
    this.#known = known;
  }

  async skus(after: string | undefined, limit: number, place?: string): Promise<string[]> {
    const found = this.#collections.skus.find({
      ...(after !== undefined && { sku: { $gt: after } }),
      ...(place !== undefined && { places: place }),
    });
    const some = await found.sort({ sku: 1 }).limit(limit).toArray();
    return some.map(({ sku }) => sku);
  }

  async pointers(skus: readonly string[]): Promise<SkuPointer[]> {
    const { packs, recosts, skus: all } = this.#collections;
    const from = skus.map((sku) => ({ sku, there: 0 }));
    const versions = await lastVersions(packs, from);
    const keys = skus.map((sku, index) => packKey(sku, versions[index]!));
    const last = packs.find({ _id: { $in: keys } }, { projection: { hash: 1 } });
    const hashes = new Map((await last.toArray()).map(({ _id, hash }) => [_id, hash]));
    const ofThese = { _id: { $in: skus.map(skuKey) } };
    const waiting = new Set((await recosts.find(ofThese).toArray()).map(({ sku }) => sku));
    const listed = await all.find(ofThese).toArray();
    const placesOf = new Map(listed.map(({ sku, places = [] }) => [sku, places]));
    return skus.map((sku, index) => ({
      ...{ sku, version: versions[index]!, hash: hashes.get(keys[index]!) ?? '' },
      ...{ recosts: waiting.has(sku), places: placesOf.get(sku) ?? [] },
    }));
  }

  waiting(page: Page): Promise<Paged<string>> {
    const after = readCursor(page.after, ['string']);
    const found = this.#collections.recosts.find(after ? { sku: { $gt: after[0] as string } } : {});
    const keyOfSku = ({ sku }: SkuDocument) => [sku];
    return pageFrom(found.sort({ sku: 1 }), page, keyOfSku, ({ sku }) => sku);
  }

  /** Of all keys, because a list that lacks one cannot tell. */
  async lostSkus(): Promise<string[]> {
    const lost: string[] = [];
    const keys = this.#collections.packs.find({}, { projection: { _id: 1 } }).sort({ _id: 1 });
    let before = '';
    let firsts: string[] = [];
    const ask = async (): Promise<void> => {
      const listed = await this.#collections.skus.find({ _id: { $in: firsts } }).toArray();
      const known = new Set(listed.map(({ _id }) => _id));
      lost.push(...firsts.filter((key) => !known.has(key)).map(skuOfKey));
      firsts = [];
    };
    for await (const { _id } of keys) {
      const key = skuKeyOf(_id);
      if (key !== before) firsts.push(key);
      before = key;
      if (firsts.length >= SKUS_PER_QUERY) await ask();
      if (lost.length >= limits.pageRows) break;
    }
    await ask();
    return lost;
  }

  async current(skus: readonly string[], session?: ClientSession): Promise<PackText[][]> {
    const current: PackText[][] = [];
    for (const some of slices(skus, SKUS_PER_QUERY)) {
      current.push(...(await this.#currentOf(some, session)));
    }
    return current;
  }

  /** The last of each, then those before it until one stands alone. */
  async #currentOf(skus: readonly string[], session?: ClientSession): Promise<PackText[][]> {
    const { packs } = this.#collections;
    const from = skus.map((sku) => ({ sku, there: this.#known.versionOf(sku) }));
    const versions = await lastVersions(packs, from, { session });
    const chains = skus.map((sku, index) => {
      const version = versions[index]!;
      // What a transaction reads holds only once it is committed.
      if (!session) this.#known.see(sku, version);
      return { sku, next: version, packs: [] as PackText[] };
    });
    for (let count = 1; ; count = Math.min(count * 4, PACKS_BACK)) {
      const open = chains.filter(({ next }) => next > 0);
      if (open.length === 0) return chains.map((chain) => chain.packs.reverse());
      const keys = open.flatMap(({ sku, next }) => {
        const length = Math.min(count, next);
        return Array.from({ length }, (_, back) => packKey(sku, next - back));
      });
      const found = await this.#byKeys(keys, session);
      for (const chain of open) {
        const until = Math.max(0, chain.next - count);
        while (chain.next > until) {
          const pack = found.get(packKey(chain.sku, chain.next));
          if (!pack) throw new Error(`pack ${chain.next} of SKU '${chain.sku}' is not there`);
          chain.packs.push(pack);
          chain.next = pack.isBase ? 0 : chain.next - 1;
        }
      }
    }
  }

  async #byKeys(keys: readonly string[], session?: ClientSession) {
    const options = session ? { session } : {};
    const found = this.#collections.packs.find({ _id: { $in: [...keys] } }, options);
    return new Map((await found.toArray()).map((pack) => [pack._id, pack]));
  }

  history(skus: readonly string[], from: PacksFrom): AsyncIterable<readonly StoredPack[]> {
    const streams = skus.map((sku, index) => () => {
      return this.#packsOf(sku, index === 0 ? from : { version: 1 });
    });
    return inOrder(streams, limits.readsAtOnce);
  }

  async *#packsOf(sku: string, from: PacksFrom): AsyncIterable<readonly StoredPack[]> {
    const first = 'version' in from ? from.version : await this.#versionWith(sku, from.afterSeq);
    const packs = this.#collections.packs.find({ _id: packsFrom(sku, first) }).sort({ _id: 1 });
    for await (const batch of batchesOf(packs)) yield await this.#withDocuments(batch);
  }

  /** Version of the last pack that begins no later than with the entry after `afterSeq`. */
  async #versionWith(sku: string, afterSeq: number): Promise<number> {
    if (afterSeq === 0) return 1;
    const fits = { firstSeq: { $lte: afterSeq + 1 } };
    const [version] = await lastVersions(this.#collections.packs, [{ sku, there: 0 }], { fits });
    return version!;
  }

  async *texts(after: ReadonlyMap<string, number>, until?: string): AsyncIterable<PackText> {
    const early = until === undefined ? {} : { firstAt: { $gt: '', $lte: until } };
    const { packs } = this.#collections;
    for (const keys of slices(await this.#keysAfter(after), PACKS_PER_QUERY)) {
      yield* packs.find({ _id: { $in: keys }, ...early }).sort({ _id: 1 });
    }
  }

  async #keysAfter(after: ReadonlyMap<string, number>): Promise<string[]> {
    const from = [...after].map(([sku, version]) => {
      return { sku, there: Math.max(version, this.#known.versionOf(sku)) };
    });
    const versions = await lastVersions(this.#collections.packs, from);
    return from.flatMap(({ sku }, index) => {
      const [seen, last] = [after.get(sku)!, versions[index]!];
      this.#known.see(sku, last);
      return Array.from({ length: last - seen }, (_, at) => packKey(sku, seen + 1 + at));
    });
  }

  async byKey(keys: readonly PackKey[]): Promise<StoredPack[]> {
    const found = await this.#byKeys(keys.map(([sku, version]) => packKey(sku, version)));
    return this.#withDocuments([...found.values()]);
  }

  async *some(keys: readonly PackKey[]): AsyncIterable<PackText> {
    for (const some of slices(keys, PACKS_PER_QUERY)) {
      const $in = some.map(([sku, version]) => packKey(sku, version));
      yield* this.#collections.packs.find({ _id: { $in } });
    }
  }

  async *naming(
    what: Naming,
    { from = ['', 0], sku }: Parameters<PackReader['naming']>[1],
  ): AsyncIterable<NamingPack> {
    const named = (await this.#named(what)).filter(
      (pack) => (sku === undefined || pack.sku === sku) && compareKeys(keyOf(pack), from) >= 0,
    );
    named.sort((one, other) => compareKeys(keyOf(one), keyOf(other)));
    const packs = [...Map.groupBy(named, (pack) => packKey(pack.sku, pack.version))];
    for (const some of slices(packs, PACKS_PER_BATCH)) {
      const found = await this.#byKeys(some.map(([key]) => key));
      const documents = await this.#documentsOf([...found.values()], partsOf(some));
      for (const [key, by] of some) {
        const pack = found.get(key);
        if (!pack) continue;
        const numbers = by.flatMap(({ document }) => document?.number ?? []);
        yield {
          ...pack,
          ...(numbers.length > 0 ? { numbers: new Set(numbers) } : {}),
          documentOf: (number) => documents.of(pack.commit, number)?.posted,
        };
      }
    }
  }

  async #named(what: Naming): Promise<NamedPack[]> {
    const { packs, documents } = this.#collections;
    const { kind, name } = what;
    const key = { projection: { sku: 1, version: 1 } };
    if (kind === 'lot') return packs.find({ lots: name }, key).toArray();
    const isPartner = kind === 'partner';
    const filter = isPartner ? { partners: name } : { _id: bucketsOfDocument(name), numbers: name };
    const named: NamedPack[] = [];
    for await (const part of documents.find(filter)) named.push(...packsNaming(part, what));
    return named;
  }

  async #withDocuments(packs: readonly PackDocument[]): Promise<StoredPack[]> {
    const documents = await this.#documentsOf(packs);
    return packs.map((pack): StoredPack => {
      const { sku, version, isBase, hash, body, firstSeq, firstAt, commit } = pack;
      const lots = new Set(pack.lots);
      return {
        ...{ sku, version, isBase, hash, body, firstSeq, firstAt, committedAt: '' },
        documentOf: (number) => documents.of(commit, number)?.posted,
        isFoundBy: (number) => documents.of(commit, number)?.packs.has(pack._id) ?? false,
        isFoundByPartner: (number) => documents.of(commit, number)?.isPartners ?? false,
        isFoundByLot: (lot) => lots.has(lot),
      };
    });
  }

  /** Those of some packs, of all of their parts where none are named. */
  async #documentsOf(
    packs: readonly PackDocument[],
    only: ReadonlySet<string> = new Set(),
  ): Promise<KnownDocuments> {
    if (this.#documents.count >= limits.cachedEntries) this.#documents = new KnownDocuments();
    const known = this.#documents;
    const missing = new Map<string, string>();
    for (const { commit, parts } of packs) {
      for (const part of parts) {
        const key = partKey(part, commit);
        const isMeant = only.size === 0 || only.has(key);
        if (isMeant && !known.parts.has(key)) missing.set(key, commit);
      }
    }
    if (missing.size === 0) return known;
    const found = this.#collections.documents.find({ _id: { $in: [...missing.keys()] } });
    for (const part of await found.toArray()) known.see(missing.get(part._id)!, part);
    return known;
  }
}

const keyOf = ({ sku, version }: NamedPack): PackKey => [sku, version];

const partsOf = (packs: readonly (readonly [string, NamedPack[]])[]): Set<string> =>
  new Set(packs.flatMap(([, by]) => by.flatMap(({ document }) => document?.part ?? [])));

function* slices<Row>(rows: readonly Row[], size: number): Iterable<readonly Row[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size);
}

async function* batchesOf<Row>(cursor: FindCursor<Row>): AsyncIterable<Row[]> {
  cursor.batchSize(PACKS_PER_BATCH);
  try {
    while (await cursor.hasNext()) yield cursor.readBufferedDocuments();
  } finally {
    await cursor.close();
  }
}
