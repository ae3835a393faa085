/** Packs as store.db has them. */
import { limits } from '../../limits.ts';
import type { NamingPack } from '../../namedEntries.ts';
import type { PackKey, PackText, PostedDocument, SkuPointer, StoredPack } from '../../pack.ts';
import { namedDocuments } from '../../packFrom.ts';
import type { Naming, PackReader, PacksFrom } from '../packs/PackReader.ts';
import { Conditions, type Statements } from './Statements.ts';

/** Runs a reading on the open file, whichever that is by then. */
type Read = <T>(action: (statements: Statements) => T) => T;
/** Whether there is a row. */
type Has = (sql: string, values: (string | number)[]) => boolean;

/** In the order of `PackRow`. */
const PACK = 'p.id, p.commit_no, p.version, p.is_base, p.first_seq, p.hash, p.body';
const COMMITTED = `${PACK}, (SELECT recorded_at FROM commits c WHERE c.no = p.commit_no), p.first_at`;
type PackRow = [
  id: number,
  commit: number,
  version: number,
  isBase: number,
  firstSeq: number,
  hash: string,
  body: string,
  committedAt: string | null,
  firstAt: string,
  more?: unknown,
];

const DOCUMENT = `SELECT number, document, partner, reference, at, source, message_id, actor, contenthash, packs
  FROM documents WHERE commit_no = ? AND number`;
/** More that follow each other are read at once. */
const FEW_DOCUMENTS = 8;
/** Packs that are read at once, at most. */
const CHUNK = 256;
/** Documents that are kept in memory. */
const DOCUMENTS_KEPT = 16_384;
/** A commit has fewer documents. */
const DOCUMENTS_PER_COMMIT = 2 ** 24;

interface Chunk {
  rows: StoredPack[];
  /** Left out with the last. */
  next?: PacksFrom;
}

interface FiledDocument {
  number: number;
  posted: PostedDocument;
  /** JSON list of the ids of packs that have entries of it. */
  packs: string;
  /** Whether its partner leads to it; left out until somebody asks. */
  isPartners?: boolean;
}

export class SqlitePacks implements PackReader {
  readonly #read: Read;
  /** They never change: those of several packs are kept once they were read. */
  readonly #documents = new Map<number, FiledDocument>();

  constructor(read: Read) {
    this.#read = read;
  }

  async skus(after: string | undefined, limit: number, place?: string): Promise<string[]> {
    const where = new Conditions().add('place = ?', place).add('sku > ?', after ?? '');
    const table = place === undefined ? 'skus' : 'sku_places';
    const sql = `SELECT sku FROM ${table} WHERE ${where} ORDER BY sku LIMIT ?`;
    return this.#read((statements) =>
      statements.all(sql, [...where.values, limit]).map(({ sku }) => sku as string),
    );
  }

  async pointers(skus: readonly string[]): Promise<SkuPointer[]> {
    const sql = `SELECT s.version, p.version, p.hash, s.recosts,
      (SELECT json_group_array(place) FROM sku_places l WHERE l.sku = s.sku) FROM skus s
      LEFT JOIN packs p ON p.id = s.last_pack AND p.sku_id = s.id WHERE s.sku = ?`;
    return this.#read((statements) =>
      skus.flatMap((sku) =>
        statements.arrays(sql, [sku]).map(([next, version, hash, recosts, places]) => ({
          sku,
          // Writers go by the one, readers by the other.
          version: next === version ? (version as number) : 0,
          hash: (hash as string | null) ?? '',
          recosts: recosts === 1,
          places: JSON.parse(places as string),
        })),
      ),
    );
  }

  async lostSkus(): Promise<string[]> {
    const sql = `SELECT iif(json_valid(body), body ->> 'sku', NULL) AS sku FROM packs
      JOIN (SELECT sku_id AS lost, min(version) AS first FROM packs
        WHERE sku_id NOT IN (SELECT id FROM skus) GROUP BY sku_id LIMIT ?)
      ON sku_id = lost AND version = first`;
    return this.#read((statements) =>
      statements.all(sql, [limits.pageRows]).map(({ sku }) => String(sku)),
    );
  }

  async current(skus: readonly string[]): Promise<PackText[][]> {
    return this.#read((statements) => skus.map((sku) => this.currentOf(statements, sku)));
  }

  /** From the last that stands alone on. */
  currentOf(statements: Statements, sku: string): PackText[] {
    const last = `SELECT ${PACK}, p.sku_id FROM skus s JOIN packs p ON p.id = s.last_pack WHERE s.sku = ?`;
    const row = statements.arrays(last, [sku])[0];
    if (!row) return [];
    const pack = textOf(sku, row as PackRow);
    if (pack.isBase) return [pack];
    const base = `SELECT max(version) AS version FROM packs WHERE sku_id = ? AND is_base = 1`;
    const id = row[7] as number;
    const { version } = statements.get(base, [id])!;
    const since = `SELECT ${PACK} FROM packs p WHERE sku_id = ? AND version >= ? ORDER BY version`;
    const rows = statements.arrays(since, [id, version as number]);
    return rows.map((one) => textOf(sku, one as PackRow));
  }

  async *history(skus: readonly string[], from: PacksFrom): AsyncIterable<readonly StoredPack[]> {
    for (const [index, sku] of skus.entries()) {
      let next: PacksFrom | undefined = index === 0 ? from : { version: 1 };
      while (next) {
        const start: PacksFrom = next;
        const chunk: Chunk = this.#read((statements) => this.#chunk(statements, sku, start));
        if (chunk.rows.length > 0) yield chunk.rows;
        next = chunk.next;
      }
    }
  }

  async *texts(skus: readonly string[]): AsyncIterable<StoredPack> {
    for await (const packs of this.history(skus, { version: 1 })) yield* packs;
  }

  async *some(
    versions: ReadonlyMap<string, readonly number[]>,
    until = '~',
  ): AsyncIterable<PackText> {
    const sql = `SELECT ${PACK} FROM skus s CROSS JOIN json_each(?) v
      CROSS JOIN packs p ON p.sku_id = s.id AND p.version = v.value
      WHERE s.sku = ? AND p.first_at <= ?`;
    for (const [sku, all] of versions) {
      for (let from = 0; from < all.length; from += CHUNK) {
        const some = JSON.stringify(all.slice(from, from + CHUNK));
        const rows = this.#read((statements) => statements.arrays(sql, [some, sku, until]));
        for (const row of rows) yield textOf(sku, row as PackRow);
      }
    }
  }

  async versions(atLeast: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
    const sql = 'SELECT sku, version FROM skus WHERE sku IN (SELECT value FROM json_each(?))';
    const rows = this.#read((statements) =>
      statements.arrays(sql, [JSON.stringify([...atLeast.keys()])]),
    );
    return new Map(rows.map(([sku, version]) => [sku as string, Number(version)]));
  }

  #chunk(statements: Statements, sku: string, from: PacksFrom): Chunk {
    const number = statements.array('SELECT id FROM skus WHERE sku = ?', [sku])?.[0] as number;
    if (number === undefined) return { rows: [] };
    const first =
      'version' in from ? from.version : versionAfter(statements, number, from.afterSeq);
    const sql = `SELECT ${COMMITTED} FROM packs p WHERE sku_id = ? AND version >= ? ORDER BY version`;
    const rows: StoredPack[] = [];
    let characters = 0;
    for (const row of statements.eachArray(sql, [number, first]) as Iterable<PackRow>) {
      if (rows.length >= CHUNK || characters >= limits.packCharacters) {
        return { rows, next: { version: rows.at(-1)!.version + 1 } };
      }
      const pack = this.#pack(statements, sku, row);
      rows.push(pack);
      characters += pack.body.length;
    }
    return { rows };
  }

  async byKey(keys: readonly PackKey[]): Promise<StoredPack[]> {
    const sql = `SELECT ${COMMITTED}, s.sku FROM json_each(?) k CROSS JOIN skus s ON s.sku = k.value ->> 0
      CROSS JOIN packs p ON p.sku_id = s.id AND p.version = k.value ->> 1`;
    return this.#read((statements) =>
      statements
        .arrays(sql, [JSON.stringify(keys)])
        .map((row) => this.#pack(statements, row[9] as string, row as PackRow)),
    );
  }

  async *naming(
    { kind, name }: Naming,
    { from = ['', 0], sku }: { from?: PackKey; sku?: string },
  ): AsyncIterable<NamingPack> {
    const where = new Conditions()
      .add('kind = ? AND name = ?', kind, name)
      .add('(s.sku, p.version) >= (?, ?)', ...from)
      .add('s.sku = ?', sku);
    const sql = `SELECT p.id, s.sku, number FROM named_packs CROSS JOIN packs p ON p.id = pack_id
      CROSS JOIN skus s ON s.id = p.sku_id WHERE ${where} ORDER BY s.sku, p.version`;
    const rows = this.#read((statements) => statements.arrays(sql, where.values)) as [
      id: number,
      sku: string,
      number: number | null,
    ][];
    for (let index = 0; index < rows.length; ) {
      const [id, of] = rows[index]!;
      const numbers = new Set<number>();
      for (; rows[index]?.[0] === id; index += 1) {
        const number = rows[index]![2];
        if (number !== null) numbers.add(number);
      }
      yield this.#naming(id, of, numbers);
    }
  }

  #naming(id: number, sku: string, numbers: ReadonlySet<number>): NamingPack {
    const sql = `SELECT ${PACK} FROM packs p WHERE p.id = ?`;
    const row = this.#read((statements) => statements.arrays(sql, [id])[0]) as PackRow;
    return {
      ...textOf(sku, row),
      ...(numbers.size > 0 ? { numbers } : {}),
      documentOf: (number) =>
        this.#read((statements) => this.#document(statements, row[1], number))?.posted,
    };
  }

  /** With the documents that it names, so that nothing is to be read for it any more. */
  #pack(statements: Statements, sku: string, row: PackRow): StoredPack {
    const text = textOf(sku, row);
    const named = namedDocuments(text);
    const [first] = named;
    const isRun = named.length > FEW_DOCUMENTS && named.every((n, index) => n === first! + index);
    const documents = isRun
      ? statements
          .arrays(`${DOCUMENT} BETWEEN ? AND ?`, [row[1], first!, named.at(-1)!])
          .map(filedFrom)
      : named.flatMap((number) => this.#document(statements, row[1], number) ?? []);
    return new FiledPack(text, row, documents, this.#has);
  }

  readonly #has: Has = (sql, values) =>
    this.#read((statements) => statements.array(sql, values) !== undefined);

  #document(statements: Statements, commit: number, number: number): FiledDocument | undefined {
    const key = commit * DOCUMENTS_PER_COMMIT + number;
    const known = this.#documents.get(key);
    if (known) return known;
    const row = statements.array(`${DOCUMENT} = ?`, [commit, number]);
    if (!row) return undefined;
    const filed = filedFrom(row);
    // Nobody asks again for that of a single pack.
    if (filed.packs.includes(',')) {
      if (this.#documents.size >= DOCUMENTS_KEPT) this.#documents.clear();
      this.#documents.set(key, filed);
    }
    return filed;
  }
}

function filedFrom(row: unknown[]): FiledDocument {
  const [number, document, partner, reference, at, source, messageId, actor, contenthash, packs] =
    row as [
      number: number,
      ...[document: string, partner: string, reference: string, at: string],
      ...[source: string, messageId: string, actor: string, contenthash: string, packs: string],
    ];
  const posted = { document, partner, reference, at, source, messageId, actor, contenthash };
  return { number, posted: { ...posted, skus: [] }, packs };
}

const textOf = (sku: string, [, , version, isBase, , hash, body]: PackRow): PackText => ({
  ...{ sku, version, isBase: isBase === 1, hash, body },
});

class FiledPack implements StoredPack {
  readonly sku: string;
  readonly version: number;
  readonly isBase: boolean;
  readonly hash: string;
  readonly body: string;
  readonly firstSeq: number;
  readonly firstAt: string;
  readonly committedAt: string;
  readonly #id: number;
  readonly #commit: number;
  readonly #has: Has;
  readonly #documents: readonly FiledDocument[];
  /** Made where there is more than one. */
  #byNumber: Map<number, FiledDocument> | undefined;

  constructor(text: PackText, row: PackRow, documents: readonly FiledDocument[], has: Has) {
    this.sku = text.sku;
    this.version = text.version;
    this.isBase = text.isBase;
    this.hash = text.hash;
    this.body = text.body;
    this.#id = row[0];
    this.#commit = row[1];
    this.#has = has;
    this.firstSeq = row[4];
    this.committedAt = row[7] ?? '';
    this.firstAt = row[8];
    this.#documents = documents;
  }

  documentOf(number: number): PostedDocument | undefined {
    return this.#filed(number)?.posted;
  }

  isFoundBy(number: number): boolean {
    const packs = this.#filed(number)?.packs ?? '';
    const id = String(this.#id);
    if (packs === `[${id}]`) return true;
    return packs.startsWith(`[${id},`) || packs.endsWith(`,${id}]`) || packs.includes(`,${id},`);
  }

  isFoundByPartner(number: number): boolean {
    const filed = this.#filed(number);
    if (!filed) return false;
    const sql = `SELECT 1 FROM partners WHERE partner = ? AND commit_no = ?
      AND instr(',' || trim(numbers, '[]') || ',', ?)`;
    filed.isPartners ??= this.#has(sql, [filed.posted.partner, this.#commit, `,${number},`]);
    return filed.isPartners;
  }

  isFoundByLot(lot: string): boolean {
    return this.#has('SELECT 1 FROM lots WHERE lot = ? AND pack = ?', [lot, this.#id]);
  }

  #filed(number: number): FiledDocument | undefined {
    const [first] = this.#documents;
    if (first?.number === number) return first;
    this.#byNumber ??= new Map(this.#documents.map((filed) => [filed.number, filed]));
    return this.#byNumber.get(number);
  }
}

/** Of the pack that may have the entry after `seq`. */
function versionAfter(statements: Statements, sku: number, seq: number): number {
  const sql = `SELECT version FROM packs WHERE sku_id = ? AND first_seq <= ?
    ORDER BY version DESC LIMIT 1`;
  const row = statements.get(sql, [sku, seq + 1]);
  return (row?.version as number | undefined) ?? 1;
}
