import type { Command } from '../message.ts';
import type { AnyDocument, AnyLine } from '../stock/documents/movementLines.ts';

/**
 * What commands will surely look at, each once: loaded for all of a round together. What is not named here
 * the decision asks for itself.
 */
export interface Needs {
  skus: Set<string>;
  reservations: Set<string>;
  openOrders: Set<string>;
  documents: Set<string>;
}

export function needsOf(commands: Iterable<Command>): Needs {
  const needs: Needs = {
    ...{ skus: new Set(), reservations: new Set(), openOrders: new Set(), documents: new Set() },
  };
  for (const command of commands) {
    const data = command.data as unknown as Data;
    if (data.sku !== undefined) needs.skus.add(data.sku);
    else {
      addSkus(needs.skus, data.lines);
      addSkus(needs.skus, data.components);
    }
    if (data.reservation !== undefined) needs.reservations.add(data.reservation);
    addOpenOrders(needs.openOrders, command, data);
    addDocuments(needs.documents, command, data);
  }
  return needs;
}

type Data = Partial<AnyDocument> & {
  sku?: string;
  reservation?: string;
  components?: AnyLine[];
  lines?: (Partial<AnyLine> & { receipt?: string })[];
};

function addSkus(to: Set<string>, lines: Data['lines'] = []): void {
  for (const { sku } of lines) if (sku !== undefined) to.add(sku);
}

function addOpenOrders(to: Set<string>, { type }: Command, { document, reference }: Data): void {
  if (type === 'order.upsert.v1') to.add(document!);
  const fulfils =
    type === 'stock.receive.v1' || type === 'stock.issue.v1' || type === 'stock.transfer.v1';
  if (fulfils && reference) to.add(reference);
}

function addDocuments(to: Set<string>, { type }: Command, data: Data): void {
  if (type === 'stock.cancel.v1') to.add(data.document!);
  if (type === 'stock.return.v1' && data.reference) to.add(data.reference);
  if (type !== 'stock.landed-cost.v1' && type !== 'stock.invoice.v1') return;
  for (const { receipt } of data.lines!) if (receipt !== undefined) to.add(receipt);
}
