/** Appends packs and what they name, and moves each SKU's pointer from its last pack to the new one. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Commit } from '../../commit.ts';
import { limits } from '../../limits.ts';
import { type CommitPack, firstAtOf, type PostedDocument } from '../../pack.ts';
import { NameWriter } from './NameWriter.ts';

/** A SKU as the file has it. */
interface Pointer {
  number: number;
  /** Id of its last pack. */
  last: number;
  version: number;
  /** Where it is known to have been. */
  places?: readonly string[];
}

export class PackWriter {
  readonly #find: StatementSync;
  readonly #newSku: StatementSync;
  readonly #nextPack: StatementSync;
  readonly #commit: StatementSync;
  readonly #lastId: StatementSync;
  readonly #pack: StatementSync;
  readonly #document: StatementSync;
  readonly #names: NameWriter;
  readonly #pointers = new Map<string, Pointer>();

  constructor(database: DatabaseSync) {
    this.#names = new NameWriter(database);
    const prepare = (sql: string): StatementSync => database.prepare(sql);
    this.#find = prepare('SELECT id, last_pack, version FROM skus WHERE sku = ?');
    this.#newSku = prepare(`INSERT INTO skus (sku, version, last_pack, recosts) VALUES (?, ?, ?, ?)
       ON CONFLICT DO NOTHING`);
    this.#nextPack = prepare(
      'UPDATE skus SET version = ?, last_pack = ?, recosts = ? WHERE id = ? AND version = ?',
    );
    this.#commit = prepare('INSERT INTO commits (recorded_at) VALUES (?)');
    this.#lastId = prepare('SELECT coalesce(max(id), 0) AS id FROM packs');
    this.#pack = prepare('INSERT INTO packs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#document = prepare('INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  }

  /**
   * Within a transaction that holds the write lock. SKUs that have another version than the one before
   * their pack; then the transaction is to be rolled back, and `forget` called.
   */
  write({ packs, documents, recordedAt }: Commit): string[] {
    const conflicts = new Set<string>();
    const commit = Number(this.#commit.run(recordedAt).lastInsertRowid);
    if (packs.length === 0) return [];
    let id = (this.#lastId.get() as { id: number }).id;
    for (const pack of packs) {
      id += 1;
      if (!this.#write(pack, firstAtOf(pack, documents), id, commit)) conflicts.add(pack.sku);
    }
    if (conflicts.size === 0) {
      for (const [n, one] of documents.entries()) this.#name(commit, n, one);
      this.#names.partners(documents, commit);
    }
    if (this.#pointers.size > limits.knownSkus) this.#pointers.clear();
    return [...conflicts];
  }

  #write(pack: CommitPack, firstAt: string, id: number, commit: number): boolean {
    const before = this.#pointerOf(pack.sku);
    if ((before?.version ?? 0) !== pack.version - 1) return false;
    const number = this.#point(pack, id, before);
    if (number === undefined) return false;
    const { sku, version, isBase, head, entries, hash, body } = pack;
    const firstSeq = head.seq - entries.length + 1;
    this.#pack.get(id, commit, number, version, isBase ? 1 : 0, firstSeq, firstAt, hash, body);
    this.#names.lots(pack.lots, id);
    const places = this.#names.places(sku, pack.places, before?.places);
    this.#pointers.set(sku, { number, last: id, version, places });
    return true;
  }

  /** Number of the SKU, or undefined where another process has written it meanwhile. */
  #point({ sku, version, head }: CommitPack, id: number, before: Pointer | undefined) {
    const recosts = head.recost ? 1 : 0;
    if (!before) {
      const made = this.#newSku.run(sku, version, id, recosts);
      return made.changes === 1 ? Number(made.lastInsertRowid) : undefined;
    }
    const written = this.#nextPack.run(version, id, recosts, before.number, before.version);
    return written.changes === 1 ? before.number : undefined;
  }

  #pointerOf(sku: string): Pointer | undefined {
    const known = this.#pointers.get(sku);
    if (known) return known;
    const row = this.#find.get(sku) as
      | { id: number; last_pack: number; version: number }
      | undefined;
    return row && { number: row.id, last: row.last_pack, version: row.version };
  }

  #name(commit: number, n: number, posted: PostedDocument): void {
    const { document, partner, reference, at, source, messageId, actor, contenthash } = posted;
    const said = [document, partner, reference, at, source, messageId, actor, contenthash];
    const named = `[${posted.skus.map((sku) => this.#pointers.get(sku)!.last).join()}]`;
    this.#document.get(commit, n, ...said, named);
  }

  /** After a rollback: what was given out within it is void. */
  forget(): void {
    this.#pointers.clear();
  }
}
