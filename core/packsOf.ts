/** Packs as a commit writes them. */
import { MAX_INT64 } from './decimal.ts';
import { StockbusError } from './errors.ts';
import { fitsInBytes } from './fitsInBytes.ts';
import {
  type Balance,
  type BalanceAfter,
  type CostLayer,
  type CostPool,
  type EntryInput,
  type Item,
  isOutside,
  type LedgerEntry,
  type Recost,
} from './ledger.ts';
import { limits } from './limits.ts';
import type { CommitPack, Pack, PostedDocument } from './pack.ts';
import { digestOf, FORMAT, hashedText, hashOfText, usualItem } from './packBody.ts';
import { quoted } from './quoted.ts';
import { tupleKey } from './tupleKey.ts';

/** Of a message that the commit books; '' of any other. */
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
  const routeTexts = new RouteTexts();
  const packs: CommitPack[] = [];
  for (const { packs: ofSku, before } of changes) {
    let hash = before;
    for (const pack of ofSku) {
      const made = madeOf(pack, hash, documents, routeTexts);
      hash = made.hash;
      pack.head.hash = hash;
      packs.push(made);
    }
  }
  return { documents: documents.list, packs };
}

function madeOf(
  pack: Pack,
  before: string,
  documents: CommitDocuments,
  routeTexts: RouteTexts,
): CommitPack {
  const { sku, version, isBase, head, hasItem, entries, balances, layers } = pack;
  const own: number[] = [];
  const routes = new Routes();
  const said = textOfMoved(pack, documents, own, routes, routeTexts);
  const whole = said + textOfState(pack);
  const text = hashedText(before, whole, documents.digestsOf(own));
  // Cut out of the one text that is hashed, so that this is all that is kept of its pieces until the commit.
  const start = before.length + ' '.length;
  const body = text.slice(start, start + whole.length);
  refuseTooLarge(pack, body);
  return {
    sku,
    version,
    isBase,
    head,
    hasItem,
    entries,
    balances,
    layers,
    hash: hashOfText(text),
    body,
    moved: body.slice('{'.length, said.length),
    documents: own,
    places: placesOf(routes, pack),
    lots: lotsOf(pack),
  };
}

function refuseTooLarge({ sku, entries }: Pack, body: string): void {
  if (fitsInBytes(body, limits.packBytes)) return;
  const message = `${entries.length} entries of ${sku} in one commit are ${Buffer.byteLength(body)} bytes, a store takes ${limits.packBytes}`;
  throw new StockbusError('PACK_TOO_LARGE', message, { field: 'sku' });
}

/** Documents of a commit by their numbers, each once; and their places in the pack that is being made. */
class CommitDocuments {
  readonly list: PostedDocument[] = [];
  /** Of most messages there is one; others have the same id where one message is the cause of many. */
  readonly #firstOfMessage = new Map<string, number>();
  readonly #others = new Map<string, number>();
  readonly #contenthashOf: ContenthashOf;
  /** By the number of the document: the documents of the pack that named it last, and its place there. */
  readonly #packs: (readonly number[])[] = [];
  readonly #places: number[] = [];
  readonly #digests: string[] = [];

  constructor(contenthashOf: ContenthashOf) {
    this.#contenthashOf = contenthashOf;
  }

  /** The place of an entry's document among those of its pack; one that is new comes last. */
  placeOf(entry: LedgerEntry, own: number[]): number {
    const number = this.#numberOf(entry);
    if (this.#packs[number] === own) return this.#places[number]!;
    this.#packs[number] = own;
    const place = own.push(number) - 1;
    this.#places[number] = place;
    return place;
  }

  /** Of the documents of a pack, as its hash covers them. */
  digestsOf(own: readonly number[]): string {
    return rowsText(own, (number) => this.#digestOf(number));
  }

  #digestOf(number: number): string {
    const known = this.#digests[number];
    if (known !== undefined) return known;
    const digest = digestOf(this.list[number]!);
    this.#digests[number] = digest;
    return digest;
  }

  #numberOf(entry: LedgerEntry): number {
    const number = this.#known(entry) ?? this.#add(entry);
    const { skus } = this.list[number]!;
    if (skus.at(-1) !== entry.sku) skus.push(entry.sku);
    return number;
  }

  #known(entry: LedgerEntry): number | undefined {
    const first = this.#firstOfMessage.get(entry.messageId);
    if (first === undefined || isOf(entry, this.list[first]!)) return first;
    return this.#others.get(keyOfDocument(entry));
  }

  #add(entry: LedgerEntry): number {
    const { document, partner, reference, at, source, messageId, actor } = entry;
    const number = this.list.push({
      document,
      partner,
      reference,
      at,
      source,
      messageId,
      actor,
      contenthash: this.#contenthashOf(source, messageId),
      skus: [],
    });
    if (this.#firstOfMessage.has(messageId)) this.#others.set(keyOfDocument(entry), number - 1);
    else this.#firstOfMessage.set(messageId, number - 1);
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

/** Of rows, as a list has them between its brackets. */
function rowsText<Row>(rows: readonly Row[], textOf: (row: Row) => string): string {
  let text = '';
  for (const row of rows) text = text === '' ? textOf(row) : `${text},${textOf(row)}`;
  return text;
}

/** The body as far as it is a MovedPack. */
function textOfMoved(
  { head, entries }: Pack,
  documents: CommitDocuments,
  own: number[],
  routes: Routes,
  routeTexts: RouteTexts,
): string {
  let lines = '';
  let last = -1;
  for (const entry of entries) {
    if (last < 0 || !isSameRoute(entry, routes.list[last]!)) last = routes.placeOf(entry);
    const line = entryText(entry, last, documents.placeOf(entry, own));
    lines = lines === '' ? line : `${lines},\n${line}`;
  }
  const named = rowsText(own, (number) => `[${number},"${documents.list[number]!.at}"]`);
  return (
    `{"v":${FORMAT},"sku":${quoted(head.sku)},"version":${head.version},"seq":${head.seq}` +
    `,"recordedAt":"${head.recordedAt}","routes":[${rowsText(routes.list, (one) => routeTexts.of(one))}]` +
    `,"documents":[${named}],"entries":[${lines}]`
  );
}

/** The rest of the body: the SKU after it. */
function textOfState({ head, hasItem, balances, layers }: Pack): string {
  const { opening, sinceBase } = head;
  const item = head.item && hasItem ? `,"item":${itemText(head.item)}` : '';
  const recost = head.recost ? `,"recost":${recostText(head.recost)}` : '';
  return (
    `,"latestAt":"${head.latestAt}","checkpointSeq":${head.checkpointSeq}` +
    `,"sinceBase":[${sinceBase.rows},${sinceBase.packs},${sinceBase.changed}]` +
    `,"opening":["${opening.valuation}",${numberText(opening.standardCost)}]${item}${recost}` +
    `${head.lotsLeft ? ',"lotsLeft":true' : ''},"pools":[${rowsText(head.pools, poolText)}]` +
    `,"balances":[${rowsText(balances, balanceText)}],"layers":[${rowsText(layers, layerText)}]}`
  );
}

/** Names, each once. Of few it takes no Set to know. */
class Names {
  readonly list: string[] = [];
  #known: Set<string> | undefined;

  add(name: string): void {
    if (this.list.length >= FEW) this.#known ??= new Set(this.list);
    if (this.#known ? this.#known.has(name) : this.list.includes(name)) return;
    this.list.push(name);
    this.#known?.add(name);
  }
}

function placesOf({ list }: Routes, { balances }: Pack): string[] {
  const places = new Names();
  for (const { place } of balances) places.add(place);
  for (const { from, to } of list) {
    if (!isOutside(from)) places.add(from);
    if (!isOutside(to)) places.add(to);
  }
  return places.list;
}

const NONE: string[] = [];

function lotsOf({ entries }: Pack): string[] {
  let lots: Names | undefined;
  for (const { lot } of entries) {
    if (lot === '') continue;
    lots ??= new Names();
    lots.add(lot);
  }
  return lots?.list ?? NONE;
}

/** More than these are found by a key. */
const FEW = 8;

/** Routes of a pack, each as an entry that went it. */
class Routes {
  readonly list: LedgerEntry[] = [];
  #byKey: Map<string, number> | undefined;

  placeOf(entry: LedgerEntry): number {
    if (this.list.length < FEW) {
      const known = this.list.findIndex((other) => isSameRoute(entry, other));
      return known < 0 ? this.list.push(entry) - 1 : known;
    }
    this.#byKey ??= new Map(this.list.map((one, place) => [routeText(one), place]));
    const key = routeText(entry);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const place = this.list.push(entry) - 1;
    this.#byKey.set(key, place);
    return place;
  }
}

/** Most packs of a commit go the same way. */
class RouteTexts {
  #last: LedgerEntry | undefined;
  #text = '';

  of(entry: LedgerEntry): string {
    if (!this.#last || !isSameRoute(entry, this.#last)) this.#text = routeText(entry);
    this.#last = entry;
    return this.#text;
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

const routeText = ({ kind, from, to, fromPool, toPool, status, toStatus }: LedgerEntry): string =>
  `["${kind}",${quoted(from)},${quoted(to)},${quoted(fromPool)},${quoted(toPool)},"${status}","${toStatus ?? ''}"]`;

function entryText(entry: LedgerEntry, route: number, document: number): string {
  const { fromAfter, toAfter, input, lot, owner, reason, corrects, by } = entry;
  const start = `[${route},${document},${numberText(entry.quantity)},${numberText(entry.value)},${quoted(entry.line)}`;
  const isDerived = corrects !== undefined || by !== undefined;
  if (!isDerived && reason === '' && owner === '' && lot === '' && !input) {
    if (toAfter) return `${start},${afterText(fromAfter)},${afterText(toAfter)}]`;
    return fromAfter ? `${start},${afterText(fromAfter)}]` : `${start}]`;
  }
  const moved = `${start},${afterText(fromAfter)},${afterText(toAfter)},\t${input ? inputText(input) : '0'}\t`;
  if (isDerived) {
    const names = `${quoted(lot)},${quoted(owner)},${quoted(reason)}`;
    return `${moved},${names},${corrects ?? 0},${by ?? 0}]`;
  }
  if (reason !== '') return `${moved},${quoted(lot)},${quoted(owner)},${quoted(reason)}]`;
  if (owner !== '') return `${moved},${quoted(lot)},${quoted(owner)}]`;
  return lot === '' ? `${moved}]` : `${moved},${quoted(lot)}]`;
}

function afterText(after: BalanceAfter | undefined): string {
  if (!after) return '0';
  const { onHand, reserved } = after;
  return reserved === 0n
    ? `[${numberText(onHand)}]`
    : `[${numberText(onHand)},${numberText(reserved)}]`;
}

const inputText = (input: EntryInput): string =>
  JSON.stringify(input, (_, value) => (typeof value === 'bigint' ? `${value}` : value));

function balanceText(balance: Balance): string {
  const { place, lot, status, owner, onHand, reserved, version, since, expiresOn } = balance;
  const start = `[${quoted(place)},${quoted(lot)},"${status}",${quoted(owner)},${numberText(onHand)},${numberText(reserved)},${version}`;
  if (expiresOn !== '') return `${start},"${since}","${expiresOn}"]`;
  return since === '' ? `${start}]` : `${start},"${since}"]`;
}

function layerText(layer: CostLayer): string {
  const { pool, at, seq, part, quantity, value, origin, since, lot, owed } = layer;
  const start = `[${quoted(pool)},"${at}",${seq},${part},${numberText(quantity)},${numberText(value)},${origin},"${since}"`;
  if (owed !== '') return `${start},${quoted(lot)},${quoted(owed)}]`;
  return lot === '' ? `${start}]` : `${start},${quoted(lot)}]`;
}

function poolText(of: CostPool): string {
  const { pool, quantity, value, lastCost, reserved, untouched, manyShort } = of;
  const mark = untouched ? ',1' : manyShort ? ',2' : '';
  return `[${quoted(pool)},${numberText(quantity)},${numberText(value)},${numberText(lastCost)},${numberText(reserved)}${mark}]`;
}

const itemTexts = new WeakMap<Item, string>();

/** Without what is as it is of an item of which nobody said anything. An item never changes: another takes its place. */
function itemText(item: Item): string {
  const known = itemTexts.get(item);
  if (known !== undefined) return known;
  const usual = usualItem(item.sku);
  const said: Record<string, unknown> = {};
  for (const name in item) {
    const value = item[name as keyof Item];
    if (value !== usual[name as keyof Item] && !isEmpty(value)) said[name] = plain(value);
  }
  const text = JSON.stringify(said);
  itemTexts.set(item, text);
  return text;
}

/** As all that is more than a text or a number is of an item of which nobody said anything. */
const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && Object.keys(value!).length === 0;

const plain = (value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value);

const recostText = (recost: Recost): string =>
  JSON.stringify({ ...recost, shifts: recost.shifts.map(([seq, by]) => [seq, `${by}`]) });

const EXACT = BigInt(Number.MAX_SAFE_INTEGER);
/** A number of so many characters is exact in any case. */
const SAFE_DIGITS = 15;

/** Throws STOCK_OUT_OF_RANGE. */
function numberText(number: bigint): string {
  if (number === 0n) return '0';
  const text = number.toString();
  if (text.length <= SAFE_DIGITS || (number <= EXACT && number >= -EXACT)) return text;
  if (number <= MAX_INT64 && number >= -MAX_INT64) return `"${number}"`;
  throw new StockbusError('STOCK_OUT_OF_RANGE', 'a quantity or value exceeds 64 bits', {
    field: 'quantity',
  });
}
