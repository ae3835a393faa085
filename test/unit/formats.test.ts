/** What is hashed or kept says its version; of another version nothing is guessed at. */
import assert from 'node:assert/strict';
import type { PackWithDocuments } from '../../core/pack.ts';
import { hashPack, postedText } from '../../core/packBody.ts';
import { entriesFrom, hashOfPack, movesOf, packState } from '../../core/packFrom.ts';
import { costsFrom, costsText } from '../../core/stock/costing/checkpoint.ts';
import { SkuCosts } from '../../core/stock/costing/SkuCosts.ts';
import { StockBook } from '../stockBook.ts';

const unknown = { code: 'FORMAT_UNKNOWN' };
const at = '2026-01-01T00:00:00.000Z';

describe('formats of the books', () => {
  it('of a pack are refused where they are of another version, whatever is read of it', () => {
    const book = new StockBook();
    const lines = [{ sku: 'X', location: 'A', quantity: '1', unitCost: '2' }];
    book.book('stock.receive.v1', { document: 'R1', at, lines });
    const { packs, documents } = book.workspace.changes();
    const [pack] = packs;
    const documentOf = (number: number) => documents[number]!;
    for (const reading of [
      entriesFrom,
      packState,
      movesOf,
      (one: PackWithDocuments) => hashOfPack(one, ''),
    ] as const) {
      reading({ ...pack!, documentOf });
      for (const v of ['"v":1', '"v":"2"', '"w":1']) {
        const body = pack!.body.replace('"v":2', v);
        assert.throws(() => reading({ ...pack!, body, documentOf }), unknown);
      }
    }
  });

  it('of a checkpoint are refused where they are of another version', () => {
    const text = costsText(new SkuCosts('X', 2, { valuation: 'fifo', standardCost: 0n }));
    assert.equal(costsFrom(text, 'X', 2).method, 'fifo');
    const later = text.replace('"v":2', '"v":1');
    assert.throws(() => costsFrom(later, 'X', 2), unknown);
  });

  it('of a hash stay: one that was noted is that of the same pack for ever', () => {
    const posted = {
      ...{ document: 'D', partner: 'P', reference: 'R', at, source: '/s', messageId: 'm' },
      ...{ actor: 'flow:f', contenthash: 'c', skus: ['X'] },
    };
    // Made by openssl, as docs/ledger/audit.md shows.
    assert.equal(
      hashPack('before', 'body', [postedText(posted)]),
      '1.8PKQoRpIkG5Sqh6B7EKD1Ag1Q4By4AoqKLnLIEKI5-c',
    );
  });
});
