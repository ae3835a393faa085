import type { SourceRecord } from '../ports.ts';

/** In which entry of an archive each record stands, for its faults; nothing of a plain payload. */
export class EntryNames {
  readonly #begins: { record: number; file: string }[] = [];

  see([first]: readonly SourceRecord[]): void {
    if (first?.file === undefined || first.file === this.#begins.at(-1)?.file) return;
    this.#begins.push({ record: first.record, file: first.file });
  }

  of(record: number): string | undefined {
    return this.#begins.findLast((begin) => begin.record <= record)?.file;
  }
}
