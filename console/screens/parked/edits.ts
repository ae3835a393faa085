/** What a person would change of a parked record, before anything of it is written. */
import type { ParkedRecord } from '../../../schemas/generated/api.d.ts';

/** A row as it was read; of a message that the rules of stock refused, its data. */
export interface Member {
  record?: number;
  line?: number;
  /** As it stood there, where it could not be read. */
  raw?: string;
  value?: unknown;
}

/** Texts by the paths of fields, or the whole of it as JSON. */
export interface Draft {
  set: Readonly<Record<string, string>>;
  json?: string | undefined;
}

export const untouched: Draft = { set: {} };

/** None where it is a payload as a whole. */
export function membersOf({ stage }: Pick<ParkedRecord, 'stage'>, content: string): Member[] {
  const parsed = JSON.parse(content);
  if (stage === 'payload') return [];
  return stage === 'apply' ? [{ value: parsed.data }] : parsed;
}

/** As it would be corrected as a whole. */
export function jsonOf(members: readonly Member[]): string {
  const values = members.map(({ value }) => value);
  return JSON.stringify(values.length === 1 ? values[0] : values, undefined, 2);
}

/** Body of a correction; `problem` where it is no JSON. */
export function bodyOf({ set, json }: Draft): { body: Record<string, unknown>; problem?: string } {
  if (json !== undefined) {
    try {
      return { body: { value: JSON.parse(json) } };
    } catch (error) {
      return { body: {}, problem: String((error as Error).message) };
    }
  }
  return { body: Object.keys(set).length > 0 ? { set } : {} };
}

/** `lines[0].sku` → its text; lists and objects by what is in them. */
export function leavesOf(
  value: unknown,
  path = '',
  found = new Map<string, string>(),
): Map<string, string> {
  if (value !== null && typeof value === 'object') {
    for (const [name, item] of Object.entries(value)) {
      const next = Array.isArray(value) ? `${path}[${name}]` : path ? `${path}.${name}` : name;
      leavesOf(item, next, found);
    }
  } else if (path) found.set(path, value === null ? '' : String(value));
  return found;
}

export const inMember = (path: string, index: number, members: readonly Member[]): string =>
  members.length > 1 ? `[${index}].${path}` : path;

/** The same in every row of every record: for all of a group. */
export const inAll = (set: Draft['set']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(set).map(([path, text]) => [path.replace(/^\[\d+\]\./, ''), text]),
  );

export interface FaultShown {
  code: string;
  detail: string;
  title: string;
  todo: string;
  at?: { field?: string; record?: number };
}

/**
 * Whether a fault is about this cell: faults name fields of the message, which a flow may have made of others, so a cell is
 * known by its value or its name, too, where the words of the fault have that.
 */
export function isBad(
  { record }: Member,
  path: string,
  text: string,
  faults: readonly FaultShown[],
): boolean {
  return faults.some(({ detail, at }) => {
    if (at?.record !== undefined && record !== undefined && at.record !== record) return false;
    if (at?.field === path || detail.startsWith(`${path} `)) return true;
    const said = [...detail.matchAll(/"([^"]+)"|'([^']+)'/g)].map(([, one, other]) => one ?? other);
    return said.includes(path) || (text !== '' && said.includes(text));
  });
}
