/** Which message a sample becomes. */
import type { CommandType } from '../../message.ts';
import { isDecimalColumn } from './decimalMark.ts';
import {
  columnKinds,
  type DocumentKind,
  documentKinds,
  levelNames,
  typeNames,
} from './documentWords.ts';
import { isFlag, isOfPieces } from './fieldKinds.ts';
import { plainName, wordsOf } from './fieldNames.ts';
import { ownName, type SampleField, type SampleShape } from './sampleFields.ts';

export interface TypeGuess {
  type: CommandType;
  /** Why, for its author to decide. */
  open: string;
  /** Nothing in the sample says it. */
  isStandIn?: true;
}

/** What a sample and its parts are called. */
export interface SampleNames {
  /** What its records are called, and what they stand in, from the inside out. */
  inside: readonly string[];
  /** Its file, and the flow. */
  outside: readonly string[];
}

/**
 * By what the payload calls its records, by a field that says a type, by the name of its file, by quantities
 * that are levels, and last by the names of other fields, which name other documents as often as their own.
 */
export function guessType({ inside, outside }: SampleNames, shape: SampleShape): TypeGuess {
  const fields = [...(shape.lines?.fields ?? []), ...shape.fields];
  const kinds: readonly DocumentKind[] = fields.some(isOfPieces)
    ? documentKinds.filter((kind) => rank(kind) > 0)
    : Array.from(documentKinds).sort((one, other) => rank(one) - rank(other));
  const known = (name: string): DocumentKind | undefined => {
    const words = wordsOf(name);
    return kinds.find(({ words: pattern }) => wordIn(words, pattern) !== undefined);
  };
  const told = (names: readonly string[], because: (name: string) => string) => {
    const name = names.find((one) => known(one));
    return name === undefined ? undefined : guessOf(known(name)!, because(name));
  };
  return (
    told(inside, (name) => `the payload says '${name}'`) ??
    saidByField(shape.fields, known) ??
    told(outside, (name) => `its name says '${wordIn(wordsOf(name), known(name)!.words)}'`) ??
    guessByColumns(fields)
  );
}

const rank = ({ isMasterData }: DocumentKind): number => (isMasterData === true ? 0 : 1);

const guessOf = ({ type, or }: DocumentKind, because: string): TypeGuess => ({
  type,
  open: `to: ${type}, since ${because}${or === undefined ? '' : `; ${or}`}`,
});

/** Only where all records say one: of several, each would be another message. */
function saidByField(
  fields: readonly SampleField[],
  known: (name: string) => DocumentKind | undefined,
): TypeGuess | undefined {
  for (const field of fields) {
    const [value, ...others] = new Set(field.values);
    if (value === undefined || others.length > 0 || !typeNames.has(plainName(ownName(field))))
      continue;
    const kind = known(value);
    if (kind) return guessOf(kind, `${field.expression} says '${value}'`);
  }
  return undefined;
}

function guessByColumns(fields: readonly SampleField[]): TypeGuess {
  const level = fields.find(isLevel);
  if (level) {
    const open = `to: stock.count.v1, since '${ownName(level)}' reads as what there is`;
    return { type: 'stock.count.v1', open };
  }
  for (const { type, words } of columnKinds) {
    const field = fields.find(
      (one) => !isFlag(one) && wordIn(wordsOf(ownName(one)), words) !== undefined,
    );
    if (field) return { type, open: `to: ${type}, since the sample has '${ownName(field)}'` };
  }
  const signed = fields.find(
    (field) => isOfPieces(field) && field.values.some((text) => /^-|-$/.test(text)),
  );
  if (signed) {
    const open = `to: stock.adjust.v1, since '${ownName(signed)}' has numbers below zero`;
    return { type: 'stock.adjust.v1', open };
  }
  const type = 'stock.receive.v1';
  const open = `to: nothing says what the sample is; ${type} stands for it`;
  return { type, open, isStandIn: true };
}

/** Whether a field says by its name what there is, and not what moves. */
export const isLevel = (field: SampleField): boolean =>
  isDecimalColumn(field) &&
  (levelNames.has(plainName(ownName(field))) || wordsOf(ownName(field)).includes('counted'));

/** The first word that fits, or two side by side. */
function wordIn(words: readonly string[], pattern: RegExp): string | undefined {
  const pairs = words.slice(1).map((word, index) => `${words[index]}${word}`);
  return [...words, ...pairs].find((one) => pattern.test(one));
}
