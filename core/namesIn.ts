import { EachOnce } from './EachOnce.ts';
import type { LedgerEntry } from './ledger.ts';

export const noNames: string[] = [];

/** What entries name, each once. */
export function namesIn(
  entries: readonly LedgerEntry[],
  nameOf: (entry: LedgerEntry) => string,
): string[] {
  let names: EachOnce<string> | undefined;
  for (let index = 0; index < entries.length; index += 1) {
    const name = nameOf(entries[index]!);
    if (name !== '') names = withOne(names, name);
  }
  return names?.list ?? noNames;
}

/** Most packs name one place and no lot. */
export function withOne(names: EachOnce<string> | undefined, name: string): EachOnce<string> {
  if (!names) return new EachOnce([name]);
  names.add(name);
  return names;
}
