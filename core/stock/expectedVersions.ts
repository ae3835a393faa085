/** What a command expects to change, by its version: where that has become another, nothing of it is booked. */
import { hash } from 'node:crypto';
import type { Item } from '../ledger.ts';
import type { Command, CommandType } from '../message.ts';
import type { BookContext } from './context.ts';
import { refusal } from './refusal.ts';

interface Stating {
  expectedVersion?: string;
}

interface AnyData extends Stating {
  sku?: string;
  reservation?: string;
  lines?: readonly (Stating & { sku: string })[];
}

/** Messages that say it in their lines, and so of their items. */
const sayOfItems = (type: CommandType): boolean => type.startsWith('stock.');

/**
 * Decided on what the round has read and changed so far. What was read too early is found out by the commit, which
 * holds the versions of all that it changes against those in the store.
 */
export function requireExpected({ workspace }: BookContext, { type, data }: Command): void {
  const { expectedVersion, sku, reservation, lines = [] } = data as AnyData;
  if (sayOfItems(type)) {
    if (expectedVersion !== undefined) requireOne(lines);
    for (let index = 0; index < lines.length; index += 1) {
      const line = lines[index]!;
      const expected = line.expectedVersion ?? expectedVersion;
      if (expected === undefined) continue;
      const field = line.expectedVersion === undefined ? '' : `lines[${index}].`;
      refuseOther(line.sku, expected, workspace.sku(line.sku).seq, field);
    }
    return;
  }
  if (expectedVersion === undefined) return;
  if (reservation !== undefined) {
    const { version = 0 } = workspace.claims.reservation(reservation) ?? {};
    refuseOther(reservation, expectedVersion, version);
  } else if (sku !== undefined) {
    refuseOther(sku, expectedVersion, itemVersion(workspace.sku(sku).item));
  }
}

function requireOne(lines: readonly { sku: string }[]): void {
  const [first, other] = [...new Set(lines.map(({ sku }) => sku))];
  if (other === undefined) return;
  const message = `the lines are of ${first} and of ${other}, which have a version each`;
  const todo = 'State expectedVersion in the lines.';
  throw refusal('MESSAGE_INVALID', message, 'expectedVersion', { todo });
}

function refuseOther(what: string, expected: string, version: number, field = ''): void {
  if (Number(expected) === version) return;
  const message = `${what} has the version ${version}, and ${expected} is expected`;
  throw refusal('VERSION_MISMATCH', message, `${field}expectedVersion`);
}

/** Of its hash: enough that no two versions of an item are ever taken for each other, and exact as a number. */
const VERSION_DIGITS = 12;

/** Tells what is known of an item from all that was known of it before; 0 where nothing is. */
export function itemVersion(item: Item | undefined): number {
  if (!item) return 0;
  const { changed: _, ...known } = item;
  return Number.parseInt(hash('sha256', sorted(known), 'hex').slice(0, VERSION_DIGITS), 16);
}

/** The same text of what is equal. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return String(part);
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(
      Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)),
    );
  });
