/** Documents as they were sent, and the order in which they count. */
import type { Doc } from '../../ledgerRig.ts';

export interface PaperLine {
  line?: string;
  sku: string;
  location?: string;
  from?: string;
  to?: string;
  quantity?: string;
  unitCost?: string;
  amount?: string;
  lot?: string;
  receipt?: string;
  receiptLine?: string;
  referenceLine?: string;
  share?: string;
  valuation?: string;
  standardCost?: string;
}

/** A document; master data have neither number nor time. */
export interface Paper {
  type: string;
  document: string;
  at: string;
  revision?: string;
  reference?: string;
  party?: 'supplier' | 'customer';
  amount?: string;
  split?: 'quantity' | 'value' | 'weight' | 'equally';
  additionalCost?: string;
  rate?: string;
  components?: PaperLine[];
  lines: PaperLine[];
}

const ranks: Readonly<Record<string, number>> = {
  opening: 1,
  receive: 1,
  produce: 2,
  return: 3,
  'landed-cost': 4,
  invoice: 4,
  transfer: 5,
  status: 5,
  adjust: 5,
  issue: 7,
  count: 9,
  revalue: 9,
  method: 10,
};

const isArrival = ({ type, lines }: Paper): boolean =>
  type === 'transfer' && lines[0]?.from === 'transit';

/** What names another counts after all of the kind of that. */
function rankOf(paper: Paper): number {
  const names = paper.reference !== undefined;
  if (isArrival(paper)) return names ? 6 : 1;
  return names && paper.party === 'customer' ? 8 : ranks[paper.type]!;
}

const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

function compare(one: Paper, other: Paper): number {
  return (
    byText(one.at, other.at) ||
    rankOf(one) - rankOf(other) ||
    byText(one.document, other.document) ||
    Number(one.revision ?? 1) - Number(other.revision ?? 1)
  );
}

export const papersOf = (docs: readonly Doc[]): Paper[] =>
  docs
    .filter(([type]) => !type.includes('.'))
    .map(([type, data]) => ({ ...(data as Omit<Paper, 'type'>), type }));

/** What counts in the end, in the order in which it counts. */
export function inOrder(docs: readonly Doc[]): Paper[] {
  const alive = notCancelled(papersOf(docs));
  const sorted = alive.filter((paper) => !follows(paper, alive)).sort(compare);
  const late = alive.filter((paper) => follows(paper, alive)).sort(compare);
  for (const arrival of late.reverse()) {
    const shipment = sorted.findLastIndex(({ document }) => document === arrival.reference);
    sorted.splice(shipment + 1, 0, arrival);
  }
  return sorted;
}

/** An arrival that is dated before the shipment that it names counts right after it. */
function follows(paper: Paper, all: readonly Paper[]): boolean {
  if (!isArrival(paper) || paper.reference === undefined) return false;
  const shipment = all.find(({ document }) => document === paper.reference);
  return shipment !== undefined && compare(paper, shipment) < 0;
}

/** What was cancelled is gone, and stays so where the same is sent again. */
function notCancelled(papers: readonly Paper[]): Paper[] {
  const dead = new Set<string>();
  let alive: Paper[] = [];
  for (const paper of papers) {
    if (paper.type !== 'cancel') {
      if (!dead.has(JSON.stringify(paper))) alive.push(paper);
      continue;
    }
    for (const one of alive) {
      if (one.document === paper.document) dead.add(JSON.stringify(one));
    }
    alive = alive.filter(({ document }) => document !== paper.document);
  }
  return alive;
}
