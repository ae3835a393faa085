import { useRef, useState } from 'preact/hooks';
import { change, useAddress } from '../../state/address.ts';
import { useStore } from '../../state/Store.ts';
import { t } from '../../text/t.ts';
import { type Catalog, catalog, itemOf, type KnownItem, placeOf } from './catalog.ts';
import { commandOf, quantityOf, type Said, type Taken, type Work, works } from './commandOf.ts';
import { type ReadCode, readCode } from './readCode.ts';
import { addScan } from './scans.ts';
import { signal } from './signal.ts';

/** Of two reads of the same code within that the second is the same label, still before the scanner. */
const SAME_MS = 2_000;

/** From what was read to the command that is sent: what is refused here was not booked, and says why. */
export function useBooking(onBooked: () => void) {
  const { query } = useAddress();
  const known = useStore(catalog);
  const work = works.find((one) => one === query.do) ?? 'receive';
  const [taken, setTaken] = useState<Taken>();
  const [quantity, setQuantity] = useState('1');
  const [wrong, setWrong] = useState('');
  const last = useRef({ text: '', ms: 0 });

  /** Does it, or shows why not. */
  const attempt = (work: () => string | undefined): void => {
    const why = work();
    setWrong(why ?? '');
    if (why) signal('bad');
  };
  const bookIt = (of: Taken, typed: string): string | undefined => {
    const exact = quantityOf(typed, work);
    if (exact === undefined) return t('scan.noQuantity', { typed });
    const { place = '', to } = query;
    if (!bookOne({ work, place, to, taken: of, quantity: exact })) return t('scan.noRoom');
    setTaken(undefined);
    onBooked();
    return undefined;
  };
  const takeIt = (text: string): string | undefined => {
    const read = readCode(text);
    const place = placeOf(known, read.code);
    if (place && !itemOf(known, read)) {
      setPlace(work, place, query.place);
      return undefined;
    }
    if (!query.place || (work === 'move' && !query.to)) return t('scan.noPlace');
    if (taken && taken.code !== read.code) {
      return t('scan.inHand', { sku: taken.item.sku, code: read.code });
    }
    const next = takenOf(known, read, work);
    if (!next) return t('scan.noItem', { code: read.code });
    const isAtOnce = query.once === '1' && work !== 'count' && !next.isNew;
    if (isAtOnce) return bookIt(next, read.quantity ?? '1');
    setTaken(next);
    setQuantity(read.quantity ?? '1');
    return undefined;
  };
  const book = (of: Taken, typed: string): void => attempt(() => bookIt(of, typed));
  const take = (text: string): void => {
    const ms = performance.now();
    const isSame = last.current.text === text && ms - last.current.ms < SAME_MS;
    last.current = { text, ms };
    if (!isSame) attempt(() => takeIt(text));
  };
  const drop = (): void => setTaken(undefined);
  return { work, taken, quantity, setQuantity, wrong, take, book, drop };
}

/** False where this browser has no room to keep it. */
function bookOne(of: Omit<Said, 'id' | 'at'>): boolean {
  const said = { ...of, id: `scan-${crypto.randomUUID()}`, at: new Date().toISOString() };
  try {
    addScan(commandOf(said), said.id, textOf(said));
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}

/** A new item comes by its name: a number that no item has is more likely one that was misread. */
function takenOf(known: Catalog, read: ReadCode, work: Work): Taken | undefined {
  const item = itemOf(known, read);
  if (item) return { ...read, item, isNew: false };
  if (work !== 'receive' || /^\d{8,}$/.test(read.code)) return undefined;
  return { ...read, item: newItem(read.code), isNew: true };
}

const newItem = (sku: string): KnownItem => ({ sku, name: '', unit: '', tracking: '' });

/** A label of a place says where; of a move first from where, then to where. */
function setPlace(work: Work, place: string, from: string | undefined): void {
  change(work === 'move' && from ? { to: place } : { place }, 'replace');
}

function textOf({ work, taken, quantity, place, to = '' }: Said): string {
  const { sku, unit } = taken.item;
  const values = { quantity: unit ? `${quantity} ${unit}` : quantity, sku, place, to };
  if (work === 'receive') return t('scan.received', values);
  if (work === 'move') return t('scan.moved', values);
  return work === 'count' ? t('scan.counted', values) : t('scan.picked', values);
}
