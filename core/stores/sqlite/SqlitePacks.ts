/** Packs as store.db has them. */
import { limits } from '../../limits.ts';
import type { PackKey, PostedDocument, StoredPack } from '../../pack.ts';
import type { PackReader, PacksFrom } from '../packs/PackReader.ts';
import type { Statements } from './Statements.ts';

/** Runs a reading on the open file, whichever that is by then. */
type Read = <T>(action: (statements: Statements) => T) => T;

const PACK = 'p.commit_no, p.version, p.is_base, p.hash, p.body';

/** Packs that are read at once. */
const CHUNK = 256;

export class SqlitePacks implements PackReader {
  readonly #read: Read;
  readonly #documents = new Map<string, PostedDocument>();

  constructor(read: Read) {
    this.#read = read;
  }

  async skus(after: string | undefined, limit: number): Promise<string[]> {
    const sql = 'SELECT sku FROM skus WHERE sku > ? ORDER BY sku LIMIT ?';
    return this.#read((statements) =>
      statements.all(sql, [after ?? '', limit]).map(({ sku }) => sku as string),
    );
  }

  async current(skus: readonly string[]): Promise<StoredPack[][]> {
    return this.#read((statements) => skus.map((sku) => this.currentOf(statements, sku)));
  }

  /** From the last that stands alone on. */
  currentOf(statements: Statements, sku: string): StoredPack[] {
    const last = `SELECT ${PACK}, p.sku_id FROM skus s JOIN packs p ON p.id = s.last_pack WHERE s.sku = ?`;
    const row = statements.arrays(last, [sku])[0];
    if (!row) return [];
    const pack = this.#pack(sku, row);
    if (pack.isBase) return [pack];
    const base = `SELECT max(version) AS version FROM packs WHERE sku_id = ? AND is_base = 1`;
    const id = Number(row[5]);
    const { version } = statements.get(base, [id])!;
    const since = `SELECT ${PACK} FROM packs p WHERE sku_id = ? AND version >= ? ORDER BY version`;
    return statements.arrays(since, [id, version as number]).map((one) => this.#pack(sku, one));
  }

  async *history(skus: readonly string[], from: PacksFrom): AsyncIterable<StoredPack> {
    for (const [index, sku] of skus.entries()) {
      yield* this.#packsOf(sku, index === 0 ? from : { version: 1 });
    }
  }

  texts(skus: readonly string[]): AsyncIterable<StoredPack> {
    return this.history(skus, { version: 1 });
  }

  async *#packsOf(sku: string, from: PacksFrom): AsyncIterable<StoredPack> {
    const chunk = `SELECT ${PACK} FROM packs p WHERE sku_id = ? AND version >= ? ORDER BY version LIMIT ${CHUNK}`;
    const id = this.#read((statements) =>
      statements.get('SELECT id FROM skus WHERE sku = ?', [sku]),
    );
    if (!id) return;
    const number = id.id as number;
    let version = 'version' in from ? from.version : this.#versionAfter(number, from.afterSeq);
    for (;;) {
      const rows = this.#read((statements) => statements.arrays(chunk, [number, version]));
      for (const row of rows) yield this.#pack(sku, row);
      if (rows.length < CHUNK) return;
      version += CHUNK;
    }
  }

  /** Of the pack that may have the entry after `seq`. */
  #versionAfter(sku: number, seq: number): number {
    const sql = `SELECT version FROM packs WHERE sku_id = ? AND first_seq <= ?
      ORDER BY version DESC LIMIT 1`;
    const row = this.#read((statements) => statements.get(sql, [sku, seq + 1]));
    return (row?.version as number | undefined) ?? 1;
  }

  async byKey(keys: readonly PackKey[]): Promise<StoredPack[]> {
    const sql = `SELECT ${PACK}, s.sku FROM json_each(?) k CROSS JOIN skus s ON s.sku = k.value ->> 0
      CROSS JOIN packs p ON p.sku_id = s.id AND p.version = k.value ->> 1`;
    return this.#read((statements) =>
      statements
        .arrays(sql, [JSON.stringify(keys)])
        .map((row) => this.#pack(row[5] as string, row)),
    );
  }

  async ofDocument(document: string): Promise<StoredPack[]> {
    const sql = `SELECT DISTINCT ${PACK}, s.sku FROM documents d CROSS JOIN json_each(d.packs) named
      CROSS JOIN packs p ON p.id = named.value CROSS JOIN skus s ON s.id = p.sku_id
      WHERE d.document = ? ORDER BY s.sku, p.version`;
    return this.#read((statements) =>
      statements.arrays(sql, [document]).map((row) => this.#pack(row[5] as string, row)),
    );
  }

  #pack(sku: string, [commit, version, isBase, hash, body]: unknown[]): StoredPack {
    return {
      sku,
      version: Number(version),
      isBase: isBase === 1n,
      hash: hash as string,
      body: body as string,
      documentOf: (number) => this.#document(Number(commit), number),
    };
  }

  /** They never change: those that were read are kept. */
  #document(commit: number, number: number): PostedDocument {
    const key = `${commit} ${number}`;
    const known = this.#documents.get(key);
    if (known) return known;
    const sql = 'SELECT * FROM documents WHERE commit_no = ? AND number = ?';
    const row = this.#read((statements) => statements.get(sql, [commit, number]));
    if (!row) throw new Error(`document ${number} of commit ${commit} is not there`);
    const posted: PostedDocument = {
      document: row.document as string,
      partner: row.partner as string,
      reference: row.reference as string,
      at: row.at as string,
      source: row.source as string,
      messageId: row.message_id as string,
      actor: row.actor as string,
      skus: [],
    };
    if (this.#documents.size >= limits.cachedEntries) this.#documents.clear();
    this.#documents.set(key, posted);
    return posted;
  }
}
