import { deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import type { Commit } from '../../../core/commit.ts';
import { quoted } from '../../../core/quoted.ts';
import { KnownDocuments } from '../../../core/stores/mongodb/KnownDocuments.ts';
import { ledgerDocuments, partOfSkus } from '../../../core/stores/mongodb/packDocuments.ts';
import { runs, seed } from '../../runs.ts';

describe('a part of the documents of a commit (MongoDB)', () => {
  it('has of some SKUs the same documents as the whole part, found by the same names', () => {
    const marks = fc.constantFrom(',', '[', ']', '"', '\\', '\t', '\n', ',\n', 'é', 'a', '1');
    const text = fc.oneof(fc.string({ unit: marks, maxLength: 6 }), fc.constantFrom('A', 'B'));
    const skus = fc.uniqueArray(text, { minLength: 1, maxLength: 5 });
    const document = fc.record({
      ...{ document: text, partner: text, reference: text, at: text, source: text },
      ...{ messageId: text, actor: text, contenthash: text },
      picks: fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 4 }),
    });
    const documents = fc.array(document, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(skus, documents, fc.nat({ max: 5 }), (all, posted, count) => {
        const asked = new Set(all.slice(0, count));
        const parts = partsOf(all, posted);
        const whole = new KnownDocuments();
        const some = new KnownDocuments();
        for (const part of parts) whole.see(part);
        for (const part of parts) some.see(partOfSkus(part, new Set([...asked].map(quoted))));
        for (let number = 0; number < posted.length; number += 1) {
          const filed = whole.of('commit', number)!;
          const isAsked = filed.posted.skus.some((sku) => asked.has(sku));
          deepEqual(some.of('commit', number), isAsked ? filed : undefined);
        }
      }),
      { numRuns: runs(1, 300), seed },
    );
  });
});

interface Drawn extends Record<string, unknown> {
  picks: number[];
}

function partsOf(all: readonly string[], drawn: readonly Drawn[]) {
  const documents = drawn.map(({ picks, ...posted }) => {
    const skus = [...new Set(picks.map((pick) => all[pick % all.length]!))];
    return { ...posted, skus };
  });
  const packs = all.map((sku, index) => ({
    sku,
    version: index + 1,
    documents: [],
    lots: [],
    returns: [],
  }));
  return ledgerDocuments({ documents, packs } as unknown as Commit, 'commit').parts;
}
