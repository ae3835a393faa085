/** Which field of a sample is meant by which field of a message. */
import type { FieldShape } from '../messageShape.ts';
import { namesOfFields, plainName } from './fieldNames.ts';
import { guessDate, guessMark } from './guessValue.ts';
import type { SampleField } from './sampleFields.ts';

/** By the field of the message. */
export type Matches = Map<string, SampleField>;

/**
 * Those of which a name says it and whose values fit, the surest first; each field of the sample once. A
 * date is taken by what stands in it where no name tells.
 */
export function matchFields(
  targets: readonly FieldShape[],
  fields: readonly SampleField[],
): Matches {
  const candidates = targets.flatMap((target) =>
    fields
      .map((field) => ({ target, field, score: scoreOf(target, field) }))
      .filter(({ score }) => score > 0),
  );
  candidates.sort((one, other) => other.score - one.score);
  const matches: Matches = new Map();
  const used = new Set<SampleField>();
  for (const { target, field } of candidates) {
    if (matches.has(target.name) || used.has(field)) continue;
    matches.set(target.name, field);
    used.add(field);
  }
  return matches;
}

const EXACT = 1_000;
const PART = 500;
const BY_VALUE = 1;
/** Letters of a name that are enough to know it inside of another. */
const LETTERS = 4;

function scoreOf(target: FieldShape, field: SampleField): number {
  if (!fits(target, field)) return 0;
  const own = plainName(field.name);
  const whole = plainName(field.expression);
  let best = target.name === 'at' ? BY_VALUE : 0;
  for (const [index, name] of (namesOfFields[target.name] ?? []).entries()) {
    const isNested = own !== whole && !field.expression.startsWith('$text');
    if (own === name) best = Math.max(best, EXACT - index - (isNested ? PART : 0));
    else if (whole === name) best = Math.max(best, EXACT - index);
    else if (name.length >= LETTERS && whole.includes(name)) best = Math.max(best, PART - index);
  }
  return best;
}

function fits(target: FieldShape, field: SampleField): boolean {
  if (field.values.length === 0) return false;
  if (target.date) return guessDate(field) !== undefined;
  if (target.values) return field.values.every((value) => target.values!.includes(value));
  if (target.currency) return field.values.every((value) => /^[A-Z]{3}$/.test(value));
  if (target.decimal) return guessMark(field) !== undefined;
  return guessDate(field) === undefined || /^\d+$/.test(field.values[0]!);
}
