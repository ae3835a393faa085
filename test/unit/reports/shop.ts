/** Books of a small shop in the spring of 2026, as reports are tried on them. */
import type { Store } from '../../../core/ports.ts';
import { Books } from '../../property/Books.ts';
import type { Doc, Line, Setting } from '../../property/documents.ts';

export const setting: Setting = {
  items: [
    { sku: 'A', valuation: 'fifo' },
    { sku: 'B', valuation: 'average' },
    { sku: 'S', valuation: 'standard', standardCost: '5' },
  ],
  pools: { north: ['HAM'] },
  negative: 'allow',
  minorDigits: 2,
  closedPeriod: 'refuse',
};

const doc = (type: string, data: Doc['data'], learnt?: string): Doc => {
  const recordedAt = learnt ?? data.at ?? '';
  return { type, recordedAt: `${recordedAt.slice(0, 10)}T12:00:00.000Z`, data };
};

const moved = (kind: string, document: string, at: string, lines: Line[], learnt?: string): Doc =>
  doc(`stock.${kind}.v1`, { document, at: `${at}T08:00:00.000Z`, lines }, learnt);

/** When the late receipt was learnt: before it, everything of A cost 10.00. */
export const learntLate = '2026-06-20';

export const documents: Doc[] = [
  moved('receive', 'R1', '2026-06-02', [
    { line: '1', sku: 'A', location: 'BER', quantity: '10', unitCost: '10' },
    { line: '2', sku: 'B', location: 'BER', quantity: '4', unitCost: '2.5' },
  ]),
  moved('receive', 'R2', '2026-06-03', [
    { line: '1', sku: 'S', location: 'BER', quantity: '2', unitCost: '6' },
  ]),
  moved('issue', 'I1', '2026-06-10', [{ line: '1', sku: 'A', location: 'BER', quantity: '4' }]),
  moved('transfer', 'T1', '2026-06-15', [
    { line: '1', sku: 'A', from: 'BER', to: 'HAM', quantity: '2' },
  ]),
  moved(
    'receive',
    'R0',
    '2026-06-01',
    [{ line: '1', sku: 'A', location: 'BER', quantity: '10', unitCost: '8' }],
    learntLate,
  ),
  doc('order.upsert.v1', {
    document: 'PO-7',
    ...{ kind: 'purchase', at: learntLate },
    lines: [{ line: '1', sku: 'A', location: 'BER', quantity: '20', due: '2026-07-10' } as Line],
  } as Doc['data']),
  doc('order.upsert.v1', {
    document: 'SO-1',
    ...{ kind: 'sale', at: learntLate },
    lines: [{ line: '1', sku: 'A', location: 'BER', quantity: '12', due: '2026-07-05' } as Line],
  } as Doc['data']),
  doc('reservation.create.v1', {
    reservation: 'RES-1',
    at: `${learntLate}T08:00:00.000Z`,
    reference: 'SO-1',
    lines: [{ line: '1', sku: 'A', location: 'BER', quantity: '3' }],
  }),
  doc('period.close.v1', {
    through: '2026-05-31',
    reason: 'May is done',
    at: learntLate,
  } as Doc['data']),
].map(withoutTimeOfOrders);

/** Orders and periods have no business time; theirs above only says when they were learnt. */
function withoutTimeOfOrders(document: Doc): Doc {
  if (document.type.startsWith('stock.') || document.type.startsWith('reservation.'))
    return document;
  const { at, ...data } = document.data;
  return { ...document, data };
}

export async function openShop(store?: Store): Promise<Books> {
  const books = await Books.open(setting, store);
  for (const document of documents) {
    const [answer] = await books.send(document);
    if (answer !== 'booked') throw new Error(`${document.type} ${answer}`);
  }
  return books;
}
