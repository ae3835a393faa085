import { nameOfKey } from './keys.ts';
import { type FiledDocument, filedFrom, linesOf, type PartDocument } from './packDocuments.ts';

/** Documents that are kept as objects: most are of one pack, and packs of a large one are read together. */
const LOOKED_AT = 256;

/** Most documents of a part are of other packs, and nobody asks for them. */
interface DocumentLine {
  part: PartDocument;
  text: string;
}

/** Documents that were read. They never change. */
export class KnownDocuments {
  readonly #parts = new Set<string>();
  readonly #commits = new Map<string, Map<number, DocumentLine>>();
  readonly #lookedAt = new Map<DocumentLine, FiledDocument>();
  count = 0;

  of(commit: string, number: number): FiledDocument | undefined {
    const line = this.#commits.get(commit)?.get(number);
    const known = line && this.#lookedAt.get(line);
    if (known || !line) return known;
    const filed = filedFrom(line.part, line.text);
    if (this.#lookedAt.size >= LOOKED_AT) this.#lookedAt.clear();
    this.#lookedAt.set(line, filed);
    return filed;
  }

  has(key: string): boolean {
    return this.#parts.has(key);
  }

  see(part: PartDocument): void {
    if (this.has(part._id)) return;
    this.#parts.add(part._id);
    const commit = nameOfKey(part._id);
    const documents = this.#commits.get(commit) ?? new Map<number, DocumentLine>();
    this.#commits.set(commit, documents);
    for (const [number, text] of linesOf(part)) {
      documents.set(number, { part, text });
      this.count += 1;
    }
  }
}
