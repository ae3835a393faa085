import { transitPool } from '../ledger.ts';
import type { Command, CommandType } from '../message.ts';
import { followedBy, rankAfter, ranks } from '../rankOf.ts';
import type { AnyDocument } from '../stock/documents/movementLines.ts';

/**
 * Commands in the order in which they are decided: those of one instant that follow each other as they will
 * count. Whatever order they are decided in, they count the same; but what is decided after others that count
 * after it is late, and costs their SKUs anew.
 */
export function inRank(commands: Command[]): Command[] {
  let sorted: Command[] | undefined;
  let start = 0;
  let isInOrder = true;
  for (let index = 1; index <= commands.length; index += 1) {
    const before = commands[index - 1]!;
    const next = commands[index];
    if (next && areOfOneInstant(before, next)) {
      isInOrder &&= byRank(before, next) <= 0;
      continue;
    }
    if (!isInOrder) {
      const run = commands.slice(start, index).sort(byRank);
      sorted ??= [...commands];
      sorted.splice(start, run.length, ...run);
    }
    start = index;
    isInOrder = true;
  }
  return sorted ?? commands;
}

/**
 * What only moves stock or its cost. All else stays where it is, and nothing passes it: who asks first gets what is
 * there, what a document may be depends on what was opened, named, closed or cancelled before it, and some
 * have all costed that came before.
 */
const moving: ReadonlySet<CommandType> = new Set<CommandType>([
  ...(['stock.receive.v1', 'stock.issue.v1', 'stock.return.v1', 'stock.transfer.v1'] as const),
  ...(['stock.adjust.v1', 'stock.count.v1', 'stock.status.v1', 'stock.produce.v1'] as const),
  ...(['stock.landed-cost.v1', 'stock.invoice.v1'] as const),
]);

const documentOf = ({ data }: Command): AnyDocument => data as unknown as AnyDocument;

/** As their senders wrote it: what is written otherwise stays where it is, too. */
const areOfOneInstant = (one: Command, other: Command): boolean =>
  documentOf(one).at === documentOf(other).at && moving.has(one.type) && moving.has(other.type);

function byRank(one: Command, other: Command): number {
  const [first, second] = [documentOf(one), documentOf(other)];
  const isAlike = one.type === other.type && !following.has(one.type);
  return (
    (isAlike ? 0 : placeOf(one, first) - placeOf(other, second)) ||
    compareTexts(first.document, second.document) ||
    compareTexts(one.id, other.id)
  );
}

/** Of these some follow others of the instant: their type alone does not say where they stand. */
const following: ReadonlySet<CommandType> = new Set(['stock.transfer.v1', 'stock.return.v1']);

/** What arrives is decided after what was shipped, what comes back from customers after the issue that it names. */
function placeOf({ type }: Command, { lines, party, reference }: AnyDocument): number {
  const from = following.has(type) ? originOf(lines, party) : '';
  const followed = followedBy(type, from);
  const isAfter = Boolean(reference) || from === transitPool;
  return followed && isAfter ? rankAfter(followed) : ranks[type];
}

function originOf(lines: AnyDocument['lines'], party: AnyDocument['party']): string {
  if (lines.some(({ from }) => from === transitPool)) return transitPool;
  return party === 'supplier' ? '' : 'customer';
}

const compareTexts = (one: string, other: string): number =>
  one < other ? -1 : Number(one > other);
