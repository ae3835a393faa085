import type { JsonSchema } from '../spec.ts';

/** A schema that has a name: one const, wherever it is used. A document names it, and says it once. */
export class NamedSchema {
  readonly name: string;
  readonly schema: JsonSchema;

  constructor(name: string, schema: JsonSchema) {
    this.name = name;
    this.schema = schema;
  }

  toJSON(): JsonSchema {
    return { $ref: `#/components/schemas/${this.name}` };
  }
}

/** All that stand in something, and in each other, by their names. Throws where two have one name. */
export function schemasIn(
  place: unknown,
  found = new Map<string, NamedSchema>(),
): Map<string, NamedSchema> {
  if (typeof place !== 'object' || place === null) return found;
  if (!(place instanceof NamedSchema)) {
    for (const inner of Object.values(place)) schemasIn(inner, found);
    return found;
  }
  const known = found.get(place.name);
  if (known === place) return found;
  if (known) throw new Error(`two schemas are called ${place.name}`);
  found.set(place.name, place);
  return schemasIn(place.schema, found);
}

/** The same without names: each schema in its place. */
export function inlined(place: unknown): unknown {
  if (place instanceof NamedSchema) return inlined(place.schema);
  if (Array.isArray(place)) return place.map(inlined);
  if (typeof place !== 'object' || place === null) return place;
  return Object.fromEntries(Object.entries(place).map(([name, inner]) => [name, inlined(inner)]));
}
