/**
 * Writes documents in the order of what happens, and knows meanwhile what lies where, so that a history
 * has shortages, ties and excesses only where they are asked for.
 */
import { type Doc, day } from '../../ledgerRig.ts';
import { shortTextOf, textOf, unitsOf } from './exact.ts';
import type { PaperLine } from './papers.ts';

export const kinds = [
  'receive',
  'issue',
  'transfer',
  'adjust',
  'lose',
  'count',
  'costedCount',
  'receiveTwo',
  'issueTwo',
  'amount',
  'noPrice',
  'ship',
  'arrive',
  'arriveNameless',
  'landed',
  'landedShared',
  'invoice',
  'invoicePart',
  'customerReturn',
  'customerReturnAll',
  'customerReturnTooMuch',
  'supplierReturn',
  'produce',
  'produceTwo',
  'labour',
  'scrap',
  'opening',
  'revalue',
  'revalueTo',
  'method',
  'cancel',
  'cancelLanded',
] as const;
export type Kind = (typeof kinds)[number];

/** One event before it is put into words; its numbers mean what the documents before it allow. */
export interface Step {
  kind: Kind;
  sku: number;
  place: number;
  other: number;
  /** In millionths. */
  quantity: bigint;
  /** In millionths. */
  cost: bigint;
  which: number;
  /** At the moment of the document before it. */
  tie: boolean;
  /** When it arrives: the lowest first, after what it names. */
  rank: number;
}

export interface PlanOptions {
  method: string;
  shortages: boolean;
  /** Something may be found, or be short, in a pool that never had any. */
  unknownCosts: boolean;
}

export const places = ['A', 'B', 'N', 'S'];
const skus = ['X', 'Y'];

const pileName = (sku: string, place: string, lot = ''): string =>
  `${sku} ${place === 'B' ? 'A' : place} ${lot}`;

interface Written {
  doc: Doc;
  document: string;
  kind: string;
  rank: number;
  names: string[];
  lines: PaperLine[];
}

export class Planner {
  readonly written: Written[] = [];
  readonly #options: PlanOptions;
  readonly #onHand = new Map<string, bigint>();
  /** What is left of a document for who follows it, by `document sku lot`. */
  readonly #open = new Map<string, bigint>();
  /** `SKU pool` (and lot) that had stock once. */
  readonly #known = new Set<string>();
  #minutes = 0;
  #number = 0;
  #step!: Step;

  constructor(options: PlanOptions) {
    this.#options = options;
  }

  write(step: Step): void {
    this.#step = step;
    if (!step.tie) this.#minutes += 10;
    this.#writers[step.kind]();
  }

  readonly #writers: Readonly<Record<Kind, () => void>> = {
    receive: () => this.#receive(),
    receiveTwo: () => this.#receive(),
    amount: () => this.#receive(),
    noPrice: () => this.#receive(),
    opening: () => this.#opening(),
    issue: () => this.#issue(),
    issueTwo: () => this.#issue(),
    transfer: () => this.#transfer(this.#place, this.#elsewhere),
    ship: () => this.#transfer(this.#place, 'transit'),
    arrive: () => this.#arrive(),
    arriveNameless: () => this.#arrive(),
    adjust: () => this.#lines('adjust', [this.#priced(this.#bring())]),
    lose: () => this.#lose(),
    scrap: () => this.#lose(),
    count: () => this.#count(),
    costedCount: () => this.#count(),
    landed: () => this.#landed(),
    landedShared: () => this.#landed(),
    invoice: () => this.#invoice(),
    invoicePart: () => this.#invoice(),
    customerReturn: () => this.#customerReturn(),
    customerReturnAll: () => this.#customerReturn(),
    customerReturnTooMuch: () => this.#customerReturn(),
    supplierReturn: () => this.#supplierReturn(),
    produce: () => this.#produce(),
    produceTwo: () => this.#produce(),
    labour: () => this.#produce(),
    revalue: () => this.#revalue(),
    revalueTo: () => this.#revalue(),
    method: () => this.#method(),
    cancel: () => this.#cancel(),
    cancelLanded: () => this.#cancelLanded(),
  };

  get #sku(): string {
    return skus[this.#step.sku]!;
  }

  get #place(): string {
    return places[this.#step.place]!;
  }

  get #elsewhere(): string {
    const others = places.filter((place) => place !== this.#place);
    return others[this.#step.other % others.length]!;
  }

  get #lot(): { lot?: string } {
    return this.#options.method === 'lot' ? { lot: `L${this.#step.which % 2}` } : {};
  }

  // --- what lies where --------------------------------------------------------------------------

  #held(sku: string, place: string, lot: string | undefined): bigint {
    return this.#onHand.get(`${sku} ${place} ${lot ?? ''}`) ?? 0n;
  }

  #move(sku: string, place: string, lot: string | undefined, quantity: bigint): void {
    const held = this.#held(sku, place, lot) + quantity;
    this.#onHand.set(`${sku} ${place} ${lot ?? ''}`, held);
    if (quantity > 0n) this.#known.add(pileName(sku, place, lot));
  }

  #bring(sku = this.#sku, place = this.#place): PaperLine {
    const { quantity } = this.#step;
    this.#move(sku, place, this.#lot.lot, quantity);
    return { sku, location: place, quantity: shortTextOf(quantity), ...this.#lot };
  }

  #priced(line: PaperLine): PaperLine {
    return { ...line, unitCost: shortTextOf(this.#step.cost) };
  }

  /** As much as is there at most, but for a history with shortages; undefined where nothing is. */
  #take(sku = this.#sku, place = this.#place, wanted = this.#step.quantity) {
    const { lot } = this.#lot;
    const held = this.#held(sku, place, lot);
    const { shortages, unknownCosts } = this.#options;
    const isKnown = this.#known.has(pileName(sku, place, lot));
    const mayBeShort = isKnown ? shortages : unknownCosts;
    const quantity = mayBeShort || wanted < held ? wanted : held;
    if (quantity <= 0n) return undefined;
    this.#move(sku, place, lot, -quantity);
    return { sku, location: place, quantity: shortTextOf(quantity), ...this.#lot };
  }

  // --- documents --------------------------------------------------------------------------------

  #lines(type: string, lines: (PaperLine | undefined)[], more: object = {}, names: string[] = []) {
    const said = lines.filter((line) => line !== undefined);
    if (said.length === 0) return;
    this.#number += 1;
    const document = `${type.slice(0, 2).toUpperCase()}-${String(this.#number).padStart(2, '0')}`;
    const data = { document, at: day(1, this.#minutes), ...more, lines: said };
    const doc: Doc = [type, data];
    this.written.push({ doc, document, kind: type, rank: this.#step.rank, names, lines: said });
    for (const { sku, lot, quantity } of said)
      if (quantity !== undefined && sku !== undefined)
        this.#opened(document, sku, lot, unitsOf(quantity));
  }

  #opened(document: string, sku: string, lot: string | undefined, quantity: bigint): void {
    const key = `${document} ${sku} ${lot ?? ''}`;
    this.#open.set(key, (this.#open.get(key) ?? 0n) + quantity);
  }

  /** A document of a kind that was written before, and how much of its first line is open. */
  #earlier(isMeant: (one: Written) => boolean) {
    const known = this.written.filter(isMeant).filter((one) => this.#openOf(one) > 0n);
    return known[this.#step.which % (known.length || 1)];
  }

  #openOf({ document, lines }: Written): bigint {
    const { sku, lot } = lines[0]!;
    return this.#open.get(`${document} ${sku} ${lot ?? ''}`) ?? 0n;
  }

  #receive(): void {
    const { kind, quantity, cost, sku } = this.#step;
    const line = this.#bring();
    const amount = textOf((quantity * cost) / 10n ** 10n, 2);
    const said = { noPrice: line, amount: { ...line, amount } }[kind as string];
    const second = kind === 'receiveTwo' ? this.#priced(this.#bring(skus[1 - sku])) : undefined;
    this.#lines('receive', [said ?? this.#priced(line), second]);
  }

  #issue(): void {
    const isTwo = this.#step.kind === 'issueTwo';
    const first = this.#take();
    this.#lines('issue', [first, isTwo ? this.#take(skus[1 - this.#step.sku]) : undefined]);
  }

  #transfer(from: string, to: string, more: object = {}, names: string[] = []): void {
    const line = this.#take(this.#sku, from);
    if (!line) return;
    const { sku, lot, quantity } = line;
    this.#move(sku, to, lot, unitsOf(quantity));
    this.#lines('transfer', [{ sku, from, to, quantity, ...this.#lot }], more, names);
  }

  #arrive(): void {
    const shipment = this.#earlier(({ lines }) => lines[0]!.to === 'transit');
    if (!shipment) return;
    const { sku, lot } = shipment.lines[0]!;
    const open = this.#openOf(shipment);
    const quantity = this.#step.quantity < open ? this.#step.quantity : open;
    const isNamed = this.#step.kind === 'arrive';
    this.#opened(shipment.document, sku, lot, -quantity);
    this.#move(sku, 'transit', lot, -quantity);
    this.#move(sku, this.#place, lot, quantity);
    const line = {
      ...{ sku, from: 'transit', to: this.#place, quantity: shortTextOf(quantity) },
      ...(lot ? { lot } : {}),
    };
    const reference = isNamed ? { reference: shipment.document } : {};
    this.#lines('transfer', [line], reference, [shipment.document]);
  }

  #lose(): void {
    const line = this.#take();
    if (!line) return;
    const to = this.#step.kind === 'scrap' ? { to: 'scrap' } : {};
    this.#lines('adjust', [{ ...line, quantity: `-${line.quantity}`, ...to }]);
  }

  #count(): void {
    const sku = this.#sku;
    const place = this.#place;
    const { lot } = this.#lot;
    const held = this.#held(sku, place, lot);
    const isKnown = this.#options.unknownCosts || this.#known.has(pileName(sku, place, lot));
    const change = isKnown ? (BigInt(this.#step.which) - 4n) * 1_000_000n : 0n;
    const counted = held + change > 0n ? held + change : 0n;
    this.#onHand.set(`${sku} ${place} ${lot ?? ''}`, counted);
    const line = { sku, location: place, quantity: shortTextOf(counted), ...this.#lot };
    this.#lines('count', [this.#step.kind === 'costedCount' ? this.#priced(line) : line]);
  }

  /** So much for each unit that nothing is to be rounded, but where an odd amount is asked for. */
  #landed(): void {
    const receipts = this.written.filter(
      ({ kind, document, lines }) =>
        kind === 'receive' && lines[0]!.unitCost && !this.#open.has(`${document} cancelled`),
    );
    const receipt = receipts[this.#step.which % (receipts.length || 1)];
    if (!receipt) return;
    const isShared = this.#step.kind === 'landedShared';
    const units = receipt.lines.reduce((sum, { quantity }) => sum + unitsOf(quantity!), 0n);
    const odd = `${this.#step.cost / 1_000_000n + 1n}.01`;
    const even = textOf((units / 10_000n) * BigInt(this.#step.which + 1), 2);
    const more = { amount: isShared ? odd : even, split: 'quantity' };
    const line = { receipt: receipt.document } as PaperLine;
    this.#lines('landed-cost', [line], more, [receipt.document]);
  }

  /** Of a receipt that was not invoiced so far, for a little more than it said. */
  #invoice(): void {
    const receipts = this.written.filter(
      ({ kind, document, lines }) =>
        kind === 'receive' && lines[0]!.unitCost && !this.#open.has(`${document} cancelled`),
    );
    const receipt = receipts[this.#step.which % (receipts.length || 1)];
    if (!receipt) return;
    const { sku, quantity, unitCost } = receipt.lines[0]!;
    const key = `${receipt.document} invoiced`;
    const open = unitsOf(quantity!) - (this.#open.get(key) ?? 0n);
    const isPart = this.#step.kind === 'invoicePart' && this.#step.quantity < open;
    const part = isPart ? this.#step.quantity : open;
    if (part === 0n) return;
    this.#open.set(key, (this.#open.get(key) ?? 0n) + part);
    const amount = (part * unitsOf(unitCost!)) / 10n ** 10n + this.#step.cost / 100_000n;
    const line = { receipt: receipt.document, sku, quantity: shortTextOf(part) };
    this.#lines('invoice', [{ ...line, amount: textOf(amount, 2) }]);
  }

  #opening(): void {
    const key = `opened ${this.#sku} ${this.#place}`;
    if (this.#open.has(key)) return;
    this.#open.set(key, 1n);
    this.#lines('opening', [this.#priced(this.#bring())]);
  }

  #customerReturn(): void {
    const issue = this.#earlier(({ kind }) => kind === 'issue');
    if (!issue) return;
    const { sku, lot } = issue.lines[0]!;
    const open = this.#openOf(issue);
    const isAll = this.#step.kind === 'customerReturnAll';
    const isTooMuch = this.#step.kind === 'customerReturnTooMuch';
    const third = unitsOf(issue.lines[0]!.quantity!) / 3n;
    const wanted = isTooMuch ? this.#step.quantity : third > 0n ? third : 1n;
    const quantity = (wanted < open || isTooMuch) && !isAll ? wanted : open;
    this.#opened(issue.document, sku, lot, -quantity);
    this.#move(sku, this.#place, lot, quantity);
    const line = {
      ...{ sku, location: this.#place, quantity: shortTextOf(quantity) },
      ...(lot ? { lot } : {}),
    };
    const more = { party: 'customer', reference: issue.document };
    this.#lines('return', [line], more, [issue.document]);
  }

  #supplierReturn(): void {
    const receipt = this.#earlier(({ kind }) => kind === 'receive');
    if (!receipt) return;
    const { sku, lot, location } = receipt.lines[0]!;
    const open = this.#openOf(receipt);
    const held = this.#held(sku, location!, lot);
    const most = open < held ? open : held;
    const quantity = this.#step.quantity < most ? this.#step.quantity : most;
    if (quantity <= 0n) return;
    this.#opened(receipt.document, sku, lot, -quantity);
    this.#move(sku, location!, lot, -quantity);
    const line = {
      ...{ sku, location: location!, quantity: shortTextOf(quantity) },
      ...(lot ? { lot } : {}),
    };
    const more = { party: 'supplier', reference: receipt.document };
    this.#lines('return', [line], more, [receipt.document]);
  }

  #produce(): void {
    const component = this.#take();
    if (!component) return;
    const labour = { additionalCost: `${this.#step.cost / 1_000_000n}.50` };
    const more = { components: [component], ...(this.#step.kind === 'labour' ? labour : {}) };
    const product = this.#bring(skus[1 - this.#step.sku], this.#elsewhere);
    const second =
      this.#step.kind === 'produceTwo' ? this.#bring(skus[1 - this.#step.sku]) : undefined;
    this.#lines('produce', [product, second], more);
  }

  get #allBefore(): string[] {
    return this.written.map(({ document }) => document);
  }

  #revalue(): void {
    const amount = { amount: `${this.#step.cost / 1_000_000n + 1n}.03` };
    const cost = { unitCost: shortTextOf(this.#step.cost) };
    const isItems = this.#options.method === 'standard';
    const line = { sku: this.#sku, ...(isItems ? {} : { location: this.#place }) };
    if (this.#held(this.#sku, this.#place, this.#lot.lot) <= 0n) return;
    const isTo = this.#step.kind === 'revalueTo';
    this.#lines(
      'revalue',
      [{ ...line, ...(isTo ? cost : amount) }],
      { reason: 'worth' },
      this.#allBefore,
    );
  }

  #method(): void {
    const methods = ['fifo', 'lifo', 'average', 'standard'];
    const last = this.written.findLast(
      ({ kind, lines }) => kind === 'method' && lines[0]!.sku === this.#sku,
    );
    const before = last?.lines[0]?.valuation ?? this.#options.method;
    const others = methods.filter((method) => method !== before);
    const valuation = others[this.#step.which % others.length]!;
    this.#lines('method', [{ sku: this.#sku, valuation }], {}, this.#allBefore);
  }

  /** An issue, or the last receipt: then nothing else was short without it. */
  #cancel(): void {
    const named = new Set(this.written.flatMap(({ names }) => names));
    const known = this.written.filter(
      (one) =>
        !named.has(one.document) &&
        (one.kind === 'issue' || (one.kind === 'receive' && one === this.written.at(-1))),
    );
    const meant = known[this.#step.which % (known.length || 1)];
    if (!meant) return;
    this.#cancelled(meant, [meant.document]);
  }

  /** A receipt after which nothing came but freight. */
  #cancelLanded(): void {
    const last = this.written.findLastIndex(({ kind }) => kind !== 'landed-cost');
    const receipt = this.written[last];
    if (receipt?.kind !== 'receive') return;
    const freight = this.written.slice(last + 1).map(({ document }) => document);
    this.#cancelled(receipt, [receipt.document, ...freight]);
  }

  #cancelled(meant: Written, names: string[]): void {
    for (const { sku, location, lot, quantity } of meant.lines)
      if (meant.kind === 'receive') this.#move(sku, location!, lot, -unitsOf(quantity!));
    this.#open.set(`${meant.document} cancelled`, 1n);
    const doc: Doc = ['cancel', { document: meant.document, at: day(1, this.#minutes) }];
    const { rank } = this.#step;
    this.written.push({ doc, document: '', kind: 'cancel', rank, names, lines: [{ sku: '' }] });
  }
}

/** In the order of their ranks, but nothing before what it names. */
export function arrived(written: readonly Written[]): Doc[] {
  const waiting = written.toSorted((one, other) => one.rank - other.rank);
  const told: Written[] = [];
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ names }) =>
      names.every((name) => told.some(({ document }) => document === name)),
    );
    told.push(...waiting.splice(next, 1));
  }
  return told.map(({ doc }) => doc);
}
