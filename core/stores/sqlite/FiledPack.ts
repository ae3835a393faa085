/** A pack as store.db has it, with what it is found by. */
import type { PostedDocument, StoredPack } from '../../pack.ts';
import { type DocumentWithPacks, leadsTo } from './SqliteDocuments.ts';
import { documentKey } from './schema.ts';

export type PackRow = [
  ...[id: number, commit: number, version: number, isBase: number, firstSeq: number],
  ...[hash: string, body: string, sku: string],
];
export type FiledRow = [...pack: PackRow, firstAt: string];

/** What packs that were read at once are found by. */
export interface Filing {
  documents: ReadonlyMap<number, DocumentWithPacks>;
  isPartners(commit: number, number: number, partner: string): boolean;
  isNamed(kind: 'lot' | 'return', name: string, pack: number): boolean;
}

/** Not an object with a function for each question: most are asked one or two. */
export class FiledPack implements StoredPack {
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
  readonly #filing: Filing;

  constructor(row: FiledRow, committedAt: string, filing: Filing) {
    this.#id = row[0];
    this.#commit = row[1];
    this.version = row[2];
    this.isBase = row[3] === 1;
    this.firstSeq = row[4];
    this.hash = row[5];
    this.body = row[6];
    this.sku = row[7];
    this.firstAt = row[8];
    this.committedAt = committedAt;
    this.#filing = filing;
  }

  documentOf(number: number): PostedDocument | undefined {
    return this.#filed(number)?.posted;
  }

  isFoundBy(number: number): boolean {
    const filed = this.#filed(number);
    return filed !== undefined && leadsTo(filed, this.#id);
  }

  isFoundByPartner(number: number): boolean {
    const partner = this.documentOf(number)?.partner;
    return partner !== undefined && this.#filing.isPartners(this.#commit, number, partner);
  }

  /** The index of the column leads to it, and the hash covers that. */
  isFoundByReference(): boolean {
    return true;
  }

  isFoundByName(kind: 'lot' | 'return', name: string): boolean {
    return this.#filing.isNamed(kind, name, this.#id);
  }

  #filed(number: number): DocumentWithPacks | undefined {
    return this.#filing.documents.get(documentKey(this.#commit, number));
  }
}
