/**
 * The naive truth: documents in, books out, by the plainest code that could be right. It sorts the
 * facts by time, drops what is cancelled, and costs them one after the other from nothing. It shares
 * nothing with core/stock, so that the two can only agree by both being right.
 */
import type { Doc, Setting } from './documents.ts';
import { read, spread, spreadEvenly } from './oracle/exact.ts';
import type { Fact } from './oracle/facts.ts';
import { asTheyWere, chronological, factsOf, isOutside } from './oracle/facts.ts';
import { inBase } from './oracle/inBase.ts';
import type { Lowered } from './oracle/NaiveBooks.ts';
import { balanceKey, NaiveBooks } from './oracle/NaiveBooks.ts';
import { NaiveCounts } from './oracle/NaiveCounts.ts';
import type { NaivePool } from './oracle/NaivePool.ts';
import { changeMethod, invoice, landed, revalue } from './oracle/valueMoves.ts';

export interface Truth {
  /** On hand by `sku place lot status owner`, joined by `|`; zeros left out. */
  balances: Map<string, bigint>;
  /** By `sku|pool`. */
  pools: Map<string, NaivePool>;
  /** Value that went to each place outside and has not come back, by `sku|place`. */
  accounts: Map<string, bigint>;
  /** What each movement was valued at, by `document/line`. */
  values: Map<string, bigint>;
  /** Every balance that a fact lowered, as it was after that. */
  lowered: Lowered[];
}

/** The books after all of the documents, or those up to a business time, in order of arrival. */
export function truthOf(setting: Setting, told: readonly Doc[], asOf?: string): Truth {
  const docs = told.map((doc) => inBase(setting, doc));
  const inOrder = chronological(docs, asOf);
  const workedOff = (known?: NaiveCounts): [NaiveBooks, NaiveCounts] => {
    const counts = new NaiveCounts(inOrder, asTheyWere(docs), docs, known);
    const books = new NaiveBooks(setting, counts);
    for (const doc of inOrder) book(books, doc, docs);
    return [books, counts];
  };
  const [once, counts] = workedOff();
  const books = docs.some(({ data }) => data.dated) ? workedOff(counts)[0] : once;
  const { pools, accounts, values, lowered } = books;
  const balances = new Map([...books.balances].filter(([, onHand]) => onHand !== 0n));
  return { balances, pools, accounts, values, lowered };
}

function book(books: NaiveBooks, doc: Doc, docs: readonly Doc[]): void {
  if (doc.type === 'stock.landed-cost.v1') landed(books, doc, docs);
  else if (doc.type === 'stock.invoice.v1') invoice(books, doc, factsOf(doc, docs));
  else if (doc.type === 'stock.produce.v1') produce(books, doc, factsOf(doc, docs));
  else for (const fact of factsOf(doc, docs)) bookFact(books, fact);
}

function bookFact(books: NaiveBooks, fact: Fact): void {
  switch (fact.type) {
    case 'stock.opening.v1':
      books.receive(fact, 'opening');
      break;
    case 'stock.receive.v1':
      books.receive(fact, 'supplier');
      break;
    case 'stock.issue.v1':
      books.leave(fact, fact.line.location!, 'customer');
      break;
    case 'stock.return.v1':
      if (fact.party === 'supplier') books.leave(fact, fact.line.location!, 'supplier');
      else if (fact.party === 'customer') books.receive(fact, 'customer');
      break;
    case 'stock.transfer.v1':
      if (isOutside(fact.line.to!)) books.leave(fact, fact.line.from!, fact.line.to!);
      else books.transfer(fact);
      break;
    case 'stock.adjust.v1':
      adjust(books, fact);
      break;
    case 'stock.count.v1':
      books.count(fact);
      break;
    case 'stock.status.v1':
      changeStatus(books, fact);
      break;
    case 'stock.revalue.v1':
      revalue(books, fact);
      break;
    case 'stock.method.v1':
      changeMethod(books, fact);
      break;
    default:
      throw new Error(`the oracle knows nothing of ${fact.type}`);
  }
}

function adjust(books: NaiveBooks, fact: Fact): void {
  const quantity = fact.line.quantity!;
  const moved = { ...fact, line: { ...fact.line, quantity: quantity.replace('-', '') } };
  if (quantity.startsWith('-'))
    books.leave(moved, fact.line.location!, fact.line.to ?? 'adjustment');
  else books.receive(moved, 'adjustment');
}

function changeStatus(books: NaiveBooks, fact: Fact): void {
  const { line } = fact;
  const quantity = read(line.quantity!);
  books.balance(fact, balanceKey(line, line.location!), -quantity);
  books.balance(fact, balanceKey(line, line.location!, line.toStatus), quantity);
}

/** Components in, products out at what the components cost and what else it took. */
function produce(books: NaiveBooks, doc: Doc, products: readonly Fact[]): void {
  const { components = [], additionalCost } = doc.data;
  const { items, minorDigits } = books.setting;
  const extra = read(additionalCost ?? '0', minorDigits);
  let cost = extra;
  for (const [index, line] of components.entries()) {
    const fact = { ...products[0]!, line, id: `${products[0]!.document}/uses${index + 1}` };
    books.leave(fact, line.location!, 'production');
    cost += books.values.get(fact.id) ?? 0n;
  }
  const byShare = products.some(({ line }) => line.share !== undefined);
  const weights = products.map(({ line }) => read((byShare ? line.share : line.quantity) ?? '0'));
  const costs = spread(cost, weights);
  const made = { cost, weights, products: [...products] };
  for (const [index, { sku }] of components.entries()) {
    books.made.set(`${products[0]!.document}/uses${index + 1}|${sku}`, made);
  }
  const extras = spreadEvenly(extra, weights);
  for (const [index, fact] of products.entries()) {
    books.arriveFromOutside(fact, 'production', read(fact.line.quantity!), costs[index]!);
    const sku = fact.line.sku!;
    if (items.find((item) => item.sku === sku)?.valued === false) continue;
    // What it cost besides is on an account of its own.
    books.charge(sku, 'conversion', -extras[index]!);
    books.charge(sku, 'production', extras[index]!);
  }
}
