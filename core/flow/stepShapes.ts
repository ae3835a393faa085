/** What is known of records before the first step, and what expressions may name. */
import type { Shape } from '../ports.ts';

/** Fields that a record can have, where all of them are known. */
export interface KnownFields {
  names: ReadonlySet<string>;
  /** As messages name them: `stock.changed.v1`, `the record after map`. */
  of: string;
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

export function knownFields({ others, fields, of }: Shape): KnownFields | undefined {
  return others === 'none' ? { names: new Set(fields.keys()), of } : undefined;
}
