import type { LedgerEntry } from '../../ledger.ts';
import { byPosition } from '../../position.ts';
import { isFact, wayKey } from './Fact.ts';

/** Value along another way, and the last entry that went it. */
interface PostedEffect {
  value: bigint;
  last: LedgerEntry;
}

const noEntries: readonly LedgerEntry[] = [];
const noEffects: PostedFact['effects'] = new Map();

/** What the ledger says of a fact so far: its own entry and all that corrects it. */
export interface PostedFact {
  entry: LedgerEntry;
  /** As it has become; negative where a count's difference has turned. */
  quantity: bigint;
  /** Value along its own way. */
  value: bigint;
  /** By `wayKey`. */
  effects: Map<string, PostedEffect>;
  isCancelled: boolean;
}

/** Facts of one SKU in business order, from entries in any order. */
export function historyOf(entries: readonly LedgerEntry[]): PostedFact[] {
  const corrections = correctionsIn(entries);
  const facts = entries.filter(isFact).sort(byPosition);
  return facts.map((entry) => postedFact(entry, corrections.get(entry.seq) ?? noEntries));
}

/** By the fact at whose time they stand; most facts have none. */
function correctionsIn(entries: readonly LedgerEntry[]): Map<number, LedgerEntry[]> {
  const corrections = new Map<number, LedgerEntry[]>();
  for (const entry of entries) {
    if (entry.by === undefined) continue;
    const known = corrections.get(entry.by);
    if (known) known.push(entry);
    else corrections.set(entry.by, [entry]);
  }
  return corrections;
}

/** The same of several SKUs, one after another. */
export const historiesOf = (entries: readonly LedgerEntry[]): PostedFact[] =>
  [...Map.groupBy(entries, ({ sku }) => sku).values()].flatMap((ofSku) => historyOf(ofSku));

/** One fact with what corrects it. */
export function postedFact(entry: LedgerEntry, corrections: readonly LedgerEntry[]): PostedFact {
  const { quantity, value } = entry;
  const posted: PostedFact = { entry, quantity, value, effects: noEffects, isCancelled: false };
  for (const correction of corrections) addDerived(posted, correction);
  return posted;
}

function addDerived(posted: PostedFact, entry: LedgerEntry): void {
  if (entry.kind === 'cancel' || entry.kind === 'recount') {
    // A count whose difference has turned is taken back the way that it went at first.
    const sign = entry.from === posted.entry.from ? 1n : -1n;
    posted.value += sign * entry.value;
    if (entry.kind === 'cancel') posted.isCancelled = true;
    else posted.quantity += sign * entry.quantity;
    return;
  }
  const key = wayKey(entry);
  if (key === mainWay(posted.entry)) {
    posted.value += entry.value;
    return;
  }
  // Most facts have none.
  if (posted.effects === noEffects) posted.effects = new Map();
  const value = (posted.effects.get(key)?.value ?? 0n) + entry.value;
  posted.effects.set(key, { value, last: entry });
}

/** All that it moved out of where it is from, less what came back there. */
export const sumOf = ({ entry, value, effects }: PostedFact): bigint =>
  effects
    .values()
    .reduce((sum, { last, value: more }) => sum + (last.from === entry.from ? more : -more), value);

const mainWay = (entry: LedgerEntry): string => wayKey({ ...entry, corrects: entry.seq });
