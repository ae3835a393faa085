import type { Filter, FindOptions } from 'mongodb';
import { compareKeys } from '../../cursor.ts';
import { limits } from '../../limits.ts';
import type { NamingPack } from '../../namedEntries.ts';
import type { PackKey, PackText, SkuPointer, StoredPack } from '../../pack.ts';
import { quoted } from '../../quoted.ts';
import { heldBack, readAhead, slicesOf } from '../../sideBySide.ts';
import type { Naming, PackReader, SkusAmong } from '../packs/PackReader.ts';
import { batchesOf } from './batchesOf.ts';
import type { Collections } from './Collections.ts';
import { findKeys, ONLY_KEYS } from './findKeys.ts';
import { KnownDocuments } from './KnownDocuments.ts';
import type { KnownPacks } from './KnownPacks.ts';
import { nameOfKey, packKey, skuKey, skuKeyOf, under, versionOfKey } from './keys.ts';
import { lastVersions } from './lastVersions.ts';
import {
  bucketsOfDocument,
  type NamedPack,
  type PackDocument,
  packsNaming,
  partKey,
  partOfSkus,
} from './packDocuments.ts';

/** Packs of one SKU before its last that are read at once, at most. */
const PACKS_BACK = 64;
/** How often it is looked whether SKUs that are to be seen as of one moment have moved on. */
const LOOKS = 4;
/** Packs of a history that are read at once: at first, where only its next entries are asked for, and at most. */
const PACKS_AT_FIRST = 8;
const PACKS_PER_BATCH = 64;
const PACKS_PER_QUERY = 500;
const KEYS_PER_BATCH = 10_000;
const PARTS_PER_BATCH = 200;
/** SKUs whose packs are read at once: at first, and at most. */
const SKUS_AT_FIRST = 8;
const SKUS_AT_ONCE = 64;

export class MongodbPacks implements PackReader {
  readonly #collections: Collections;
  readonly #known: KnownPacks;
  #documents = new KnownDocuments();

  constructor(collections: Collections, known: KnownPacks) {
    this.#collections = collections;
    this.#known = known;
  }

  async skus(after = '', limit: number, { place, waiting }: SkusAmong): Promise<string[]> {
    const all = waiting ? this.#collections.recosts : this.#collections.skus;
    const filter = { sku: { $gt: after }, ...(place !== undefined && { places: place }) };
    const found = all.find(filter, { projection: { _id: 0, sku: 1 } });
    const some = await found.sort({ sku: 1 }).limit(limit).batchSize(limit).toArray();
    return some.map(({ sku }) => sku);
  }

  async pointersTo(skus: readonly string[]): Promise<SkuPointer[]> {
    const { packs, recosts, skus: all } = this.#collections;
    const from = skus.map((sku) => ({ sku, version: this.#known.of(sku).version }));
    const versions = await lastVersions(packs, from);
    const ofThese = skus.map(skuKey);
    const waiting = new Set((await findKeys(recosts, ofThese)).map(({ sku }) => sku));
    const listed = await findKeys(all, ofThese);
    const placesOf = new Map(listed.map(({ sku, places = [] }) => [sku, places]));
    return skus.map((sku, index) => ({
      ...{ sku, version: versions[index]! },
      ...{ recosts: waiting.has(sku), places: placesOf.get(sku) ?? [] },
    }));
  }

  /** Of all keys, because a list that lacks one cannot tell; so it knows the last version of each, too. */
  async lostSkus(): Promise<string[]> {
    const lost = new Set<string>();
    const all = this.#collections.packs.find({}, ONLY_KEYS).sort({ _id: 1 });
    for await (const some of batchesOf(all, KEYS_PER_BATCH)) {
      const last = new Map(some.map(({ _id }) => [skuKeyOf(_id), _id]));
      const listed = await findKeys(this.#collections.skus, [...last.keys()], ONLY_KEYS);
      const isListed = new Set(listed.map(({ _id }) => _id));
      for (const [key, pack] of last) {
        const sku = nameOfKey(key);
        if (isListed.has(key)) this.#known.see(sku, versionOfKey(pack));
        else lost.add(sku);
      }
      if (lost.size >= limits.pageRows) break;
    }
    return [...lost];
  }

  async current(skus: readonly string[], within: FindOptions = {}): Promise<PackText[][]> {
    const chains = this.#chains(skus);
    await this.#lookAgain(chains, within);
    await this.#readBack(chains, within);
    return chains.map(textsOf);
  }

  /** As of the moment at which none of them had moved on; undefined where they do so all the time. */
  async currentAtOnce(skus: readonly string[]): Promise<PackText[][] | undefined> {
    const chains = this.#chains(skus);
    for (let look = 0; look < LOOKS; look += 1) {
      if (!(await this.#lookAgain(chains, {}))) return chains.map(textsOf);
    }
    return undefined;
  }

  #chains(skus: readonly string[]): Chain[] {
    return skus.map((sku) => {
      const { version, count } = this.#known.of(sku);
      return { sku, version, count, packs: [] };
    });
  }

  /** Reads what is known, which never goes; whether there is more then, which is still to be read. */
  async #lookAgain(chains: readonly Chain[], within: FindOptions): Promise<boolean> {
    await this.#readBack(chains, within);
    const versions = await lastVersions(this.#collections.packs, chains, within);
    let hasMore = false;
    for (const [index, chain] of chains.entries()) {
      const version = versions[index]!;
      if (version === chain.version) continue;
      hasMore = true;
      Object.assign(chain, { version, count: 1, packs: [] });
      // What a transaction reads holds only once it is committed.
      if (!within.session) this.#known.see(chain.sku, version);
    }
    return hasMore;
  }

  /** From the last of each to the one that stands alone. */
  async #readBack(chains: readonly Chain[], within: FindOptions): Promise<void> {
    for (let open = chains.filter(leftOf); open.length > 0; open = open.filter(leftOf)) {
      const asked = open.map((chain) => {
        const last = leftOf(chain);
        const length = Math.min(chain.count, last);
        return Array.from({ length }, (_, back) => packKey(chain.sku, last - back));
      });
      const found = await this.#byKeys(asked.flat(), within);
      for (const [index, chain] of open.entries()) {
        chain.count = Math.min(chain.count * 4, PACKS_BACK);
        for (const key of asked[index]!) {
          const pack = found.get(key);
          if (!pack) throw new Error(`pack ${leftOf(chain)} of SKU '${chain.sku}' is not there`);
          chain.packs.push(pack);
          if (pack.isBase) break;
        }
      }
    }
  }

  async #byKeys(keys: readonly string[], within: FindOptions = {}) {
    const found = await findKeys(this.#collections.packs, keys, within);
    return new Map(found.map((pack) => [pack._id, pack]));
  }

  /** The first by itself, then all packs of some SKUs at once, as many as fit. */
  async *packs(skus: readonly string[], afterSeq?: number): AsyncIterable<readonly StoredPack[]> {
    if (skus.length === 0) return;
    const isWhole = afterSeq === undefined;
    const documents = isWhole && skus.length > 1 ? await this.#documentsNaming(skus) : undefined;
    yield* this.#packsOf(skus[0]!, documents, afterSeq);
    let some = skus.slice(1, 1 + SKUS_AT_FIRST);
    let next: Promise<PackDocument[]> | undefined;
    for (let at = 1; some.length > 0; ) {
      const asked = some;
      const found = await (next ?? this.#ofSkus(asked));
      at += asked.length;
      const fitting = Math.min(shareThatFits(found), PACKS_PER_QUERY / 2 / found.length);
      const count = Math.max(1, Math.min(Math.floor(asked.length * fitting), SKUS_AT_ONCE));
      some = skus.slice(at, at + count);
      // Who reads all has the next ones asked for while he looks at these.
      next = isWhole && some.length > 0 ? heldBack(this.#ofSkus(some)) : undefined;
      if (found.length < PACKS_PER_QUERY) yield await this.#withDocuments(found, documents);
      else for (const sku of asked) yield* this.#packsOf(sku, documents);
    }
  }

  /** Documents of so many SKUs lie everywhere: each part is looked at once, and what is of others is left. */
  async #documentsNaming(skus: readonly string[]): Promise<KnownDocuments> {
    const known = new KnownDocuments();
    const asked = new Set(skus.map(quoted));
    for await (const parts of batchesOf(this.#collections.documents.find(), PARTS_PER_BATCH)) {
      for (const part of parts) known.see(partOfSkus(part, asked));
    }
    return known;
  }

  /** By ranges, so that one after a gap is found as well; not all where there are too many. */
  async #ofSkus(skus: readonly string[]): Promise<PackDocument[]> {
    const ranges = skus.map((sku) => ({ _id: under(skuKey(sku)) }));
    const most = { limit: PACKS_PER_QUERY, batchSize: PACKS_PER_QUERY + 1 };
    const found = this.#collections.packs.find({ $or: ranges }, most).sort({ _id: 1 });
    const bySku = Map.groupBy(await found.toArray(), ({ _id }) => skuKeyOf(_id));
    return skus.flatMap((sku) => bySku.get(skuKey(sku)) ?? []);
  }

  async *#packsOf(
    sku: string,
    documents: KnownDocuments | undefined,
    afterSeq?: number,
  ): AsyncIterable<readonly StoredPack[]> {
    const { $lt } = under(skuKey(sku));
    let last = packKey(sku, (await this.#versionWith(sku, afterSeq ?? 0)) - 1);
    for (let count = afterSeq === undefined ? PACKS_PER_BATCH : PACKS_AT_FIRST; ; ) {
      const rest = this.#collections.packs.find({ _id: { $gt: last, $lt } }).sort({ _id: 1 });
      const some = await rest
        .limit(count)
        .batchSize(count + 1)
        .toArray();
      if (some.length > 0) yield await this.#withDocuments(some, documents);
      if (some.length < count) return;
      last = some.at(-1)!._id;
      count = Math.max(1, Math.min(Math.floor(count * shareThatFits(some)), PACKS_PER_BATCH));
    }
  }

  /** Version of the last pack that begins no later than with the entry after `afterSeq`. */
  async #versionWith(sku: string, afterSeq: number): Promise<number> {
    if (afterSeq === 0) return 1;
    const fits = { firstSeq: { $lte: afterSeq + 1 } };
    const [version] = await lastVersions(this.#collections.packs, [{ sku, version: 0 }], {}, fits);
    return version!;
  }

  /** Those that are known are read while it is asked whether there are more. */
  async *packTexts(after: ReadonlyMap<string, number>, until?: string): AsyncIterable<PackText> {
    const early = until === undefined ? {} : { firstAt: { $gt: '', $lte: until } };
    const from = [...after].map(([sku, seen]) => {
      return { sku, seen, version: Math.max(seen, this.#known.of(sku).version) };
    });
    const versions = heldBack(lastVersions(this.#collections.packs, from));
    const known = from.flatMap(({ sku, seen, version }) => keysBetween(sku, seen, version));
    yield* this.#texts(known, early);
    const last = await versions;
    for (const [index, { sku }] of from.entries()) this.#known.see(sku, last[index]!);
    const later = from.flatMap(({ sku, version }, at) => keysBetween(sku, version, last[at]!));
    yield* this.#texts(later, early);
  }

  async *#texts(keys: readonly string[], fits: Filter<PackDocument>): AsyncIterable<PackText> {
    const { packs } = this.#collections;
    const read = (some: readonly string[]) => findKeys(packs, some, { sort: { _id: 1 } }, fits);
    for await (const some of readAhead(slicesOf(keys, PACKS_PER_QUERY), read)) yield* some;
  }

  async packsByKey(keys: readonly PackKey[]): Promise<StoredPack[]> {
    return this.#withDocuments([...(await this.#byKeys(keysOf(keys))).values()]);
  }

  some(keys: readonly PackKey[]): AsyncIterable<PackText> {
    return this.#texts(keysOf(keys), {});
  }

  async *naming(what: Naming, from: PackKey, sku?: string): AsyncIterable<NamingPack> {
    const named = (await this.#named(what)).filter(
      (pack) => (sku === undefined || pack.sku === sku) && compareKeys(keyOf(pack), from) >= 0,
    );
    named.sort((one, other) => compareKeys(keyOf(one), keyOf(other)));
    const packs = [...Map.groupBy(named, (pack) => packKey(pack.sku, pack.version))];
    for (const some of slicesOf(packs, PACKS_PER_BATCH)) {
      const found = await this.#byKeys(some.map(([key]) => key));
      // A document that was looked for is here already.
      const unnamed = named[0]!.document ? [] : [...found.values()];
      const documents = await this.#documentsOf(unnamed);
      for (const [key, by] of some) {
        const pack = found.get(key);
        if (!pack) continue;
        const numbers = new Map(by.flatMap(({ document }) => (document ? [document] : [])));
        const documentOf = (number: number) =>
          numbers.get(number) ?? documents.of(pack.commit, number)?.posted;
        yield { ...pack, ...(numbers.size > 0 && { numbers }), documentOf };
      }
    }
  }

  async #named(what: Naming): Promise<NamedPack[]> {
    const { packs, documents } = this.#collections;
    const { kind, name } = what;
    const key = { projection: { sku: 1, version: 1 } };
    if (kind === 'lot') return packs.find({ lots: name }, key).toArray();
    if (kind === 'return') return packs.find({ returns: name }, key).toArray();
    const filter = {
      document: { _id: bucketsOfDocument(name), numbers: name },
      partner: { partners: name },
      reference: { references: name },
    }[kind];
    const named: NamedPack[] = [];
    for await (const part of documents.find(filter)) named.push(...packsNaming(part, what, kind));
    return named;
  }

  async #withDocuments(
    packs: readonly PackDocument[],
    known?: KnownDocuments,
  ): Promise<StoredPack[]> {
    const documents = await this.#documentsOf(packs, known);
    return packs.map((pack): StoredPack => {
      const { sku, version, commit, lots = [], returns = [] } = pack;
      const filed = (number: number) => documents.of(commit, number);
      return {
        ...{ ...pack, committedAt: '' },
        documentOf: (number) => filed(number)?.posted,
        isFoundBy: (number) =>
          filed(number)?.packs.some(([of, at]) => of === sku && at === version) ?? false,
        isFoundByPartner: (number) => filed(number)?.isPartners ?? false,
        isFoundByReference: (number) => filed(number)?.isReferences ?? false,
        isFoundByName: (kind, name) => (kind === 'lot' ? lots : returns).includes(name),
      };
    });
  }

  async #documentsOf(packs: readonly PackDocument[], known = this.#kept): Promise<KnownDocuments> {
    const keys = packs.flatMap(({ commit, parts }) => parts.map((part) => partKey(part, commit)));
    const missing = new Set(keys.filter((key) => !known.has(key)));
    const found = await findKeys(this.#collections.documents, [...missing]);
    for (const part of found) known.see(part);
    return known;
  }

  get #kept(): KnownDocuments {
    if (this.#documents.count >= limits.knownDocuments) this.#documents = new KnownDocuments();
    return this.#documents;
  }
}

/** How many times as many may be read at once. */
const shareThatFits = (packs: readonly PackText[]): number =>
  limits.packCharacters / packs.reduce((sum, { body }) => sum + body.length, 0);

const keysOf = (keys: readonly PackKey[]): string[] =>
  keys.map(([sku, version]) => packKey(sku, version));

const keyOf = ({ sku, version }: NamedPack): PackKey => [sku, version];

const keysBetween = (sku: string, after: number, last: number): string[] =>
  Array.from({ length: last - after }, (_, at) => packKey(sku, after + 1 + at));

/** Of a SKU the packs that were read so far, the last first, and how many are read next. */
interface Chain {
  sku: string;
  version: number;
  count: number;
  packs: PackText[];
}

/** Version of the pack to be read next; 0: none. */
const leftOf = ({ version, packs }: Chain): number =>
  packs.at(-1)?.isBase ? 0 : version - packs.length;

const textsOf = ({ packs }: Chain): PackText[] => packs.toReversed();
