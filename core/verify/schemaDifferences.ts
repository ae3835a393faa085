import type { Books, Declaration } from '../ports.ts';
import type { Difference } from '../stock/verify/Differences.ts';

export interface SchemaDifferences {
  differences: Difference[];
  /** False where something is not there that may be read. */
  isWhole: boolean;
}

/**
 * Tables, indexes, triggers and views by their text: those that books have and these do not, those that are
 * others, and those that somebody planted. An auditor reads views, and triggers keep rows from being changed.
 */
export async function schemaDifferences(
  store: Pick<Books, 'declared'>,
): Promise<SchemaDifferences> {
  const { found, wanted } = (await store.declared?.()) ?? { found: [], wanted: [] };
  const has = byName(found);
  const differences: Difference[] = [];
  const tell = ({ type, name }: Declaration, what: string): void => {
    differences.push({ sku: '(all)', check: 'schema', message: `${type} ${name} ${what}` });
  };
  let isWhole = true;
  for (const [key, one] of byName(wanted)) {
    const sql = has.get(key)?.sql;
    if (sql === undefined) tell(one, 'is missing');
    else if (sql !== one.sql) tell(one, 'is not as it was made');
    if (sql === undefined && (one.type === 'table' || one.type === 'view')) isWhole = false;
    has.delete(key);
  }
  for (const one of has.values()) tell(one, 'is none of the books');
  return { differences, isWhole };
}

/** Without what SQLite makes by itself, which nobody else can. */
const byName = (declared: readonly Declaration[]): Map<string, Declaration> =>
  new Map(
    declared
      .filter(({ name }) => !name.startsWith('sqlite_'))
      .map((one) => [`${one.type} ${one.name}`, one]),
  );
