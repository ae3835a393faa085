/** Writes where names occur, so that who asks by one need not read the whole ledger. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { PostedDocument } from '../../pack.ts';

const NONE: readonly string[] = [];

export class NameWriter {
  readonly #lot: StatementSync;
  readonly #partner: StatementSync;
  readonly #place: StatementSync;

  constructor(database: DatabaseSync) {
    this.#lot = database.prepare('INSERT INTO lots VALUES (?, ?)');
    this.#partner = database.prepare('INSERT INTO partners VALUES (?, ?, ?)');
    this.#place = database.prepare('INSERT OR IGNORE INTO sku_places VALUES (?, ?)');
  }

  lots(lots: readonly string[], pack: number): void {
    for (const lot of lots) this.#lot.get(lot, pack);
  }

  /** A SKU meets few places, and each once: those that it has from now on. */
  places(sku: string, places: readonly string[], known = NONE): readonly string[] {
    const met = places.filter((place) => !known.includes(place));
    for (const place of met) this.#place.get(place, sku);
    return met.length === 0 ? known : [...known, ...met];
  }

  /** A row for each partner of a commit, however many documents it has there. */
  partners(documents: readonly PostedDocument[], commit: number): void {
    const numbers = new Map<string, number[]>();
    for (const [number, { partner }] of documents.entries()) {
      if (partner === '') continue;
      const own = numbers.get(partner);
      if (own) own.push(number);
      else numbers.set(partner, [number]);
    }
    for (const [partner, own] of numbers) this.#partner.get(partner, commit, `[${own.join()}]`);
  }
}
