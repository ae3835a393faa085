/** What is hashed or kept says its version; of another version nothing is guessed at. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SentJournal } from '../../connectors/files/SentJournal.ts';
import { LocalTree } from '../../connectors/folder/LocalTree.ts';
import { backupManifest } from '../../core/backup/BackupManifest.ts';
import { Journal } from '../../core/brokers/embedded/journal.ts';
import { schemas } from '../../core/catalog.ts';
import { CLOSING_FORMAT } from '../../core/closing.ts';
import { HANDED_FORMAT } from '../../core/handedBatch.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { LOG_FORMAT, lineAfter, noLines } from '../../core/logLine.ts';
import { BATCH_FORMAT } from '../../core/message.ts';
import type { PackWithDocuments } from '../../core/pack.ts';
import { COSTING_RULES, hashPack, postedText } from '../../core/packBody.ts';
import { entriesFrom, hashOfPack, movesOf, packState } from '../../core/packFrom.ts';
import { CASE_FORMAT } from '../../core/parked/Cases.ts';
import { PRODUCER_FORMAT } from '../../core/producers/ProducerWord.ts';
import { OutboxTexts, REFERENCE_FORMAT } from '../../core/relay/movedText.ts';
import { systemRuntime } from '../../core/runtime.ts';
import { STAGE_FORMAT } from '../../core/stages/leavingBatch.ts';
import { costsFrom, costsText } from '../../core/stock/costing/checkpoint.ts';
import { SkuCosts } from '../../core/stock/costing/SkuCosts.ts';
import { newestVersion } from '../../core/stores/migrations/StoreVersions.ts';
import { databaseVersions } from '../../core/stores/mongodb/migrations/databaseVersions.ts';
import { fileVersions } from '../../core/stores/sqlite/migrations/fileVersions.ts';
import { LedgerDigest, requireRuleOf } from '../../core/verify/LedgerDigest.ts';
import { LogFold } from '../../core/verify/LogFold.ts';
import { hashOfContent } from '../hashOfContent.ts';
import { MemoryStore } from '../property/MemoryStore.ts';
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
        const body = pack!.body.replace('"v":3', v);
        assert.throws(() => reading({ ...pack!, body, documentOf }), unknown);
      }
      const costedBy = (rules: number) => {
        const body = pack!.body.replace('"v":3', `"v":3,"costing":${rules}`);
        return reading({ ...pack!, body, documentOf });
      };
      costedBy(1);
      assert.throws(() => costedBy(2), {
        ...unknown,
        message: 'the costing of pack 1 of X is of version 2, this Stockbus reads 1',
      });
    }
  });

  it('of a checkpoint are refused where they are of another version', () => {
    const text = costsText(new SkuCosts('X', 2, { valuation: 'fifo', standardCost: 0n }));
    assert.equal(costsFrom(text, 'X', 2).method, 'fifo');
    const later = text.replace('"v":3', '"v":1');
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

  it('of a line of a log are told where they are of another version', () => {
    const line = (v: number) => {
      const body = `{"v":${v},"recordedAt":"${at}","name":"Shop"}`;
      return lineAfter(noLines, { about: 'place', name: 'S', body });
    };
    const wrong = [LOG_FORMAT, LOG_FORMAT + 1].map((v) => {
      const fold = new LogFold('');
      fold.add(line(v));
      return fold.wrong;
    });
    assert.deepEqual(wrong, [[], ['line 1 of its log cannot be read as format 1']]);
  });

  it('of a reference of the outbox are refused where they are of another version', async () => {
    const texts = new OutboxTexts(new MemoryStore());
    await assert.rejects(texts.textOf(`{"moved":[],"v":${REFERENCE_FORMAT + 1}}`), unknown);
  });

  it('of a digest that was noted by another rule are no difference: it cannot be compared', () => {
    requireRuleOf(digest());
    assert.throws(() => requireRuleOf(digest().replace('1.', '2.')), unknown);
  });

  it('stand in docs/architecture.md with the version that is written', async () => {
    const page = readFileSync('docs/architecture.md', 'utf8');
    const [, table = ''] = /\| format \| version \|.*\n\|[-|]+\|\n((?:\|.*\n)+)/.exec(page) ?? [];
    const rows = table.trimEnd().split('\n');
    const said = rows.map((row) => row.split('|').map((cell) => cell.trim()));
    assert.deepEqual(
      said.map(([, format, version]) => [format, Number(version)]),
      Object.entries(await written()),
    );
  });
});

function digest(): string {
  const made = new LedgerDigest();
  made.add({ sku: 'X', version: 1, hash: '1.x' });
  return made.with(new LedgerDigest());
}

/** The version of each format, of what the program writes. */
async function written(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-formats-'));
  try {
    new Journal(folder).close();
    const broker = new DatabaseSync(join(folder, 'broker.db'));
    const brokerVersion = Number(broker.prepare('PRAGMA user_version').get()!.user_version);
    broker.close();
    const sent = join(folder, '.stockbus-sent-f');
    const journal = new SentJournal(new LocalTree(folder), 'f', systemRuntime());
    await journal.append([{ id: 'm', seq: 1, name: 'a.csv', part: 'p' }]);
    const page = JSON.parse(readFileSync(join(sent, readdirSync(sent)[0]!), 'utf8'));
    const pack = costsText(new SkuCosts('X', 2, { valuation: 'fifo', standardCost: 0n }));
    const facts = { schema: 1, knownAt: null, skus: 0, digest: null, files: {} };
    const message = Object.keys(schemas).map((type) => Number(/\.v(\d+)$/.exec(type)?.[1]));
    assert.match(hashOfContent('stock.receive.v1', {}), /^[0-9a-f]{64}$/, 'it has no mark');
    return {
      pack: packVersion(),
      'rules of costing': COSTING_RULES,
      'hash of a pack, of a line of a log': ruleOf(hashPack('', '', [])),
      'line of a log': LOG_FORMAT,
      'digest of the books': ruleOf(digest()),
      'content hash of a message': 1,
      message: Math.max(...message),
      checkpoint: JSON.parse(pack).v,
      closing: CLOSING_FORMAT,
      'reference of the outbox, of numbered events': REFERENCE_FORMAT,
      'batch on the broker: commands, events (also numbered), what moved': BATCH_FORMAT,
      'batch on the broker: records handed on': HANDED_FORMAT,
      'case of a parked record or a dead letter': CASE_FORMAT,
      'state of a stage, its members, and what has left it': STAGE_FORMAT,
      'word of a producer': PRODUCER_FORMAT,
      queues: Number(/\.g(\d+)\./.exec(commandQueue(0))?.[1]),
      'tables of `store.db`': newestVersion(fileVersions),
      'documents in MongoDB': newestVersion(databaseVersions),
      'tables of `broker.db`': brokerVersion,
      '`backup.json`': backupManifest({ stockbus: '', store: 'sqlite', madeAt: at, ...facts })
        .format,
      'journal of a folder that is written to': page.v,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ruleOf = (hash: string): number => Number(hash.split('.')[0]);

function packVersion(): number {
  const book = new StockBook();
  const lines = [{ sku: 'X', location: 'A', quantity: '1', unitCost: '2' }];
  book.book('stock.receive.v1', { document: 'R1', at, lines });
  return JSON.parse(book.workspace.changes().packs[0]!.body).v;
}
