/** What a forger does to a file of books, who has the project's own functions at hand. */
import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { type LogLine, type LogSubject, lineAfter, noLines } from '../../../core/logLine.ts';
import { hashPack, postedText } from '../../../core/packBody.ts';
import { namedDocuments } from '../../../core/packFrom.ts';
import { openSqlite } from '../../../core/stores/sqlite/openSqlite.ts';
import { documentKey } from '../../../core/stores/sqlite/schema.ts';
import { type Doc, LedgerRig } from '../../ledgerRig.ts';

/** A pack's text as it is parsed. */
// biome-ignore lint/suspicious/noExplicitAny: a forger takes it as it comes.
export type Body = Record<string, any>;

interface PackRow {
  id: number;
  commit_no: number;
  body: string;
}

const tables = ['commits', 'packs', 'documents', 'closings_made', 'closing_parts', 'inbox', 'log'];

export class Forger {
  readonly database: DatabaseSync;

  readonly #folder: string;

  constructor(database: DatabaseSync, folder: string) {
    this.database = database;
    this.#folder = folder;
  }

  /** By the rules of the hub, on a later day. */
  async book(...docs: Doc[]): Promise<void> {
    const store = await openSqlite(this.#folder);
    const rig = new LedgerRig({ store, source: '/forged' });
    rig.now = Date.parse('2026-04-10T18:00:00.000Z');
    assert.deepEqual(
      await rig.send(docs),
      docs.map(() => undefined),
    );
    await store.close();
  }

  /** Of its packs, and of all that they are found by, nothing is left; others follow one another again. */
  removePacks(which: string): void {
    this.sql(`DELETE FROM lots WHERE pack IN (SELECT id FROM packs WHERE ${which});
      DELETE FROM returns WHERE pack IN (SELECT id FROM packs WHERE ${which});
      DELETE FROM packs WHERE ${which}`);
    const ids = this.rows<{ id: number }>('SELECT id FROM packs ORDER BY id').map(({ id }) => id);
    const now = new Map(ids.map((id, index) => [id, index + 1]));
    for (const [id, next] of now) {
      this.sql(
        `UPDATE packs SET id = ${next} WHERE id = ${id}; UPDATE lots SET pack = ${next} WHERE pack = ${id};
        UPDATE returns SET pack = ${next} WHERE pack = ${id}`,
      );
    }
    for (const { id, packs } of this.rows<{ id: number; packs: string }>(
      'SELECT id, packs FROM documents',
    )) {
      const left = (JSON.parse(packs) as number[]).flatMap((pack) => now.get(pack) ?? []);
      this.database
        .prepare('UPDATE documents SET packs = ? WHERE id = ?')
        .run(JSON.stringify(left), id);
    }
    this.sql(`DELETE FROM documents WHERE packs = '[]'`);
  }

  /** Rows are changed and the file is as the hub left it: the triggers are there again. */
  unguarded(forge: () => void): void {
    const kept = tables.flatMap((table) => [`${table}_unchanged`, `${table}_kept`]);
    const sql = this.rows<{ sql: string }>(
      `SELECT sql FROM sqlite_schema WHERE name IN (SELECT value FROM json_each('${JSON.stringify(kept)}'))`,
    );
    for (const name of kept) this.sql(`DROP TRIGGER ${name}`);
    forge();
    for (const trigger of sql) this.sql(trigger.sql);
  }

  sql(text: string): void {
    this.database.exec(text);
  }

  rows<Row>(sql: string, ...values: (string | number)[]): Row[] {
    return this.database.prepare(sql).all(...values) as Row[];
  }

  /** Changes the text of a pack, of the last one where no version is given. */
  pack(sku: string, version: number | undefined, change: (body: Body) => void): void {
    const of = version === undefined ? 'ORDER BY version DESC LIMIT 1' : `AND version = ${version}`;
    const [row] = this.rows<PackRow>(`SELECT * FROM packs WHERE ${ofSku(sku)} ${of}`);
    const body = JSON.parse(row!.body);
    change(body);
    const write = this.database.prepare('UPDATE packs SET body = ? WHERE id = ?');
    write.run(JSON.stringify(body), row!.id);
  }

  /** Makes the hashes of all packs anew. */
  rechain(): void {
    for (const { id } of this.rows<{ id: number }>('SELECT id FROM skus')) {
      let before = '';
      const sql = 'SELECT * FROM packs WHERE sku_id = ? ORDER BY version';
      for (const pack of this.rows<PackRow>(sql, id)) {
        const texts = namedDocuments(pack).map((number) => this.#document(pack, number));
        before = hashPack(before, pack.body, texts);
        this.database.prepare('UPDATE packs SET hash = ? WHERE id = ?').run(before, pack.id);
      }
    }
  }

  /** Changes the text of the last line of a log, and makes the hashes of all logs anew. */
  log(about: LogSubject, name: string, change: (body: Body) => void): void {
    const [row] = this.rows<LogLine>(
      'SELECT * FROM log WHERE about = ? AND name LIKE ? ORDER BY version DESC LIMIT 1',
      ...[about, name],
    );
    const body = JSON.parse(row!.body);
    change(body);
    this.database
      .prepare('UPDATE log SET body = ? WHERE about = ? AND name = ? AND version = ?')
      .run(JSON.stringify(body), about, row!.name, row!.version);
    this.relog();
  }

  /** Makes the numbers and the hashes of all lines of logs anew. */
  relog(): void {
    let last: LogLine | undefined;
    const lines = this.rows<LogLine>('SELECT * FROM log ORDER BY about, name, version');
    this.sql('DELETE FROM log');
    const write = this.database.prepare('INSERT INTO log VALUES (?, ?, ?, ?, ?)');
    for (const line of lines) {
      const follows = last?.about === line.about && last.name === line.name;
      last = lineAfter(follows ? last! : noLines, line);
      write.run(last.about, last.name, last.version, last.hash, last.body);
    }
  }

  #document({ commit_no: commit }: PackRow, number: number): string {
    const sql = `SELECT document, partner, reference, at, source, message_id AS messageId, actor,
      contenthash FROM documents WHERE id = ?`;
    const [row] = this.rows<Parameters<typeof postedText>[0]>(sql, documentKey(commit, number));
    return postedText(row!);
  }
}

export const ofSku = (sku: string): string => `sku_id = (SELECT id FROM skus WHERE sku = '${sku}')`;
