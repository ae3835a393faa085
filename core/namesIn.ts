import { EachOnce } from './EachOnce.ts';

export const noNames: string[] = [];

/** What rows name, each once. */
export function namesIn<Row>(rows: readonly Row[], nameOf: (row: Row) => string): string[] {
  let names: EachOnce<string> | undefined;
  for (let index = 0; index < rows.length; index += 1) {
    const name = nameOf(rows[index]!);
    if (name !== '') names = withOne(names, name);
  }
  return names?.list ?? noNames;
}

/** Most packs name one place and no lot. */
export function withOne(names: EachOnce<string> | undefined, name: string): EachOnce<string> {
  if (!names) return new EachOnce([name]);
  names.add(name);
  return names;
}
