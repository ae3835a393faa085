import assert from 'node:assert/strict';
import type { LedgerEntry } from '../../core/ledger.ts';
import type { MovedPack } from '../../core/packBody.ts';
import { movedOf } from '../../core/packFrom.ts';
import { commitOf, entryOf } from '../contract/store/fixtures.ts';

const MANY = 4_000;

describe('making packs', () => {
  /** The pack of such entries, and how often each of a field's values was looked at. */
  function packed(field: 'document' | 'to', entries: LedgerEntry[]) {
    let looks = 0;
    for (const entry of entries) {
      const value = entry[field];
      Object.defineProperty(entry, field, {
        get: () => {
          looks += 1;
          return value;
        },
      });
    }
    const { packs, documents } = commitOf({ entries });
    return { moved: movedOf(packs[0]!), documents, looks: looks / entries.length };
  }

  const entries = (parts: (index: number) => Partial<LedgerEntry>): LedgerEntry[] =>
    Array.from({ length: MANY }, (_, index) => entryOf('A', index + 1, parts(index)));

  const documentOf = ({ documents, entries: [...all] }: MovedPack, index: number): number =>
    documents[all[index]![1]]![0];

  it('compares no entry with all documents of its message', () => {
    const messageId = 'the cause of all';
    const of = (index: number) => ({ messageId, document: `D${index % (MANY / 2)}` });
    const { moved, documents, looks } = packed('document', entries(of));
    assert.equal(documents.length, MANY / 2);
    for (const index of [0, 1, MANY / 2, MANY - 1]) {
      assert.equal(documents[documentOf(moved, index)]!.document, of(index).document);
    }
    assert.ok(looks < 20, `${looks} looks an entry`);
  });

  it('compares no entry with all routes of its pack', () => {
    const of = (index: number) => ({ document: 'D', messageId: 'm', to: `W${index % (MANY / 2)}` });
    const { moved, looks } = packed('to', entries(of));
    assert.equal(moved.routes.length, MANY / 2);
    for (const index of [0, 1, MANY / 2, MANY - 1]) {
      assert.equal(moved.routes[moved.entries[index]![0]]![2], of(index).to);
    }
    assert.ok(looks < 20, `${looks} looks an entry`);
  });
});
