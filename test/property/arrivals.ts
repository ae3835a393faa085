/** Other orders in which the same documents could have arrived. */
import fc from 'fast-check';
import type { Doc, History } from './documents.ts';

/**
 * A history and an order of arrival for it. A landed cost comes after its receipt, which it names.
 */
export function rearranged(
  histories: fc.Arbitrary<History>,
): fc.Arbitrary<{ history: History; arrived: Doc[] }> {
  return histories.chain((history) =>
    fc
      .array(fc.nat({ max: 1_000 }), {
        minLength: history.docs.length,
        maxLength: history.docs.length,
      })
      .map((ranks) => ({ history, arrived: arrange(history.docs, ranks) })),
  );
}

function arrange(docs: readonly Doc[], ranks: readonly number[]): Doc[] {
  const waiting = docs.map((doc, index) => ({ doc, rank: ranks[index]!, index }));
  const arrived: Doc[] = [];
  while (waiting.length > 0) {
    const ready = waiting.filter((one) => !waiting.some((other) => mustPrecede(other, one)));
    const next = ready.reduce((best, one) => (one.rank < best.rank ? one : best));
    waiting.splice(waiting.indexOf(next), 1);
    arrived.push({ ...next.doc, recordedAt: docs[arrived.length]!.recordedAt });
  }
  return arrived;
}

function mustPrecede(
  first: { doc: Doc; index: number },
  then: { doc: Doc; index: number },
): boolean {
  if (first.index >= then.index) return false;
  // An invoice may come before its receipt.
  if (then.doc.type !== 'stock.landed-cost.v1') return false;
  return (then.doc.data.lines ?? []).some(({ receipt }) => receipt === first.doc.data.document);
}
