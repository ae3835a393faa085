import { type FiledDocument, filedFrom, linesOf, type PartDocument } from './packDocuments.ts';

/** Most documents of a part are of other packs, and nobody asks for them. */
interface DocumentLine {
  part: PartDocument;
  text: string;
  filed?: FiledDocument;
}

/** Documents that were read. They never change. */
export class KnownDocuments {
  readonly parts = new Set<string>();
  readonly #commits = new Map<string, Map<number, DocumentLine>>();
  count = 0;

  of(commit: string, number: number): FiledDocument | undefined {
    const line = this.#commits.get(commit)?.get(number);
    if (line) line.filed ??= filedFrom(line.part, line.text);
    return line?.filed;
  }

  see(commit: string, part: PartDocument): void {
    if (this.parts.has(part._id)) return;
    this.parts.add(part._id);
    const documents = this.#commits.get(commit) ?? new Map<number, DocumentLine>();
    this.#commits.set(commit, documents);
    for (const [number, text] of linesOf(part)) {
      documents.set(number, { part, text });
      this.count += 1;
    }
  }
}
