/** `query:` of a report: what it reads from the books. */
import { choice, either, type Field, isObject, optional, record, text } from '../spec.ts';
import type { Query, QueryName } from './compiledFlow.ts';

const names: readonly QueryName[] = ['stock', 'ledger', 'valuation'];

const asOf = optional(
  text('Business time up to and including which movements count, RFC 3339; now when left out.'),
);
const sku = optional(text('Only this SKU.'));

const options = {
  stock: record('Balances.', { sku, place: optional(text('Only this place.')), asOf }),
  ledger: record('Ledger entries.', { sku, document: optional(text('Only this document.')), asOf }),
  valuation: record('Quantity and value of each SKU and cost pool.', { sku, asOf }),
} satisfies Record<QueryName, Field<unknown>>;

const byName = record('One query with its options.', {
  stock: optional(options.stock),
  ledger: optional(options.ledger),
  valuation: optional(options.valuation),
});

export function queryField(): Field<Query> {
  const plain = choice('What the report reads.', names);
  const asQuery = (name: QueryName | undefined): Query | undefined => (name ? { name } : undefined);
  return either<Query>('What the report reads: stock, ledger or valuation.', [
    {
      when: (value) => typeof value === 'string',
      field: {
        about: plain.about,
        kind: plain.kind,
        schema: plain.schema,
        optional: false,
        read: (value, path, report) => asQuery(plain.read(value, path, report)),
      },
    },
    {
      when: isObject,
      field: {
        about: byName.about,
        kind: byName.kind,
        schema: { ...byName.schema, minProperties: 1, maxProperties: 1 },
        optional: false,
        read(value, path, report) {
          const read = byName.read(value, path, report);
          const chosen = names.filter((name) => isObject(value) && name in value);
          if (read && chosen.length !== 1) {
            report({
              path,
              code: 'CONFIG_BAD_VALUE',
              message: `a report reads one query, not ${chosen.length}`,
              todo: `keep one of ${names.join(', ')}`,
            });
          }
          const [name] = chosen;
          if (!read || !name || chosen.length !== 1) return undefined;
          return { name, ...withoutUndefined(read[name] ?? {}) };
        },
      },
    },
  ]);
}

const withoutUndefined = (fields: object): Partial<Query> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
