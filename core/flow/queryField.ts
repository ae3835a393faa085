/** `query:` of a report: what it reads from the books. */
import type { QueryKey, ReportParameter } from '../reports/parameters.ts';
import type { Query, QueryName } from '../reports/Query.ts';
import { queryNames } from '../reports/Query.ts';
import { reports } from '../reports/reports.ts';
import { choice, either, type Field, isObject, optional, record } from '../spec.ts';
import { custom } from './namedField.ts';

const numberList = { type: 'array', items: { type: 'integer', minimum: 1 } };

const byName = record(
  'One query with its options.',
  Object.fromEntries(
    reports.map(({ name, about, parameters }) => [
      name,
      optional(
        record(
          about,
          Object.fromEntries(parameters.map((one) => [one.key, optional(parameterField(one))])),
        ),
      ),
    ]),
  ),
);

/** A parameter as YAML has it: text, a number, or a list of numbers. */
function parameterField(parameter: ReportParameter): Field<Query[QueryKey]> {
  const { about, schema, read, relative } = parameter;
  const isList = schema.pattern !== undefined && !relative;
  const shape = relative ? `${parameter.shape}, or \`${relative.example}\`` : parameter.shape;
  return custom<Query[QueryKey]>({
    about,
    kind: shape,
    schema: isList
      ? { anyOf: [schema, numberList] }
      : relative
        ? { type: 'string', examples: [relative.example] }
        : schema,
    read(value, path, report) {
      const text = isList && Array.isArray(value) ? value.join(',') : value;
      const isText = typeof text === 'string' || typeof text === 'number';
      const isRelative = typeof text === 'string' && relative?.is(text) === true;
      const found = isRelative ? text : isText ? read(String(text)) : undefined;
      if (found === undefined) {
        report({
          path,
          code: 'CONFIG_BAD_VALUE',
          message: `${JSON.stringify(value)} is not ${shape}`,
          todo: `write ${shape}`,
        });
      }
      return found as Query[QueryKey];
    },
  });
}

export function queryField(): Field<Query> {
  const about = `What the report reads: ${queryNames.join(', ')}. Its days may count from the day on which it is written, in the zone of the schedule: \`today\`, \`yesterday\`, \`7 days ago\`, \`first of this week\`, \`last of last month\`, \`first of 2 quarters ago\`, \`last of last year\`; its months too: \`last month\`, \`3 months ago\`.`;
  const plain = choice(about, queryNames);
  const asQuery = (name: QueryName | undefined): Query | undefined => (name ? { name } : undefined);
  return either<Query>(about, [
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
          const chosen = queryNames.filter((name) => isObject(value) && name in value);
          if (read && chosen.length !== 1) {
            report({
              path,
              code: 'CONFIG_BAD_VALUE',
              message: `a report reads one query, not ${chosen.length}`,
              todo: `keep one of ${queryNames.join(', ')}`,
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
