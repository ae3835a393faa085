/** What is done with a scan, and the command that says so by the public API. */
import type { KnownItem } from './catalog.ts';
import type { ReadCode } from './readCode.ts';

export const works = ['receive', 'move', 'count', 'pick'] as const;
export type Work = (typeof works)[number];

/** An item in hand, whose quantity is still to be said. */
export interface Taken extends ReadCode {
  item: KnownItem;
  /** No item is called so yet. */
  isNew: boolean;
}

/** All that a scan says; what it books has the same id for ever, however often it is sent. */
export interface Said {
  id: string;
  at: string;
  work: Work;
  place: string;
  /** Of a move. */
  to?: string | undefined;
  taken: Taken;
  quantity: string;
}

export interface Command {
  path: string;
  body: Readonly<Record<string, unknown>>;
}

const paths: Readonly<Record<Work, string>> = {
  receive: '/v1/stock/receipts',
  move: '/v1/stock/transfers',
  count: '/v1/stock/counts',
  pick: '/v1/stock/issues',
};

/** Of items that are told apart by lot or serial number; of others the books keep none. */
export function lotOf({ item, lot, serial }: Taken): string | undefined {
  if (item.tracking === '') return undefined;
  return item.tracking === 'serial' ? (serial ?? lot) : lot;
}

export function commandOf({ id, at, work, place, to, taken, quantity }: Said): Command {
  const { item, expiresOn } = taken;
  const lot = lotOf(taken);
  const isDated = expiresOn && lot && (work === 'receive' || work === 'count');
  const line = {
    ...{ line: '1', sku: item.sku, quantity },
    ...(work === 'move' ? { from: place, to } : { location: place }),
    ...(lot ? { lot } : {}),
    ...(isDated ? { expiresOn } : {}),
  };
  return { path: paths[work], body: { id, document: id, at, lines: [line] } };
}

/** Takes a document back that was booked, or still waits to be. */
export const cancelOf = (id: string, at: string, document: string): Command => ({
  path: '/v1/stock/cancellations',
  body: { id, document, at, reason: 'SCAN-UNDONE' },
});

/** As people type it, with a comma or a point, → decimal text; undefined for what is none. */
export function quantityOf(typed: string, work: Work): string | undefined {
  const [, whole, rest] = /^(\d{1,12})(?:[.,](\d{1,6}))?$/.exec(typed.trim()) ?? [];
  if (whole === undefined) return undefined;
  const text = whole.replace(/^0+(?=\d)/, '') + (rest ? `.${rest}` : '');
  return work !== 'count' && /^[0.]+$/.test(text) ? undefined : text;
}
