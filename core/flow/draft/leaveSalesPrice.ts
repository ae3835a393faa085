import { wordsOf } from './fieldNames.ts';
import type { Matches } from './matchFields.ts';
import { ownName } from './sampleFields.ts';

/** What says what lies there, or what is lacking, tells no cost: a price beside it is what the thing is sold for. */
export function leaveSalesPrice(type: string, matches: Matches): string[] {
  if (type !== 'stock.count.v1' && type !== 'stock.adjust.v1') return [];
  const field = matches.get('unitCost')?.field;
  const words = field ? wordsOf(ownName(field)) : [];
  const isPrice = words.some((word) => word === 'price' || word === 'preis');
  if (!field || !isPrice || words.some((word) => ofBuying.has(word))) return [];
  matches.delete('unitCost');
  return [`unitCost: '${field.path.join('.')}' reads as what it is sold for, and is left out`];
}

const ofBuying: ReadonlySet<string> = new Set(['purchase', 'buying', 'cost', 'ek', 'einkauf']);
