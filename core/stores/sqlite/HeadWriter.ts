/** Writes heads where their versions hold, and items where they are not what the store has. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Commit, Item, SkuHead } from '../../ledger.ts';
import { limits } from '../../limits.ts';
import { poolsText, recostText } from './rows.ts';

export class HeadWriter {
  readonly #newHead: StatementSync;
  readonly #nextHead: StatementSync;
  readonly #item: StatementSync;
  readonly #noItem: StatementSync;
  /** Items as they are at a version of their SKU, which settles what the store holds. */
  readonly #stored = new Map<string, { version: number; item: Item | undefined }>();

  constructor(database: DatabaseSync) {
    const prepare = (sql: string): StatementSync => database.prepare(sql);
    this.#newHead = prepare(
      `INSERT INTO heads (version, seq, recorded_at, hash, latest_at, checkpoint_seq,
       opening_valuation, opening_cost, pools, recost, sku)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.#nextHead = prepare(
      `UPDATE heads SET version = ?, seq = ?, recorded_at = ?, hash = ?, latest_at = ?,
       checkpoint_seq = ?, opening_valuation = ?, opening_cost = ?, pools = ?, recost = ?
       WHERE sku = ? AND version = ?`,
    );
    this.#item = prepare(
      'INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#noItem = prepare('DELETE FROM items WHERE sku = ?');
  }

  /** SKUs that have another version than expected; then the transaction is to be rolled back. */
  write(heads: Commit['heads']): string[] {
    const conflicts: string[] = [];
    for (const { head, expectedVersion } of heads) {
      const { sku } = head;
      const values = [
        head.version,
        head.seq,
        head.recordedAt,
        head.hash,
        head.latestAt,
        head.checkpointSeq,
        head.opening.valuation,
        head.opening.standardCost,
        poolsText(head.pools),
        recostText(head.recost),
        sku,
      ] as const;
      const written =
        expectedVersion === 0
          ? this.#newHead.run(...values)
          : this.#nextHead.run(...values, expectedVersion);
      if (written.changes !== 1) conflicts.push(sku);
      else if (!this.#hasItem(head, expectedVersion)) this.#writeItem(sku, head.item);
    }
    return conflicts;
  }

  /** What the store now holds for good: after a commit, or as it was read. */
  remember(heads: Iterable<SkuHead>): void {
    for (const { sku, version, item } of heads) this.#stored.set(sku, { version, item });
    if (this.#stored.size > limits.cachedSkus) this.#stored.clear();
  }

  #hasItem({ sku, item }: SkuHead, version: number): boolean {
    if (version === 0) return item === undefined;
    const stored = this.#stored.get(sku);
    return stored !== undefined && stored.version === version && stored.item === item;
  }

  #writeItem(sku: string, item: Item | undefined): void {
    if (item === undefined) {
      this.#noItem.run(sku);
      return;
    }
    this.#item.run(
      sku,
      item.name,
      item.unit,
      JSON.stringify(item.units),
      item.valuation,
      item.standardCost,
      item.tracking,
      item.picking,
      item.negative,
      item.valued ? 1 : 0,
      item.weight,
      item.barcode,
      item.group,
      JSON.stringify(item.attributes),
    );
  }
}
