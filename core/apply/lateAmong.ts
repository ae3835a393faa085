import type { Command } from '../message.ts';
import { ranks, rankText } from '../rankOf.ts';
import type { AnyDocument } from '../stock/documents/movementLines.ts';
import type { Workspace } from '../stock/workspace.ts';
import { instantOf } from '../zone.ts';

type Late = { sku: string; at: string };

/**
 * What receipts and issues will ask for of the history of their SKUs, because they count before what the books have or
 * what is decided before them. All else says so itself, one SKU at a time.
 */
export function lateAmong(commands: readonly Command[], workspace: Workspace): Late[] {
  const latest = new Map<string, { at: string; rank: string }>();
  const late: Late[] = [];
  for (const { type, id, data } of commands) {
    if (type !== 'stock.receive.v1' && type !== 'stock.issue.v1') continue;
    const { document, lines, at: stated } = data as unknown as AnyDocument;
    const at = instantOf(stated);
    const rank = `${rankText(ranks[type])}${id === document ? document : `${document}\n${id}`}`;
    for (const { sku } of lines) {
      if (!workspace.has(sku)) continue;
      const state = workspace.sku(sku);
      // Of what is new nothing is to be read.
      if (state.committedSeq === 0) continue;
      const known = latest.get(sku) ?? { at: state.latestAt, rank: state.latestRank };
      const isLate = at < known.at || (at === known.at && rank < known.rank);
      if (!isLate) latest.set(sku, { at, rank });
      else if (!state.history?.reaches(at)) late.push({ sku, at });
    }
  }
  return late;
}
