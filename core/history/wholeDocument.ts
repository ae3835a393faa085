/** One document whole: what it moved, by which entries, where it came from, what refers to it, and what became of it. */
import type { RecordValue } from '../ports.ts';
import { queryRows } from '../query.ts';
import type { Query } from '../reports/Query.ts';
import type { Time } from '../runtime.ts';
import { Historian, type HistorianParts } from './Historian.ts';
import type { Story } from './story.ts';

export interface WholeDocument {
  document: string;
  /** A row for each SKU, as the report `documents` has them; none of a document that is parked, or waits. */
  skus: RecordValue[];
  /** As the report `ledger` has them. */
  entries: RecordValue[];
  /** Documents that refer to it, as the report `documents` has them: the receipts of a purchase order. */
  referring: RecordValue[];
  story: Story;
}

/** Undefined where nothing is known of it. */
export async function wholeDocument(
  parts: HistorianParts,
  document: string,
  time: Time,
): Promise<WholeDocument | undefined> {
  const { store, policy } = parts;
  const rows = async (query: Query): Promise<RecordValue[]> =>
    (await Array.fromAsync(queryRows(store, policy, query, time))).flat();
  const skus = await rows({ name: 'documents', document });
  const entries = await rows({ name: 'ledger', document });
  const referring = await rows({ name: 'documents', reference: document });
  const story = await new Historian(parts, document).tell();
  if (entries.length === 0 && story.lines.length === 0) return undefined;
  return { document, skus, entries, referring, story };
}
