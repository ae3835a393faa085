/** What is known of records before the first step, and what expressions may name. */
import type { Shape } from '../ports.ts';
import type { Path } from '../spec.ts';
import type { ListPlace } from './FieldWatch.ts';

/** Fields that a record can have. */
export interface KnownFields {
  /** Undefined: it may have any. */
  names: ReadonlySet<string> | undefined;
  /** As messages name them: `stock.changed.v1`, `the record after map`. */
  of: string;
  /** The fields of fields, where those are known. */
  inside: ReadonlyMap<string, { names: ReadonlySet<string>; of: string }>;
}

/** The record as a partner sent it. */
export const payloadShape: Shape = {
  of: 'the record as read',
  others: 'payload',
  fields: new Map(),
  lists: new Map(),
  madeAt: ['steps'],
  whole: true,
};

export const shapeOfNames = (names: readonly string[], of: string): Shape => ({
  ...payloadShape,
  of,
  others: 'none',
  fields: new Map(names.map((name) => [name, undefined])),
});

/** After it, a record may have any fields. */
export const unknownShape = (before: Shape = payloadShape): Shape => ({
  ...before,
  others: 'unknown',
  of: 'the record',
});

/** Undefined where nothing is known. */
export function knownFields({ others, fields, of, records = [] }: Shape): KnownFields | undefined {
  const inside = new Map<string, { names: ReadonlySet<string>; of: string }>();
  for (const { at, shape } of records) {
    if (shape.others !== 'none') continue;
    for (const [name, place] of fields) {
      if (place && isSame(place, at))
        inside.set(name, { names: new Set(shape.fields.keys()), of: shape.of });
    }
  }
  if (others !== 'none' && inside.size === 0) return undefined;
  return { names: others === 'none' ? new Set(fields.keys()) : undefined, of, inside };
}

/** The same of the elements of a list, where steps of their own or a step before made them. */
export function knownElements(
  { lists, of }: Shape,
  { expression, elements }: ListPlace,
): KnownFields | undefined {
  if (elements) return knownFields(elements);
  const fields = lists.get(expression);
  if (!fields) return undefined;
  return {
    names: new Set(fields.keys()),
    of: `the ${expression} of ${of}`,
    inside: new Map(),
  };
}

const isSame = (one: Path, other: Path): boolean =>
  one.length === other.length && one.every((step, index) => step === other[index]);
