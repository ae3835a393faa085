import type { Doc, DocumentData, ItemFacts, Line, Setting } from '../documents.ts';
import type { Event, Step } from '../histories.ts';
import { poolOfPlace } from '../oracle/facts.ts';
import { firstTimes } from './firstTimes.ts';
import { letters } from './letters.ts';

const places = ['A', 'B', 'N', 'S'];
const day = 86_400_000;
const million = 1_000_000;
const firstDay = Date.UTC(2026, 0, 1);
const firstHour = Date.UTC(2026, 5, 1);

const text = (units: number): string => {
  const digits = `${units}`.padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/, '');
};

/** Documents that may have two lines. */
const twofold: ReadonlySet<Event> = new Set([
  ...(['receive', 'issue', 'adjust', 'count', 'transfer', 'ship', 'arrive', 'status'] as const),
]);

/** Documents that may state costs in a foreign currency. */
const inCurrency: ReadonlySet<string> = new Set([
  ...['stock.receive.v1', 'stock.adjust.v1', 'stock.count.v1', 'stock.return.v1'],
  ...['stock.landed-cost.v1', 'stock.produce.v1', 'stock.opening.v1', 'stock.invoice.v1'],
]);

/** Documents whose lines may state an amount. */
const statesAmount: ReadonlySet<Event> = new Set(['receive', 'adjust', 'customerReturn']);

/** A quarter of what has all six decimals is no quantity. */
const inUnit = (unit: string, quantity: number): Line =>
  unit === '' || (unit === 'QUARTER' && quantity % 4 !== 0) ? {} : { unit };

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Puts the steps of a plan into documents, one after the other; a step that has no sense is left out. */
export class Writer {
  readonly docs: Doc[] = [];
  readonly #setting: Setting;
  readonly #methods: Map<string, string>;
  readonly #firstDay: number;
  #count = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
    const { zone } = setting;
    this.#methods = new Map(setting.items.map(({ sku, valuation }) => [sku, valuation]));
    this.#firstDay = zone === undefined ? firstDay : Date.parse(firstTimes[zone]!);
  }

  write(step: Step): void {
    this.#count += 1;
    const doc = this.#docOf(step);
    if (!doc) return;
    if (step.second && twofold.has(step.event)) {
      const { sku, place, which, event } = step;
      // Two people count what lies at one place.
      const next = event === 'count' && which > 4 ? place : (place + 1) % places.length;
      const other = { ...step, sku: sku + (which % 3), place: next };
      doc.data.lines!.push(...this.#docOf(other)!.data.lines!);
    }
    this.docs.push(doc);
  }

  #docOf(step: Step): Doc | undefined {
    const line = this.#line(step);
    const cost = this.#cost(step);
    const stated: Line = step.plain ? line : { ...line, ...cost };
    switch (step.event) {
      case 'receive':
        // A receipt without a cost is the exception.
        return this.#doc(step, 'stock.receive.v1', [
          step.plain && step.which > 2 ? line : { ...line, ...cost },
        ]);
      case 'issue':
        return this.#doc(step, 'stock.issue.v1', [line]);
      case 'adjust':
        return this.#adjust(step, line, stated);
      case 'count':
        return this.#doc(step, 'stock.count.v1', [this.#counted(step, stated)]);
      case 'transfer':
      case 'ship':
      case 'arrive':
        return this.#transfer(step, line);
      case 'customerReturn':
      case 'supplierReturn':
        return this.#return(step, line, stated);
      case 'status':
        return this.#doc(step, 'stock.status.v1', [
          { ...line, toStatus: step.apart ? 'available' : 'quarantine' },
        ]);
      case 'produce':
        return this.#produce(step, line);
      case 'landed':
        return this.#landed(step);
      case 'revalue':
      case 'method':
        return this.#worth(step);
      case 'invoice':
        return this.#invoice(step);
      case 'opening':
        return this.#opening(step, line);
      case 'cancel':
        return this.#cancel(step);
      default:
        return this.#reservationOrPeriod(step, line);
    }
  }

  // -- parts

  #item(number: number): ItemFacts {
    return this.#setting.items[number % this.#setting.items.length]!;
  }

  #line({ sku, place, quantity, unit, which, owner, apart }: Step): Line {
    const item = this.#item(sku);
    return {
      sku: item.sku,
      location: places[place]!,
      quantity: text(quantity),
      ...inUnit(unit, quantity),
      ...(item.tracking === 'lot' ? { lot: `L${1 + (which % 2)}` } : {}),
      ...(owner ? { owner: 'OWNER' } : {}),
      ...(apart ? { status: 'quarantine' } : {}),
    };
  }

  /** Of one, or of the whole line. */
  #cost({ event, which, cost }: Step): Line {
    if (which !== 0 || !statesAmount.has(event)) return { unitCost: text(cost) };
    return { amount: text(Math.floor(cost / million) * million) };
  }

  #recordedAt(): string {
    return iso(firstHour + this.#count * 3_600_000);
  }

  /** Each document has a day of its own, unless it comes late: then it falls between two, or on one. */
  #at({ late, tie }: Step): string {
    const back = late % this.#count;
    const number = this.#count - back;
    return iso(this.#firstDay + number * day - (back > 0 && !tie ? day / 2 : 0));
  }

  #doc(step: Step, type: string, lines: Line[], more: DocumentData = {}): Doc {
    const at = this.#at(step);
    const document = `${letters[step.event]}${this.#count}`;
    const money = step.rate && inCurrency.has(type) ? { currency: 'USD', rate: step.rate } : {};
    const data = { document, at, ...money, ...more, lines };
    return { type, recordedAt: this.#recordedAt(), data };
  }

  /** The document of a type that is meant, of those so far. */
  #earlier(type: string, which: number, fits: (doc: Doc) => boolean = () => true): Doc | undefined {
    const found = this.docs.filter((doc) => doc.type === type && fits(doc));
    return found[found.length - 1 - (which % Math.max(found.length, 1))];
  }

  // -- documents

  #adjust(step: Step, line: Line, stated: Line): Doc {
    const lost = step.other > 0;
    const scrapped = step.which === 1 ? { to: 'scrap' } : {};
    const adjusted = lost ? { ...line, quantity: `-${line.quantity}`, ...scrapped } : stated;
    return this.#doc(step, 'stock.adjust.v1', [adjusted], { reason: 'FOUND' });
  }

  /** Sometimes nothing is there. */
  #counted(step: Step, line: Line): Line {
    return step.other === 2 && step.which < 4 ? { ...line, quantity: '0' } : line;
  }

  #transfer(step: Step, { location, ...line }: Line): Doc {
    const onward =
      step.which === 9 ? 'scrap' : places[(step.place + 1 + step.other) % places.length]!;
    const from = step.event === 'arrive' ? 'transit' : location!;
    const to = { ship: 'transit', arrive: location!, transfer: onward }[step.event as 'transfer'];
    const shipment =
      step.event === 'arrive' && step.plain
        ? this.#earlier('stock.transfer.v1', step.which, (doc) => shipped(doc, line))
        : undefined;
    const reference = shipment ? { reference: shipment.data.document! } : {};
    return this.#doc(step, 'stock.transfer.v1', [{ ...line, from, to }], reference);
  }

  #return(step: Step, line: Line, stated: Line): Doc {
    const party = step.event === 'customerReturn' ? 'customer' : 'supplier';
    const type = party === 'customer' ? 'stock.issue.v1' : 'stock.receive.v1';
    const original = step.plain
      ? this.#earlier(type, step.which, ({ data }) => data.lines![0]!.sku === line.sku)
      : undefined;
    if (!original) return this.#doc(step, 'stock.return.v1', [stated], { party });
    const there = original.data.lines![0]!;
    const { unit: _, ...own } = line;
    const isLess = line.unit === there.unit && Number(line.quantity) < Number(there.quantity);
    const same = {
      ...(there.lot === undefined ? {} : { lot: there.lot }),
      ...(there.unit === undefined ? {} : { unit: there.unit }),
      quantity: isLess ? line.quantity! : there.quantity!,
      ...(step.other % 3 === 1 ? { referenceLine: there.line ?? '1' } : {}),
    };
    return this.#doc(step, 'stock.return.v1', [{ ...own, ...same }], {
      party,
      reference: original.data.document!,
    });
  }

  #produce(step: Step, component: Line): Doc {
    const { owner: _, ...used } = component;
    const made = { ...step, sku: step.sku + 1 + (step.other % 2), owner: false };
    const product = this.#line({ ...made, place: (step.place + step.other) % places.length });
    const extra = step.plain
      ? {}
      : { additionalCost: text(Math.floor(step.cost / million) * million) };
    return this.#doc(step, 'stock.produce.v1', [product], { components: [used], ...extra });
  }

  #landed(step: Step): Doc | undefined {
    const receipt = this.#earlier('stock.receive.v1', step.which, ({ data }) =>
      data.lines!.every((line) => this.#canBear(line)),
    );
    if (!receipt) return undefined;
    const split = ['quantity', 'equally', 'weight', 'value'][(step.other + step.which) % 4]!;
    const amount = `${1 + Math.floor(step.cost / million)}`;
    const lines = [{ receipt: receipt.data.document! }];
    return this.#doc(step, 'stock.landed-cost.v1', lines, { amount, split });
  }

  /** For all of a line, for some of it or more, for its price alone, or a credit. */
  #invoice(step: Step): Doc | undefined {
    const receipt = this.#earlier('stock.receive.v1', step.which, ({ data }) =>
      data.lines!.every((line) => this.#isOwn(line)),
    );
    if (!receipt) return undefined;
    const { lines = [], document } = receipt.data;
    const index = step.other % lines.length;
    const { sku, quantity, unit } = lines[index]!;
    const kind = (step.which + step.other) % 4;
    const sign = kind === 3 ? '-' : '';
    const some = kind === 0 ? { quantity: quantity!, ...(unit ? { unit } : {}) } : undefined;
    const amount = `${Math.floor(step.cost / million)}`;
    const worth =
      step.plain || kind > 1 ? { amount: `${sign}${amount}` } : { unitCost: text(step.cost) };
    const priceOnly = { quantity: '0', amount: `${step.apart ? '-' : ''}${1 + Number(amount)}` };
    const line: Line = {
      ...{ receipt: document!, sku: sku!, quantity: `${sign}${text(step.quantity)}` },
      ...(step.apart ? { receiptLine: `${1 + index}` } : {}),
      ...worth,
      ...some,
      ...(kind === 2 ? priceOnly : {}),
    };
    return this.#doc(step, 'stock.invoice.v1', [line]);
  }

  /** Of what is ours, and has a value. */
  #isOwn({ sku, owner }: Line): boolean {
    const item = this.#setting.items.find((one) => one.sku === sku)!;
    return !owner && item.valued !== false;
  }

  /** Once for each SKU and place. */
  #opening(step: Step, { owner: _, ...line }: Line): Doc | undefined {
    const isThere = this.#earlier(
      'stock.opening.v1',
      0,
      ({ data }) => data.lines![0]!.sku === line.sku && data.lines![0]!.location === line.location,
    );
    if (isThere) return undefined;
    const worth = step.plain
      ? { amount: `${Math.floor(step.cost / million)}` }
      : { unitCost: text(step.cost) };
    return this.#doc(step, 'stock.opening.v1', [{ ...line, ...worth }]);
  }

  /** A landed cost: of what is ours, and came at a cost. */
  #canBear(line: Line): boolean {
    return (line.unitCost ?? line.amount) !== undefined && this.#isOwn(line);
  }

  /** Manual revaluations, and changes of the method between those that keep no lots. */
  #worth(step: Step): Doc | undefined {
    const { sku, valued } = this.#item(step.sku);
    if (valued === false) return undefined;
    const method = this.#methods.get(sku)!;
    if (step.event === 'revalue') {
      const amount = `${step.other === 0 ? '-' : ''}${1 + (step.which % 5)}`;
      const change: Line =
        method === 'standard'
          ? { sku, unitCost: text(step.cost) }
          : { sku, location: places[step.place]!, amount };
      if (step.apart && method === 'lot') change.lot = `L${1 + (step.which % 2)}`;
      const writeDown = step.apart && change.amount !== undefined ? { writeDown: true } : {};
      return this.#doc(step, 'stock.revalue.v1', [change], { reason: 'MARKET', ...writeDown });
    }
    const others = ['fifo', 'lifo', 'average', 'standard'].filter((other) => other !== method);
    const valuation = others[step.other]!;
    if (method === 'lot' || this.#item(step.sku).tracking === 'lot') return undefined;
    this.#methods.set(sku, valuation);
    const isStated = valuation === 'standard' && !step.plain;
    const standard = isStated ? { standardCost: text(step.cost) } : {};
    return this.#doc(step, 'stock.method.v1', [{ sku, valuation, ...standard }]);
  }

  #cancel({ which }: Step): Doc | undefined {
    const found = this.docs.filter(
      ({ type }) => type.startsWith('stock.') && type !== 'stock.cancel.v1',
    );
    const document = found[found.length - 1 - (which % Math.max(found.length, 1))]?.data.document;
    if (document === undefined) return undefined;
    return { type: 'stock.cancel.v1', recordedAt: this.#recordedAt(), data: { document } };
  }

  #reservationOrPeriod(step: Step, line: Line): Doc | undefined {
    const recordedAt = this.#recordedAt();
    if (step.event === 'close' || step.event === 'reopen') return this.#period(step, recordedAt);
    if (step.event === 'reserve') return this.#reserve(step, line, recordedAt);
    const held = this.#earlier('reservation.create.v1', step.which);
    if (!held) return undefined;
    const reservation = held.data.reservation!;
    if (step.event === 'void') {
      return { type: 'reservation.void.v1', recordedAt, data: { reservation } };
    }
    if (step.event === 'update') return this.#update(step, line, held);
    const { sku, pool, quantity, lot: heldLot } = held.data.lines![0]!;
    const isTracked = this.#setting.items.some((one) => one.sku === sku && one.tracking === 'lot');
    const lot = heldLot ?? (isTracked ? `L${1 + (step.which % 2)}` : undefined);
    const part = Number(quantity) > 1 && !step.plain ? '1' : quantity!;
    // What is held in a pool is taken at one of its places.
    const place = pool === undefined ? {} : { location: this.#placeIn(pool, step.place) };
    const lines = [{ line: '1', quantity: part, ...place, ...(lot ? { lot } : {}) }];
    const named = pool || part === '1' ? { lines } : {};
    // Each of several shipments has a number of its own.
    const document = `${reservation}-${this.#count}`;
    const kept = step.which > 4 ? ({ rest: 'keep', document } as const) : {};
    const data = { reservation, at: this.#at(step), ...kept, ...named };
    return { type: 'reservation.commit.v1', recordedAt, data };
  }

  /** More or less of the first line, perhaps for another time, and now and then one more. */
  #update(step: Step, line: Line, { data: { reservation } }: Doc): Doc {
    const { owner: _, status: _held, unit: _unit, ...own } = line;
    const more = step.second ? [{ ...own, line: `${this.#count}` }] : [];
    const hours = step.plain
      ? {}
      : { expiresAt: iso(firstHour + (this.#count + 1 + step.which) * 3_600_000) };
    const lines = [{ line: '1', quantity: text(step.quantity) }, ...more];
    const data = { reservation: reservation!, ...hours, lines };
    return { type: 'reservation.update.v1', recordedAt: this.#recordedAt(), data };
  }

  /** At a place, or in any place of its pool. */
  #reserve(step: Step, line: Line, recordedAt: string): Doc {
    const { owner: _, status: _held, unit: _unit, location, lot, ...own } = line;
    const pool = poolOfPlace(this.#setting, location!);
    const where = step.second ? { pool } : { location: location!, ...(lot ? { lot } : {}) };
    const hours = step.plain
      ? {}
      : { expiresAt: iso(firstHour + (this.#count + 1 + step.which) * 3_600_000) };
    const lines = [{ ...own, ...where }];
    const data = { reservation: `V${this.#count}`, at: this.#at(step), ...hours, lines };
    return { type: 'reservation.create.v1', recordedAt, data };
  }

  #placeIn(pool: string, which: number): string {
    const there = places.filter((place) => poolOfPlace(this.#setting, place) === pool);
    return there[which % there.length]!;
  }

  #period(step: Step, recordedAt: string): Doc {
    const through = iso(
      this.#firstDay + (this.#count - 1 - (step.which % this.#count)) * day,
    ).slice(0, 10);
    if (step.event === 'close') return { type: 'period.close.v1', recordedAt, data: { through } };
    return {
      type: 'period.reopen.v1',
      recordedAt,
      data: { reason: 'FORGOTTEN', ...(step.plain ? {} : { through }) },
    };
  }
}

const shipped = ({ data: { lines = [] } }: Doc, { sku }: Line): boolean =>
  lines.some((line) => line.to === 'transit' && line.sku === sku);
