import type { ApiSchema } from './generateApi.ts';

const plain: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

/** TypeScript for a schema of the API; what it does not know is `unknown`. */
export function typeOfSchema(schema: ApiSchema, indent = ''): string {
  const { $ref, const: only, enum: values, anyOf, oneOf, allOf, type, items } = schema;
  if (typeof $ref === 'string') return $ref.split('/').at(-1)!;
  if (only !== undefined) return JSON.stringify(only);
  const all = (parts: unknown, between: string): string =>
    (parts as ApiSchema[]).map((one) => typeOfSchema(one, indent)).join(between);
  if (Array.isArray(values)) return values.map((one) => JSON.stringify(one)).join(' | ');
  if (Array.isArray(anyOf)) return all(anyOf, ' | ');
  if (Array.isArray(oneOf)) return all(oneOf, ' | ');
  if (Array.isArray(allOf)) return all(allOf, ' & ');
  if (type === 'array')
    return `readonly ${inBrackets(typeOfSchema((items ?? {}) as ApiSchema, indent))}[]`;
  if (type === 'object') return objectType(schema, indent);
  return plain[type ?? ''] ?? 'unknown';
}

const inBrackets = (type: string): string => (/[|&]|^readonly/.test(type) ? `(${type})` : type);

function objectType(schema: ApiSchema, indent: string): string {
  const { properties, required = [], additionalProperties: more } = schema;
  const inner = `${indent}  `;
  const rest =
    typeof more === 'object' && more !== null
      ? `Readonly<Record<string, ${typeOfSchema(more as ApiSchema, indent)}>>`
      : 'Readonly<Record<string, unknown>>';
  if (!properties) return rest;
  const fields = Object.entries(properties).map(([name, one]) => {
    const about = one.description ? `${inner}/** ${one.description} */\n` : '';
    const key = /^\w+$/.test(name) ? name : `'${name}'`;
    const mark = required.includes(name) ? '' : '?';
    return `${about}${inner}readonly ${key}${mark}: ${typeOfSchema(one, inner)};`;
  });
  const own = `{\n${fields.join('\n')}\n${indent}}`;
  return more === undefined || more === false ? own : `${own} & ${rest}`;
}
