/**
 * What `stockbus verify --known-at … --expect …` proves, and what it does not: each row of the tables beside
 * this file is a change of store.db by hand, by somebody who may write the file and knows how it is made.
 * A row that is not seen is asserted as not seen, so that the table stays the truth. docs/ledger/audit.md says the
 * same in a few lines.
 */
import assert from 'node:assert/strict';
import { faultOf } from '../../core/errors.ts';
import type { VerifyReport } from '../../core/verify.ts';
import { claimRows } from './tampering/claimRows.ts';
import { closingRows } from './tampering/closingRows.ts';
import { filingRows } from './tampering/filingRows.ts';
import { inventedRows } from './tampering/inventedRows.ts';
import { logRows } from './tampering/logRows.ts';
import { packRows } from './tampering/packRows.ts';
import { schemaRows } from './tampering/schemaRows.ts';
import { stateRows } from './tampering/stateRows.ts';
import { strayRows } from './tampering/strayRows.ts';
import { TamperedBooks, tamper } from './tampering/TamperedBooks.ts';
import type { Outcome, Tampering } from './tampering/Tampering.ts';
import { transportRows } from './tampering/transportRows.ts';

const table: readonly Tampering[] = [
  ...[packRows, filingRows, stateRows, closingRows, claimRows, logRows],
  ...[transportRows, schemaRows, inventedRows, strayRows],
].flat();

describe('tamperings with store.db', function () {
  this.timeout(60_000);
  let books: TamperedBooks;

  before(async () => {
    books = await TamperedBooks.open();
  });
  after(() => books.close());

  it('are told apart from books that are right', async () => {
    assert.deepEqual((await books.verify(books.copy())).differences, []);
  });

  for (const { what, by, outcome } of table) {
    it(`${what}: ${textOf(outcome)}`, async () => {
      const folder = books.copy();
      await tamper(folder, (forger) =>
        typeof by === 'string' ? forger.unguarded(() => forger.sql(by)) : by(forger),
      );
      const found = await books.verify(folder).catch(refusalOf);
      assertOutcome(found, outcome);
    });
  }
});

const refusalOf = (error: unknown): { refused: string } => ({ refused: faultOf(error).code });

function textOf(outcome: Outcome): string {
  if (typeof outcome === 'string') return outcome;
  return 'refused' in outcome ? outcome.refused : 'not seen';
}

function assertOutcome(found: VerifyReport | { refused: string }, outcome: Outcome): void {
  if (typeof outcome === 'object' && 'refused' in outcome) {
    assert.deepEqual(found, outcome);
    return;
  }
  assert.ok('differences' in found, `it is not read: ${'refused' in found && found.refused}`);
  const checks = found.differences.map(({ sku, check }) => `${sku} ${check}`);
  const told = found.differences.map((one) => `${one.sku} ${one.check}: ${one.message}`).join('\n');
  if (typeof outcome === 'object') assert.deepEqual(checks, [], `it is seen by now:\n${told}`);
  else if (outcome === 'the digest alone') assert.deepEqual(checks, ['(all) digest'], told);
  else assert.ok(checks.includes(outcome), `${outcome} is not in:\n${told}`);
}
