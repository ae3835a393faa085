import type { LedgerEntry } from './ledger.ts';
import type { PackWithDocuments, PostedDocument } from './pack.ts';
import type { MovedPack, StoredEntry } from './packBody.ts';
import { entryFrom, movedPart, postedIn, ranked } from './packFrom.ts';
import { quoted } from './quoted.ts';

/** A pack that names what is looked for. */
export interface NamingPack extends PackWithDocuments {
  /** The documents by which it does; left out, it is a lot. */
  numbers?: { has(number: number): boolean };
}

/**
 * Of a pack the entries of some documents, or those that may be of a lot. They are lines of its text: no
 * other is read, so that a document of one line costs little in a pack of thousands.
 */
export function namedEntries(stored: NamingPack, lot?: string): LedgerEntry[] {
  const text = `{${movedPart(stored)}`;
  const at = text.indexOf(ENTRIES);
  const head = JSON.parse(`${text.slice(0, at)}}`) as Omit<MovedPack, 'entries'>;
  const lines = text.slice(at + ENTRIES.length, -1).split(',\n');
  const documents: PostedDocument[] = [];
  const entries: StoredEntry[] = [];
  const seqs: number[] = [];
  const quotedLot = lot === undefined ? '' : `,${quoted(lot)}`;
  for (const [index, line] of lines.entries()) {
    if (line === '' || !line.includes(quotedLot)) continue;
    const place = placeIn(line);
    const [number] = head.documents[place]!;
    if (stored.numbers?.has(number) === false) continue;
    documents[place] ??= postedIn(stored, number);
    entries.push(JSON.parse(line) as StoredEntry);
    seqs.push(head.seq - lines.length + 1 + index);
  }
  const told = { ...head, entries, seqs };
  return entries.map((entry, index) => ranked(entryFrom(told, documents, entry, index)));
}

const ENTRIES = ',"entries":[';

/** Of the document of an entry: the number after the first comma. */
function placeIn(line: string): number {
  const from = line.indexOf(',') + 1;
  return Number(line.slice(from, line.indexOf(',', from)));
}
