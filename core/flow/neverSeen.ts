import { type Fault, nearestName } from '../errors.ts';
import { quotedName } from './expression/asWritten.ts';
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
  const near = all.flatMap(nearOf).slice(0, FIELDS_SHOWN);
  const todo = near.length === 0 ? {} : { todo: `did you mean ${near.join(' and ')}?` };
  return [{ code: 'FIELD_NEVER_SEEN', message, at: only.at, ...todo }];
}

/** A field that the records do have, and that one mistyped may stand for. */
export function nearOf({ name, among = [] }: ReadField): string[] {
  const near = nearestName(name, among);
  return near === undefined ? [] : [`'${quotedName(near)}'`];
}

const lineOf = ({ at }: ReadField): number => at.line ?? 0;
