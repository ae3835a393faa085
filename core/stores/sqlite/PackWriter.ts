/** Appends packs and what they name, and moves each SKU's pointer from its last pack to the new one. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Commit } from '../../commit.ts';
import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { type CommitPack, firstAtOf, type PostedDocument } from '../../pack.ts';
import { prepared } from './Statements.ts';
import { DOCUMENTS_PER_COMMIT, documentKey } from './schema.ts';

/** A SKU as the file has it. */
interface Pointer {
  number: number;
  /** Id of its last pack. */
  last: number;
  version: number;
  /** Where it is known to have been. */
  places?: string[];
}

const statements = {
  find: 'SELECT id AS number, last_pack AS last, version FROM skus WHERE sku = ?',
  newSku: `INSERT INTO skus (sku, version, last_pack, recosts) VALUES (?, ?, ?, ?)
    ON CONFLICT DO NOTHING`,
  nextPack: `UPDATE skus SET version = ?, last_pack = ?, recosts = ?
    WHERE id = ? AND version = ?`,
  commit: 'INSERT INTO commits (recorded_at) VALUES (?)',
  lastId: 'SELECT coalesce(max(id), 0) AS id FROM packs',
  pack: 'INSERT INTO packs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  document: 'INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  lot: 'INSERT INTO lots VALUES (?, ?)',
  partner: 'INSERT INTO partners VALUES (?, ?, ?)',
  place: 'INSERT OR IGNORE INTO sku_places VALUES (?, ?)',
};

const NO_PLACES: string[] = [];

export class PackWriter {
  readonly #sql: Record<keyof typeof statements, StatementSync>;
  readonly #pointers = new Map<string, Pointer>();

  constructor(database: DatabaseSync) {
    this.#sql = prepared(database, statements);
  }

  /** Where a SKU stands, as it was just read, so that its next pack need not look for that. */
  know(sku: string, pointer: Pointer): void {
    if (this.#pointers.size > limits.knownSkus) this.#pointers.clear();
    this.#pointers.set(sku, pointer);
  }

  /**
   * Within a transaction that holds the write lock. False where a SKU has another version than the one
   * before its pack; then the transaction is to be rolled back, and `forget` called. Throws PACK_TOO_LARGE.
   */
  write({ packs, documents, recordedAt }: Commit): boolean {
    if (documents.length > DOCUMENTS_PER_COMMIT) {
      const message = `a commit names ${documents.length} documents, at most ${DOCUMENTS_PER_COMMIT} have a number`;
      throw new StockbusError('PACK_TOO_LARGE', message);
    }
    const commit = Number(this.#sql.commit.run(recordedAt).lastInsertRowid);
    if (packs.length === 0) return true;
    let id = (this.#sql.lastId.get() as { id: number }).id;
    for (const pack of packs) {
      id += 1;
      if (!this.#write(pack, firstAtOf(pack, documents), id, commit)) return false;
    }
    for (let number = 0; number < documents.length; number += 1) {
      this.#name(documentKey(commit, number), documents[number]!);
    }
    this.#writePartners(documents, commit);
    if (this.#pointers.size > limits.knownSkus) this.#pointers.clear();
    return true;
  }

  #write(pack: CommitPack, firstAt: string, id: number, commit: number): boolean {
    const before = this.#pointerOf(pack.sku);
    if ((before?.version ?? 0) !== pack.version - 1) return false;
    const number = this.#point(pack, id, before);
    if (number === undefined) return false;
    const { sku, version, isBase, head, entries, hash, body } = pack;
    const firstSeq = head.seq - entries.length + 1;
    this.#sql.pack.get(id, commit, number, version, isBase ? 1 : 0, firstSeq, firstAt, hash, body);
    for (const lot of pack.lots) this.#sql.lot.get(lot, id);
    const places = this.#writePlaces(pack, before?.places);
    this.#pointers.set(sku, { number, last: id, version, places });
    return true;
  }

  /** Number of the SKU, or undefined where another process has written it meanwhile. */
  #point({ sku, version, head }: CommitPack, id: number, before: Pointer | undefined) {
    const recosts = head.recost ? 1 : 0;
    if (!before) {
      const made = this.#sql.newSku.run(sku, version, id, recosts);
      return made.changes === 1 ? Number(made.lastInsertRowid) : undefined;
    }
    const written = this.#sql.nextPack.run(version, id, recosts, before.number, before.version);
    return written.changes === 1 ? before.number : undefined;
  }

  #pointerOf(sku: string): Pointer | undefined {
    return this.#pointers.get(sku) ?? (this.#sql.find.get(sku) as Pointer | undefined);
  }

  /** A SKU meets few places, and each once: those that it has from now on. */
  #writePlaces({ sku, places }: CommitPack, known = NO_PLACES): string[] {
    const met = places.filter((place) => !known.includes(place));
    for (const place of met) this.#sql.place.get(place, sku);
    return met.length === 0 ? known : [...known, ...met];
  }

  /** A row for each partner of a commit, however many documents it has there. */
  #writePartners(documents: readonly PostedDocument[], commit: number): void {
    const numbers = Map.groupBy(documents.keys(), (number) => documents[number]!.partner);
    numbers.delete('');
    for (const [partner, own] of numbers) this.#sql.partner.get(partner, commit, `[${own.join()}]`);
  }

  #name(id: number, posted: PostedDocument): void {
    const { document, partner, reference, at, source, messageId, actor, contenthash } = posted;
    const named = `[${posted.skus.map((sku) => this.#pointers.get(sku)!.last).join()}]`;
    const { document: row } = this.#sql;
    row.get(id, document, partner, reference, at, source, messageId, actor, contenthash, named);
  }

  /** After a rollback: what was given out within it is void. */
  forget(): void {
    this.#pointers.clear();
  }
}
