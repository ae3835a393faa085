/** Packs as a commit writes them. */
import type { EachOnce } from './EachOnce.ts';
import { StockbusError } from './errors.ts';
import { JsonBuffer } from './JsonBuffer.ts';
import {
  type Balance,
  type BalanceAfter,
  type CostLayer,
  type CostPool,
  type EntryInput,
  type Item,
  isOutside,
  type LedgerEntry,
  returnedTo,
} from './ledger.ts';
import { limits } from './limits.ts';
import { namesIn, noNames, withOne } from './namesIn.ts';
import type { CommitPack, Pack, PostedDocument } from './pack.ts';
import { FORMAT, hashOfText, postedText, usualItem } from './packBody.ts';
import { storedWritten } from './storedWritten.ts';
import { tupleKey } from './tupleKey.ts';

/** Of a message that the commit books, whose first document gets it; '' of any other. */
export type ContenthashOf = (source: string, messageId: string) => string;

/** What a commit does to a SKU, most often one pack, and the hash of the pack before. */
export interface SkuChange {
  packs: Pack[];
  before: string;
}

/** As packs with their documents. Throws STOCK_OUT_OF_RANGE, PACK_TOO_LARGE. */
export function packsOf(
  changes: Iterable<SkuChange>,
  contenthashOf: ContenthashOf = () => '',
): {
  documents: PostedDocument[];
  packs: CommitPack[];
} {
  const documents = new CommitDocuments(contenthashOf);
  const packs: CommitPack[] = [];
  for (const { packs: ofSku, before } of changes) {
    let hash = before;
    for (const pack of ofSku) {
      const made = madeOf(pack, hash, documents);
      hash = made.hash;
      pack.head.hash = hash;
      packs.push(made);
    }
  }
  return { documents: documents.list, packs };
}

/** Where packs are written, one after the other: nothing waits while one is. */
const out = new JsonBuffer();
/** Of its entries one after the other, the places of their route and their document. */
const placesOfEntries: number[] = [];

function madeOf(pack: Pack, before: string, documents: CommitDocuments): CommitPack {
  const { sku, version, isBase, head, entries } = pack;
  const routes = new Routes();
  documents.beginPack();
  namePlaces(entries, routes, documents);
  const own = documents.ofPack();
  // The whole text that is hashed; what is kept of it is cut out.
  out.clear();
  const start = out.plain(before).plain(' ').length;
  writeMoved(pack, routes, own, documents);
  writeState(pack);
  const end = out.length;
  refuseTooLarge(pack, end - start);
  out.plain(' ');
  for (let index = 0; index < own.length; index += 1) out.json(documents.textOf(own[index]!));
  const waits = head.recost !== undefined;
  return {
    sku,
    version,
    isBase,
    entries,
    firstSeq: head.seq - entries.length + 1,
    firstAt: documents.firstAt(own),
    ...(waits !== pack.stored?.waits && { waits }),
    sinceBase: head.sinceBase.packs,
    hash: hashOfText(out.bytes),
    body: out.text(start, end),
    documents: own,
    places: placesOf(routes, pack),
    lots: namesIn(entries, ({ lot }) => lot),
    returns: namesIn(entries, returnedTo),
  };
}

function refuseTooLarge({ sku, entries }: Pack, bytes: number): void {
  if (bytes <= limits.packBytes) return;
  const message = `${entries.length} entries of ${sku} in one commit are ${bytes} bytes, a store takes ${limits.packBytes}`;
  throw new StockbusError('PACK_TOO_LARGE', message, { field: 'sku' });
}

/** Documents of a commit by their numbers, each once; and their places in the pack that is being made. */
class CommitDocuments {
  readonly list: PostedDocument[] = [];
  /** Of most messages there is one; others have the same id where one message is the cause of many. */
  readonly #firstOfMessage = new Map<string, number>();
  readonly #others = new Map<string, number>();
  readonly #contenthashOf: ContenthashOf;
  /** By the number of the document: which pack of the commit named it last, and its place there. */
  readonly #packs: number[] = [];
  readonly #places: number[] = [];
  /** The pack that is being made, and what it names. */
  #pack = 0;
  readonly #own: number[] = [];
  #ownCount = 0;
  readonly #texts: string[] = [];

  constructor(contenthashOf: ContenthashOf) {
    this.#contenthashOf = contenthashOf;
  }

  beginPack(): void {
    this.#pack += 1;
    this.#ownCount = 0;
  }

  /** The place of an entry's document among those of the pack; one that is new comes last. */
  placeOf(entry: LedgerEntry): number {
    const number = this.#numberOf(entry);
    if (this.#packs[number] === this.#pack) return this.#places[number]!;
    const place = this.#ownCount;
    this.#packs[number] = this.#pack;
    this.#places[number] = place;
    this.#own[place] = number;
    this.#ownCount += 1;
    return place;
  }

  /** Numbers of the documents that the pack names. */
  ofPack(): number[] {
    return this.#own.slice(0, this.#ownCount);
  }

  /** The earliest business time of some of them. */
  firstAt(numbers: readonly number[]): string {
    let first = '';
    for (const number of numbers) {
      const { at } = this.list[number]!;
      if (first === '' || at < first) first = at;
    }
    return first;
  }

  /** As the hash of a pack that names it covers it. */
  textOf(number: number): string {
    const known = this.#texts[number];
    if (known !== undefined) return known;
    const text = postedText(this.list[number]!);
    this.#texts[number] = text;
    return text;
  }

  #numberOf(entry: LedgerEntry): number {
    const first = this.#firstOfMessage.get(entry.messageId);
    const isFirst = first === undefined || isOf(entry, this.list[first]!);
    const known = isFirst ? first : this.#others.get(keyOfDocument(entry));
    const number = known ?? this.#add(entry, isFirst);
    const { skus } = this.list[number]!;
    if (skus.at(-1) !== entry.sku) skus.push(entry.sku);
    return number;
  }

  #add(entry: LedgerEntry, isFirst: boolean): number {
    const { document, partner, reference, at, source, messageId, actor } = entry;
    const number = this.list.push({
      document,
      partner,
      reference,
      at,
      source,
      messageId,
      actor,
      contenthash: isFirst ? this.#contenthashOf(source, messageId) : '',
      skus: [entry.sku],
    });
    if (isFirst) this.#firstOfMessage.set(messageId, number - 1);
    else this.#others.set(keyOfDocument(entry), number - 1);
    return number - 1;
  }
}

const keyOfDocument = (of: LedgerEntry): string =>
  tupleKey(of.messageId, of.document, of.at, of.source, of.reference, of.partner, of.actor);

const isOf = (entry: LedgerEntry, posted: PostedDocument): boolean =>
  entry.document === posted.document &&
  entry.at === posted.at &&
  entry.source === posted.source &&
  entry.actor === posted.actor &&
  entry.reference === posted.reference &&
  entry.partner === posted.partner;

/** Finds the places by which entries name their route and their document in the pack. */
function namePlaces(
  entries: readonly LedgerEntry[],
  routes: Routes,
  documents: CommitDocuments,
): void {
  let last = -1;
  for (let index = 0; index < entries.length; index += 1) {
    const entry = entries[index]!;
    if (last < 0 || !isSameRoute(entry, routes.list[last]!)) last = routes.placeOf(entry);
    placesOfEntries[index * 2] = last;
    placesOfEntries[index * 2 + 1] = documents.placeOf(entry);
  }
}

/** The body as far as it is a MovedPack. */
function writeMoved(
  { head, entries }: Pack,
  routes: Routes,
  own: readonly number[],
  documents: CommitDocuments,
): void {
  out.open('{').key('v').number(FORMAT).key('sku').string(head.sku);
  out.key('version').number(head.version).key('seq').number(head.seq);
  out.key('recordedAt').string(head.recordedAt).key('routes').list(routes.list, writeRoute);
  out.key('documents').open('[');
  for (let index = 0; index < own.length; index += 1) {
    const number = own[index]!;
    out.open('[').number(number).string(documents.list[number]!.at).close(']');
  }
  out.close(']').key('entries').open('[');
  for (let index = 0; index < entries.length; index += 1) {
    out.line();
    writeEntry(entries[index]!, placesOfEntries[index * 2]!, placesOfEntries[index * 2 + 1]!);
  }
  out.close(']');
}

/** The rest of the body: the SKU after it. */
function writeState({ head, hasItem, balances, layers }: Pack): void {
  const { opening, sinceBase, item, recost } = head;
  out.key('latestAt').string(head.latestAt).key('latestRank').string(head.latestRank);
  out.key('checkpointSeq').number(head.checkpointSeq);
  out.key('sinceBase').open('[').number(sinceBase.rows).number(sinceBase.packs);
  out.number(sinceBase.changed).close(']');
  out.key('opening').open('[').string(opening.valuation).exact(opening.standardCost).close(']');
  if (item && hasItem) out.key('item').json(itemText(item));
  if (recost) out.key('recost').json(JSON.stringify(recost, plainValue));
  if (head.ahead) out.key('ahead').json(JSON.stringify(head.ahead));
  if (head.written) out.key('written').json(JSON.stringify(head.written.map(storedWritten)));
  if (head.lotsLeft) out.key('lotsLeft').json('true');
  out.key('pools').list(head.pools, writePool).key('balances').list(balances, writeBalance);
  out.key('layers').list(layers, writeLayer).close('}');
}

function placesOf({ list }: Routes, { balances, stored }: Pack): string[] {
  let places: EachOnce<string> | undefined;
  const name = (place: string): void => {
    if (!stored?.places.has(place) && !isOutside(place)) places = withOne(places, place);
  };
  for (const { place } of balances) name(place);
  for (const { from, to } of list) {
    name(from);
    name(to);
  }
  return places?.list ?? noNames;
}

/** More than these are found by a key. */
const FEW = 8;

/** Routes of a pack, each as an entry that went it. */
class Routes {
  list: LedgerEntry[] = [];
  #byKey: Map<string, number> | undefined;

  placeOf(entry: LedgerEntry): number {
    if (this.list.length === 0) {
      this.list = [entry];
      return 0;
    }
    if (this.list.length < FEW) {
      const known = this.list.findIndex((other) => isSameRoute(entry, other));
      return known < 0 ? this.list.push(entry) - 1 : known;
    }
    this.#byKey ??= new Map(this.list.map((one, place) => [routeKey(one), place]));
    const key = routeKey(entry);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const place = this.list.push(entry) - 1;
    this.#byKey.set(key, place);
    return place;
  }
}

const isSameRoute = (one: LedgerEntry, other: LedgerEntry): boolean =>
  one.kind === other.kind &&
  one.from === other.from &&
  one.to === other.to &&
  one.fromPool === other.fromPool &&
  one.toPool === other.toPool &&
  one.status === other.status &&
  one.toStatus === other.toStatus;

const routeKey = ({ kind, from, to, fromPool, toPool, status, toStatus }: LedgerEntry): string =>
  tupleKey(kind, from, to, fromPool, toPool, status, toStatus ?? '');

function writeRoute(entry: LedgerEntry): void {
  const { kind, from, to, fromPool, toPool, status, toStatus = '' } = entry;
  out.open('[').string(kind).string(from).string(to).string(fromPool).string(toPool);
  out.string(status).string(toStatus).close(']');
}

function writeEntry(entry: LedgerEntry, route: number, document: number): void {
  const { fromAfter, toAfter, input, lot, owner, reason, corrects, by } = entry;
  out.open('[').number(route).number(document).exact(entry.quantity).exact(entry.value);
  out.string(entry.line);
  const isDerived = corrects !== undefined || by !== undefined;
  const hasReason = isDerived || reason !== '';
  const hasOwner = hasReason || owner !== '';
  const hasLot = hasOwner || lot !== '';
  const isLong = hasLot || input !== undefined;
  if (isLong || fromAfter || toAfter) writeAfter(fromAfter);
  if (isLong || toAfter) writeAfter(toAfter);
  if (isLong) out.json(`\t${input ? inputText(input) : '0'}\t`);
  if (hasLot) out.string(lot);
  if (hasOwner) out.string(owner);
  if (hasReason) out.string(reason);
  if (isDerived) out.number(corrects ?? 0).number(by ?? 0);
  out.close(']');
}

function writeAfter(after: BalanceAfter | undefined): void {
  if (!after) {
    out.number(0);
    return;
  }
  out.open('[').exact(after.onHand);
  if (after.reserved !== 0n) out.exact(after.reserved);
  out.close(']');
}

const inputText = (input: EntryInput): string => JSON.stringify(input, plainValue);

function writeBalance(balance: Balance): void {
  const { onHand, reserved, since, expiresOn } = balance;
  out.open('[').string(balance.place).string(balance.lot).string(balance.status);
  out.string(balance.owner).exact(onHand).exact(reserved).number(balance.version);
  if (since !== '' || expiresOn !== '') out.string(since);
  if (expiresOn !== '') out.string(expiresOn);
  out.close(']');
}

function writeLayer(layer: CostLayer): void {
  const { lot, owed, rank } = layer;
  out.open('[').string(layer.pool).string(layer.at).number(layer.seq).number(layer.part);
  out.exact(layer.quantity).exact(layer.value).number(layer.origin).string(layer.since);
  if (lot !== '' || owed !== '' || rank !== '') out.string(lot);
  if (owed !== '' || rank !== '') out.string(owed);
  if (rank !== '') out.string(rank);
  out.close(']');
}

function writePool(of: CostPool): void {
  out.open('[').string(of.pool).exact(of.quantity).exact(of.value);
  out.exact(of.lastCost).exact(of.reserved);
  if (of.untouched) out.number(1);
  else if (of.manyShort) out.number(2);
  out.close(']');
}

const itemTexts = new WeakMap<Item, string>();

/** Without what is as it is of an item of which nobody said anything. An item never changes: another takes its place. */
function itemText(item: Item): string {
  if (NAMES.every((name) => isUsual(item, name))) return '{}';
  const known = itemTexts.get(item);
  if (known !== undefined) return known;
  const said: Record<string, unknown> = {};
  for (const name in item) {
    if (name !== 'sku' && !isUsual(item, name as keyof Item))
      said[name] = plain(item[name as keyof Item]);
  }
  const text = JSON.stringify(said);
  itemTexts.set(item, text);
  return text;
}

const USUAL = usualItem('');
const NAMES = (Object.keys(USUAL) as (keyof Item)[]).filter((name) => name !== 'sku');

/** What is more than a text or a number is empty of an item of which nobody said anything. */
function isUsual(item: Item, name: keyof Item): boolean {
  const value = item[name];
  if (value === USUAL[name]) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

const plain = (value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value);
const plainValue = (_: string, value: unknown): unknown => plain(value);
