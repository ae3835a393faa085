/** Enters papers, one after the other, into plain books. */
import { share, sharesWithResidue, total, unitsOf } from './exact.ts';
import type { Goods, Purpose } from './Goods.ts';
import { type PlainBooks, type Whence, whence } from './PlainBooks.ts';
import type { Paper, PaperLine } from './papers.ts';
import { changeMethod, restate, revalue } from './restatements.ts';
import { backFromCustomer, backToSupplier } from './returns.ts';

/** What a line of a document moved, for those who name it later. */
export interface Moved {
  document: string;
  line: string;
  goods: Goods;
}

export class Bookkeeper {
  readonly books: PlainBooks;
  readonly moved: Moved[] = [];
  /** How much of what came was invoiced. */
  readonly #invoiced = new Map<Goods, bigint>();

  constructor(books: PlainBooks) {
    this.books = books;
  }

  enter(paper: Paper): void {
    if (paper.type === 'landed-cost') this.#landed(paper);
    else if (paper.type === 'invoice') this.#invoice(paper);
    else if (paper.type === 'produce') this.#produce(paper);
    else this.#enterLines(paper);
  }

  #enterLines(paper: Paper): void {
    for (const [index, line] of paper.lines.entries()) {
      const goods = this.#line(paper, line);
      const name = { document: paper.document, line: line.line ?? String(index + 1) };
      if (goods) this.moved.push({ ...name, goods });
    }
  }

  /** Goods that lines of a document moved, all of one item. */
  found(document: string | undefined, { sku, lot, referenceLine }: PaperLine): Goods[] {
    const hits = this.moved.filter(
      (one) =>
        one.document === document &&
        one.goods.sku === sku &&
        (lot === undefined || one.goods.lot === lot) &&
        (referenceLine === undefined || one.line === referenceLine),
    );
    return hits.map(({ goods }) => goods);
  }

  #line(paper: Paper, line: PaperLine): Goods | undefined {
    const at = whence(line);
    const quantity = line.quantity === undefined ? 0n : unitsOf(line.quantity);
    switch (paper.type) {
      case 'opening':
        return this.#bring(line, quantity, 'opening');
      case 'receive':
        return this.#bring(line, quantity, 'received');
      case 'issue':
        return this.books.release(at, quantity, 'costOfSales');
      case 'transfer':
        return this.#transfer(paper, line, quantity);
      case 'adjust':
        if (quantity > 0n) return this.#bring(line, quantity, 'adjustment');
        return this.books.release(at, -quantity, line.to === 'scrap' ? 'scrap' : 'adjustment');
      case 'count':
        return this.#count(line, quantity);
      case 'return':
        return paper.party === 'customer'
          ? backFromCustomer(this, paper, line, quantity)
          : backToSupplier(this, paper, line, quantity);
      case 'revalue':
        revalue(this.books, line);
        return undefined;
      case 'method':
        changeMethod(this.books, line);
        return undefined;
      default:
        throw new Error(`no meaning of ${paper.type}`);
    }
  }

  #bring(line: PaperLine, quantity: bigint, from: Purpose): Goods {
    const cost = line.unitCost === undefined ? undefined : unitsOf(line.unitCost);
    return this.books.bring(whence(line), quantity, this.statedAmount(line, quantity), from, cost);
  }

  /** What a line says that it is worth; where it says nothing, what such goods cost now. */
  statedAmount(line: PaperLine, quantity: bigint): bigint {
    const { books } = this;
    if (line.amount !== undefined) return unitsOf(line.amount, books.digits);
    if (line.unitCost !== undefined) return books.amountOf(quantity, unitsOf(line.unitCost));
    return books.currentAmount(whence(line), quantity);
  }

  #transfer(paper: Paper, line: PaperLine, quantity: bigint): Goods | undefined {
    const from: Whence = { ...whence(line), place: line.from! };
    const to: Whence = { ...whence(line), place: line.to! };
    if (line.to === 'scrap') return this.books.release(from, quantity, 'scrap');
    if (line.from === 'transit' && paper.reference) from.shipment = paper.reference;
    this.books.carry(from, to, quantity, line.to === 'transit' ? paper.document : '');
    return undefined;
  }

  /** The difference to what the books have by then; a cost is that of all, where the place is a pool of its own. */
  #count(line: PaperLine, counted: bigint): Goods | undefined {
    const { books } = this;
    const at = whence(line);
    const difference = counted - books.balance(at);
    let goods: Goods | undefined;
    if (difference < 0n) goods = books.release(at, -difference, 'adjustment');
    if (difference > 0n) goods = this.#bring(line, difference, 'adjustment');
    if (line.unitCost !== undefined && books.isPoolOfItsOwn(at.place))
      restate(books, books.pileAt(at), unitsOf(line.unitCost));
    return goods;
  }

  /** It clears what the receipt said of so much; what it says more is what the goods cost more. */
  #invoice({ lines }: Paper): void {
    const { books } = this;
    for (const { receipt, sku, quantity, amount, unitCost, receiptLine } of lines) {
      const part = unitsOf(quantity!);
      const said =
        amount === undefined
          ? books.amountOf(part, unitsOf(unitCost!))
          : unitsOf(amount, books.digits);
      const named = receiptLine === undefined ? {} : { referenceLine: receiptLine };
      const goods = this.found(receipt, { sku, ...named })[0];
      books.post(sku, 'payable', -said);
      if (goods === undefined) books.post(sku, 'received', said);
      else {
        const before = this.#invoiced.get(goods) ?? 0n;
        const cleared =
          share(goods.stated, before + part, goods.quantity) -
          share(goods.stated, before, goods.quantity);
        this.#invoiced.set(goods, before + part);
        books.post(sku, 'received', cleared);
        books.correct(goods, said - cleared);
      }
    }
  }

  #landed({ lines, amount, split = 'value' }: Paper): void {
    const { books, moved } = this;
    const bear = (goods: readonly Goods[], sum: string | undefined): void => {
      const weights = goods.map((one) =>
        split === 'value' ? one.stated : split === 'equally' ? 1n : one.quantity,
      );
      const parts = sharesWithResidue(unitsOf(sum!, books.digits), weights);
      for (const [index, one] of goods.entries()) {
        books.post(one.sku, 'landedCost', -parts[index]!);
        books.correct(one, parts[index]!);
      }
    };
    const bearers = lines.map(({ receipt, sku, line }) =>
      moved
        .filter((one) => one.document === receipt)
        .filter((one) => sku === undefined || one.goods.sku === sku)
        .filter((one) => line === undefined || one.line === line)
        .map(({ goods }) => goods),
    );
    if (amount !== undefined && bearers.flat().length > 0) bear(bearers.flat(), amount);
    if (amount !== undefined) return;
    for (const [index, line] of lines.entries())
      if (bearers[index]!.length > 0) bear(bearers[index]!, line.amount);
  }

  /** What went in, and what else it cost, is what the products are worth; the last takes the residue. */
  #produce({ document, components = [], lines, additionalCost }: Paper): void {
    const { books } = this;
    const used = components.map((line) =>
      books.release(whence(line), unitsOf(line.quantity!), 'production'),
    );
    const labour = additionalCost === undefined ? 0n : unitsOf(additionalCost, books.digits);
    const weights = lines.map(({ share, quantity }) => unitsOf(share ?? quantity!));
    const worth = (): bigint[] =>
      sharesWithResidue(total(used.map(({ value }) => value)) + labour, weights);
    books.post(lines[0]!.sku, 'conversion', -labour);
    books.post(lines[0]!.sku, 'production', labour);
    const made = worth().map((value, index) => {
      const line = lines[index]!;
      return books.bring(whence(line), unitsOf(line.quantity!), value, 'production');
    });
    for (const [index, goods] of made.entries())
      this.moved.push({ document, line: lines[index]!.line ?? String(index + 1), goods });
    const follow = (): void => {
      const values = worth();
      for (const [index, goods] of made.entries()) {
        const change = values[index]! - goods.value;
        books.post(goods.sku, 'production', -change);
        books.correct(goods, change);
      }
    };
    for (const goods of used) goods.followers.push(follow);
  }
}
