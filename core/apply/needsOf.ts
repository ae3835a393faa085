import type { Command } from '../message.ts';
import type { AnyDocument, AnyLine } from '../stock/documents/movementLines.ts';

/**
 * What a command will surely look at: loaded for all commands of a round at once. What is not named here
 * the decision asks for itself.
 */
export interface Needs {
  skus: string[];
  reservations: string[];
  openOrders: string[];
  documents: string[];
}

export function needsOf(command: Command): Needs {
  const data = command.data as unknown as Partial<AnyDocument> & {
    sku?: string;
    reservation?: string;
    components?: AnyLine[];
    lines?: (Partial<AnyLine> & { receipt?: string })[];
  };
  const lines = [...(data.lines ?? []), ...(data.components ?? [])];
  const named = lines.flatMap(({ sku }) => sku ?? []);
  return {
    skus: data.sku === undefined ? named : [data.sku],
    reservations: data.reservation === undefined ? [] : [data.reservation],
    openOrders: openOrdersOf(command, data),
    documents: documentsOf(command, data),
  };
}

function openOrdersOf({ type }: Command, { document, reference }: Partial<AnyDocument>): string[] {
  if (type === 'order.upsert.v1') return [document!];
  const fulfils =
    type === 'stock.receive.v1' || type === 'stock.issue.v1' || type === 'stock.transfer.v1';
  return fulfils && reference ? [reference] : [];
}

function documentsOf(
  { type }: Command,
  data: { document?: string; reference?: string; lines?: { receipt?: string }[] },
): string[] {
  if (type === 'stock.cancel.v1') return [data.document!];
  if (type === 'stock.return.v1') return data.reference ? [data.reference] : [];
  if (type === 'stock.landed-cost.v1') return data.lines!.flatMap(({ receipt }) => receipt ?? []);
  return [];
}
