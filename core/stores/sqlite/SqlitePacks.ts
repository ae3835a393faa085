import { limits } from '../../limits.ts';
import type { NamingPack } from '../../namedEntries.ts';
import type { PackKey, PackText, SkuBooks, SkuPointer, StoredPack } from '../../pack.ts';
import { namedDocuments } from '../../packFrom.ts';
import { slicesOf } from '../../sideBySide.ts';
import { emptyBooks } from '../../skuBooks.ts';
import { loadedFrom } from '../packs/PackLists.ts';
import type { Naming, PackReader, SkusAmong } from '../packs/PackReader.ts';
import { FiledPack, type FiledRow, type PackRow } from './FiledPack.ts';
import type { PackWriter } from './PackWriter.ts';
import { SqliteDocuments } from './SqliteDocuments.ts';
import { Conditions, type Statements } from './Statements.ts';
import type { StoreFile } from './StoreFile.ts';
import { documentKey } from './schema.ts';

/** In the order of `PackRow`. */
const PACK = 'p.id, p.commit_no, p.version, p.is_base, p.first_seq, p.hash, p.body, s.sku';
/** The same with the place of the SKU among those that are asked for, in place of its name. */
const PACK_OF_ASKED = 'p.id, p.commit_no, p.version, p.is_base, p.first_seq, p.hash, p.body, k.key';
const RECORDED = 'SELECT recorded_at FROM commits WHERE no = ?';
const NAMED = 'SELECT 1 FROM named_packs WHERE kind = ? AND name = ? AND pack_id = ?';
const WAITING = '(SELECT sku FROM skus INDEXED BY skus_recosts WHERE recosts = 1)';
/** In the order asked, by version: loops within loops, the inner one by the index of packs. */
const OF_SKUS = `json_each(?) k CROSS JOIN skus s ON s.sku = k.value ->> 0
  CROSS JOIN packs p ON p.sku_id = s.id AND p.version > k.value ->> 1`;
const OF_KEYS = `FROM json_each(?) k CROSS JOIN skus s ON s.sku = k.value ->> 0
  CROSS JOIN packs p ON p.sku_id = s.id AND p.version = k.value ->> 1`;
/** Where SKUs from one up to another are found: an index by SKU would cost more pages than their packs. */
const PLACES = `WITH RECURSIVE known(place) AS (
    SELECT min(place) FROM sku_places UNION ALL
    SELECT (SELECT min(place) FROM sku_places WHERE place > known.place) FROM known WHERE place IS NOT NULL
  ) SELECT l.sku, l.place FROM known CROSS JOIN sku_places l ON l.place = known.place
  WHERE l.sku BETWEEN ? AND ?`;
/** Of SKUs; in the order in which packs lie in the file, where those of a commit share pages. */
const LAST_PACKS = `SELECT ${PACK}, p.sku_id FROM (
    SELECT s.sku, (SELECT p.id FROM packs p WHERE p.sku_id = s.id ORDER BY p.version DESC LIMIT 1) AS last
    FROM json_each(?) k CROSS JOIN skus s ON s.sku = k.value ORDER BY last LIMIT -1
  ) s CROSS JOIN packs p ON p.id = s.last`;
type LastRow = [...pack: PackRow, number: number];
type NamedRow = [pack: number, number: number | null];

/** Packs that are read at once, at most. */
const CHUNK = 256;
/** Commits whose time is known; it never changes. */
const COMMITS_KEPT = 4_096;

export class SqlitePacks implements PackReader {
  readonly #file: StoreFile;
  readonly #documents: SqliteDocuments;
  readonly #commits = new Map<number, string>();

  constructor(file: StoreFile) {
    this.#file = file;
    this.#documents = new SqliteDocuments(file);
  }

  async skus(after = '', limit: number, { place, waiting }: SkusAmong): Promise<string[]> {
    const where = new Conditions().add('place = ?', place).add('sku > ?', after);
    const all = place === undefined ? 'skus' : 'sku_places';
    const sql = `SELECT sku FROM ${waiting ? WAITING : all} WHERE ${where} ORDER BY sku LIMIT ?`;
    return this.#file.read((statements) => statements.column(sql, [...where.values, limit]));
  }

  async pointersTo(skus: readonly string[]): Promise<SkuPointer[]> {
    const sql = `SELECT coalesce((SELECT max(version) FROM packs WHERE sku_id = s.id), 0), recosts
      FROM skus s WHERE sku = ?`;
    return this.#file.atOneMoment(({ statements }) => {
      const found = statements.arrays(PLACES, [skus[0] ?? '', skus.at(-1) ?? '']);
      const placesOf = Map.groupBy(found as [string, string][], ([sku]) => sku);
      return skus.flatMap((sku) =>
        statements.arrays(sql, [sku]).map(([version, recosts]) => ({
          sku,
          version: version as number,
          recosts: recosts === 1,
          places: placesOf.get(sku)?.map(([, place]) => place) ?? [],
        })),
      );
    });
  }

  async lostSkus(): Promise<string[]> {
    const sql = `SELECT iif(json_valid(body), body ->> 'sku', NULL) FROM packs
      JOIN (SELECT sku_id AS lost, min(version) AS first FROM packs
        WHERE sku_id NOT IN (SELECT id FROM skus) GROUP BY sku_id LIMIT ?)
      ON sku_id = lost AND version = first`;
    return this.#file.read((statements) => statements.column(sql, [limits.pageRows]).map(String));
  }

  async current(skus: readonly string[]): Promise<PackText[][]> {
    return this.#file.read((statements) =>
      skus.map((sku) => {
        const [last] = statements.arrays(LAST_PACKS, [JSON.stringify([sku])]) as LastRow[];
        return last ? this.#upTo(statements, last) : [];
      }),
    );
  }

  /** As a round sees them; who writes them next knows where they stand. */
  loaded(statements: Statements, skus: readonly string[], writer: PackWriter): SkuBooks[] {
    const found = new Map<string, SkuBooks>();
    // In order, so that those beside each other share pages of the index.
    const sorted = JSON.stringify([...skus].sort());
    const rows = statements.eachArray(LAST_PACKS, [sorted]) as Iterable<LastRow>;
    for (const last of rows) {
      const [, , version, , , , , sku, number] = last;
      writer.know(sku, { number, version });
      found.set(sku, loadedFrom(sku, this.#upTo(statements, last)));
    }
    return skus.map((sku) => found.get(sku) ?? emptyBooks(sku));
  }

  /** From the last that stands alone on. */
  #upTo(statements: Statements, last: LastRow): PackText[] {
    const [, , , isBase, , , , , number] = last;
    if (isBase === 1) return [textOf(last)];
    const since = `SELECT ${PACK} FROM skus s CROSS JOIN packs p ON p.sku_id = s.id
      WHERE s.id = ?1 AND version >= (SELECT max(version) FROM packs WHERE sku_id = ?1 AND is_base = 1)
      ORDER BY version`;
    return (statements.arrays(since, [number]) as PackRow[]).map(textOf);
  }

  async *packs(skus: readonly string[], afterSeq = 0): AsyncIterable<readonly StoredPack[]> {
    const [first, ...others] = skus;
    if (first === undefined) return;
    const start = this.#versionWith(first, afterSeq);
    const sql = `SELECT ${PACK_OF_ASKED}, p.first_at FROM ${OF_SKUS}`;
    const after: PackKey[] = [[first, start - 1], ...others.map((sku) => [sku, 0] as const)];
    yield* this.#after<FiledRow, StoredPack>(sql, after, [], this.#filed);
  }

  async *packTexts(after: ReadonlyMap<string, number>, until?: string): AsyncIterable<PackText> {
    const sql = `SELECT ${PACK_OF_ASKED} FROM ${OF_SKUS} WHERE p.first_at BETWEEN ? AND ?`;
    const within = until === undefined ? ['', '~'] : ['0', until];
    const textsOf = (_: Statements, rows: PackRow[]) => rows.map(textOf);
    for (const some of this.#after<PackRow, PackText>(sql, [...after], within, textsOf))
      yield* some;
  }

  /** After the versions asked for, as many at a time as may be in memory. */
  *#after<Row extends PackRow | FiledRow, Made>(
    sql: string,
    asked: readonly PackKey[],
    within: readonly string[],
    of: (statements: Statements, rows: Row[]) => Made[],
  ): Iterable<Made[]> {
    for (let next = asked; next.length > 0; ) {
      const values = [JSON.stringify(next), ...within];
      const { made, left } = this.#file.read((statements) => {
        const { rows, left } = someOf<Row>(statements.eachArray(sql, values), next);
        return { made: of(statements, rows), left };
      });
      if (made.length > 0) yield made;
      next = left;
    }
  }

  async *some(keys: readonly PackKey[]): AsyncIterable<PackText> {
    const sql = `SELECT ${PACK} ${OF_KEYS}`;
    for (const some of slicesOf(keys, CHUNK)) {
      const rows = this.#file.read((statements) => statements.arrays(sql, [JSON.stringify(some)]));
      yield* (rows as PackRow[]).map(textOf);
    }
  }

  /** Of the pack that may have the entry after `seq`. */
  #versionWith(sku: string, seq: number): number {
    if (seq === 0) return 1;
    const sql = `SELECT version FROM packs WHERE sku_id = (SELECT id FROM skus WHERE sku = ?)
      AND first_seq <= ? ORDER BY version DESC LIMIT 1`;
    return this.#file.read((statements) => statements.column<number>(sql, [sku, seq + 1])[0] ?? 1);
  }

  async packsByKey(keys: readonly PackKey[]): Promise<StoredPack[]> {
    return this.#file.read((statements) => {
      const sql = `SELECT ${PACK}, p.first_at ${OF_KEYS}`;
      return this.#filed(statements, statements.arrays(sql, [JSON.stringify(keys)]) as FiledRow[]);
    });
  }

  async *naming({ kind, name }: Naming, from: PackKey, sku?: string): AsyncIterable<NamingPack> {
    const where = new Conditions()
      .add('kind = ? AND name = ?', kind, name)
      .add('(s.sku, p.version) >= (?, ?)', ...from)
      .add('s.sku = ?', sku);
    const sql = `SELECT p.id, number FROM named_packs CROSS JOIN packs p ON p.id = pack_id
      CROSS JOIN skus s ON s.id = p.sku_id WHERE ${where} ORDER BY s.sku, p.version`;
    const rows = this.#file.read((statements) => statements.arrays(sql, where.values));
    const pack = `SELECT ${PACK} FROM packs p CROSS JOIN skus s ON s.id = p.sku_id WHERE p.id = ?`;
    for (const [id, named] of Map.groupBy(rows as NamedRow[], ([of]) => of)) {
      const numbers = new Set(named.flatMap(([, number]) => number ?? []));
      const row = this.#file.read((statements) => statements.arrays(pack, [id])[0]) as PackRow;
      yield {
        ...textOf(row),
        ...(numbers.size > 0 ? { numbers } : {}),
        documentOf: (number) => {
          const key = documentKey(row[1], number);
          return this.#file.read((open) => this.#documents.read(open, [key])).get(key)?.posted;
        },
      };
    }
  }

  /** With the documents that they name, so that nothing is to be read for them any more. */
  readonly #filed = (statements: Statements, rows: readonly FiledRow[]): StoredPack[] => {
    const keys = new Set<number>();
    for (const [, commit, , , , , body] of rows) {
      for (const number of namedDocuments({ body })) keys.add(documentKey(commit, number));
    }
    const documents = this.#documents.read(statements, keys);
    const filing = { documents, isPartners: this.#isPartners, isNamed: this.#isNamed };
    return rows.map((row) => new FiledPack(row, this.#committedAt(statements, row[1]), filing));
  };

  /** '' where it is not there. */
  #committedAt(statements: Statements, commit: number): string {
    const known = this.#commits.get(commit);
    if (known !== undefined) return known;
    const [at = ''] = statements.column(RECORDED, [commit]);
    if (this.#commits.size >= COMMITS_KEPT) this.#commits.clear();
    this.#commits.set(commit, at);
    return at;
  }

  readonly #isPartners = (commit: number, number: number, partner: string): boolean =>
    this.#documents.isPartners(commit, number, partner);

  readonly #isNamed = (kind: 'lot' | 'return', name: string, pack: number): boolean =>
    this.#file.read((open) => open.column(NAMED, [kind, name, pack]).length > 0);
}

/** As many as may be in memory, and what is to be asked for the rest; a row comes with the place of its SKU among those asked. */
function someOf<Row extends PackRow | FiledRow>(
  found: Iterable<unknown[]>,
  asked: readonly PackKey[],
): { rows: Row[]; left: readonly PackKey[] } {
  const rows: Row[] = [];
  let characters = 0;
  let last = -1;
  for (const row of found) {
    const index = row[7] as number;
    const [sku, from] = asked[index]!;
    if (rows.length >= CHUNK || characters >= limits.packCharacters) {
      const seen = index === last ? rows.at(-1)![2] : from;
      return { rows, left: [[sku, seen], ...asked.slice(index + 1)] };
    }
    row[7] = sku;
    last = index;
    rows.push(row as Row);
    characters += (row[6] as string).length;
  }
  return { rows, left: [] };
}

const textOf = ([, , version, isBase, , hash, body, sku]: readonly [...PackRow, ...unknown[]]) => {
  return { sku, version, isBase: isBase === 1, hash, body };
};
