import type { Fault } from '../errors.ts';
import type { ReadField } from './FieldWatch.ts';

/** Fields that are named; more say nothing new. */
const FIELDS_SHOWN = 8;

/** The hint of fields that a flow reads and not one record of a payload had. */
export function neverSeen(fields: readonly ReadField[]): Fault[] {
  const first = new Map<string, ReadField>();
  for (const field of fields) if (!first.has(field.name)) first.set(field.name, field);
  const all = [...first.values()].sort((one, other) => lineOf(one) - lineOf(other));
  const [only, ...others] = all;
  if (!only) return [];
  const shown = all.slice(0, FIELDS_SHOWN).map((field) => `${field.name} (line ${lineOf(field)})`);
  if (all.length > FIELDS_SHOWN) shown.push(`${all.length - FIELDS_SHOWN} more`);
  const message =
    others.length === 0
      ? `no record of this payload has ${only.name}, which line ${lineOf(only)} of the flow reads`
      : `no record of this payload has what the flow reads as ${shown.join(', ')}`;
  return [{ code: 'FIELD_NEVER_SEEN', message, at: only.at }];
}

const lineOf = ({ at }: ReadField): number => at.line ?? 0;
