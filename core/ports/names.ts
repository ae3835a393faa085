/** Names by which something is looked for, when only their beginning is known. */
import { compareUtf8 } from '../order.ts';

export const nameKinds = [
  ...(['sku', 'location', 'lot', 'document', 'reference', 'order', 'reservation'] as const),
  ...(['partner', 'file'] as const),
] as const;
export type NameKind = (typeof nameKinds)[number];

export interface NameBooks {
  /**
   * Those of a kind that begin with a text, each once, in the order of their text in UTF-8, at most so many. By an index: as
   * much is read as is given, however much there is of each. Of paths of requests there is none among the files.
   */
  names(kind: NameKind, start: string, limit: number): Promise<string[]>;
}

/** The first name of a list at or after a text, or only after it. */
export type NextName = (
  from: string,
  isAfter: boolean,
) => Promise<string | undefined> | string | undefined;

/** What `names` promises, of lists that each give one name after another. */
export async function namesFrom(
  start: string,
  limit: number,
  lists: readonly NextName[],
): Promise<string[]> {
  const names: string[] = [];
  let from = start;
  while (names.length < limit) {
    const isAfter = names.length > 0;
    const next = await Promise.all(lists.map((list) => list(from, isAfter)));
    const [name] = next.filter((one) => one !== undefined).sort(compareUtf8);
    if (name === undefined || !name.startsWith(start)) break;
    names.push(name);
    from = name;
  }
  return names;
}
