import { type FiledDocument, filedFrom, type PartDocument } from './packDocuments.ts';

/** Documents that were read. They never change. */
export class KnownDocuments {
  readonly parts = new Set<string>();
  readonly #commits = new Map<string, Map<number, FiledDocument>>();
  count = 0;

  of(commit: string, number: number): FiledDocument | undefined {
    return this.#commits.get(commit)?.get(number);
  }

  see(commit: string, part: PartDocument): void {
    if (this.parts.has(part._id)) return;
    this.parts.add(part._id);
    const documents = this.#commits.get(commit) ?? new Map<number, FiledDocument>();
    this.#commits.set(commit, documents);
    for (const [number, filed] of filedFrom(part)) {
      documents.set(number, filed);
      this.count += 1;
    }
  }
}
