import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Commit } from '../../commit.ts';
import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { CommitPack, PostedDocument } from '../../pack.ts';
import { prepared } from './Statements.ts';
import { DOCUMENTS_PER_COMMIT, documentKey } from './schema.ts';

/** A SKU as the file has it. */
interface KnownSku {
  number: number;
  /** Of its last pack. */
  version: number;
}

const statements = {
  newSku: 'INSERT INTO skus (sku, recosts) VALUES (?, 0) ON CONFLICT DO NOTHING',
  find: `SELECT skus.id AS number, coalesce(max(version), 0) AS version
    FROM skus LEFT JOIN packs ON sku_id = skus.id WHERE sku = ?`,
  recosts: 'UPDATE skus SET recosts = ? WHERE id = ?',
  commit: 'INSERT INTO commits (recorded_at) VALUES (?)',
  lastId: 'SELECT coalesce(max(id), 0) AS id FROM packs',
  pack: 'INSERT INTO packs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  document: 'INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  lot: 'INSERT INTO lots VALUES (?, ?)',
  returned: 'INSERT INTO returns VALUES (?, ?)',
  partner: 'INSERT INTO partners VALUES (?, ?, ?)',
  place: 'INSERT OR IGNORE INTO sku_places VALUES (?, ?)',
};

export class PackWriter {
  readonly #sql: Record<keyof typeof statements, StatementSync>;
  /** Those that were read or written since the last rollback. */
  readonly #skus = new Map<string, KnownSku>();
  /** Ids of the packs of the commit, the last of each SKU. */
  readonly #ids = new Map<string, number>();

  constructor(database: DatabaseSync) {
    this.#sql = prepared(database, statements);
  }

  know(sku: string, known: KnownSku): void {
    if (this.#skus.size >= limits.knownSkus) this.#skus.clear();
    this.#skus.set(sku, known);
  }

  /**
   * Within a transaction that holds the write lock. False where a SKU has another version than the one
   * before its pack; then, and where it throws because another process has appended that one meanwhile, the
   * transaction is to be rolled back, and `forget` called. Throws PACK_TOO_LARGE.
   */
  write({ packs, documents, recordedAt }: Commit): boolean {
    if (documents.length > DOCUMENTS_PER_COMMIT) {
      const message = `a commit names ${documents.length} documents, at most ${DOCUMENTS_PER_COMMIT} have a number`;
      throw new StockbusError('PACK_TOO_LARGE', message);
    }
    const commit = Number(this.#sql.commit.run(recordedAt).lastInsertRowid);
    if (packs.length === 0) return true;
    this.#ids.clear();
    let id = (this.#sql.lastId.get() as { id: number }).id;
    for (const pack of packs) {
      id += 1;
      if (!this.#write(pack, id, commit)) return false;
    }
    for (let number = 0; number < documents.length; number += 1) {
      this.#name(documentKey(commit, number), documents[number]!);
    }
    this.#writePartners(documents, commit);
    return true;
  }

  #write(pack: CommitPack, id: number, commit: number): boolean {
    const { sku, version, isBase, firstSeq, firstAt, hash, body, waits } = pack;
    const known = this.#knownAt(sku, version - 1);
    if (known.version !== version - 1) return false;
    const { number } = known;
    if (waits !== undefined) this.#sql.recosts.run(waits ? 1 : 0, number);
    const base = isBase ? 1 : 0;
    this.#sql.pack.get(id, commit, number, version, base, firstSeq, firstAt, hash, body);
    for (const lot of pack.lots) this.#sql.lot.get(lot, id);
    for (const reference of pack.returns) this.#sql.returned.get(reference, id);
    for (const place of pack.places) this.#sql.place.get(place, sku);
    this.#ids.set(sku, id);
    known.version = version;
    return true;
  }

  /** Looked for where it is not known to have this version; one that is new has its row from now on. */
  #knownAt(sku: string, version: number): KnownSku {
    const known = this.#skus.get(sku);
    if (known?.version === version) return known;
    this.#sql.newSku.get(sku);
    const found = this.#sql.find.get(sku) as unknown as KnownSku;
    this.know(sku, found);
    return found;
  }

  /** A row for each partner of a commit, however many documents it has there. */
  #writePartners(documents: readonly PostedDocument[], commit: number): void {
    const numbers = Map.groupBy(documents.keys(), (number) => documents[number]!.partner);
    numbers.delete('');
    for (const [partner, own] of numbers) this.#sql.partner.get(partner, commit, `[${own.join()}]`);
  }

  #name(id: number, posted: PostedDocument): void {
    const { document, partner, reference, at, source, messageId, actor, contenthash } = posted;
    const named = `[${posted.skus.map((sku) => this.#ids.get(sku)!).join()}]`;
    const { document: row } = this.#sql;
    row.get(id, document, partner, reference, at, source, messageId, actor, contenthash, named);
  }

  /** After a rollback: what was learnt within it is void. */
  forget(): void {
    this.#skus.clear();
  }
}
