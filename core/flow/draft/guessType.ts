/** Which message a sample becomes. */
import type { CommandType } from '../../message.ts';
import { isDecimalColumn } from './decimalMark.ts';
import { levelNames, plainName, wordsOf, wordsOfMessages } from './fieldNames.ts';
import { ownName, type SampleField, type SampleShape } from './sampleFields.ts';

export interface TypeGuess {
  type: CommandType;
  /** Why, for its author to decide. */
  open: string;
}

/** By the name of the sample, else by quantities that are levels, else by the names of other fields. */
export function guessType(names: readonly string[], shape: SampleShape): TypeGuess {
  const named = names
    .map(wordsOf)
    .map(typeIn)
    .find((found) => found !== undefined);
  if (named)
    return { type: named.type, open: `to: ${named.type}, since its name says '${named.word}'` };
  const fields = [...(shape.lines?.fields ?? []), ...shape.fields];
  const level = fields.find(isLevel);
  if (level) {
    const open = `to: stock.count.v1, since '${ownName(level)}' reads as what there is`;
    return { type: 'stock.count.v1', open };
  }
  for (const [type] of wordsOfMessages) {
    if (type === 'stock.count.v1') continue;
    const field = fields.find((one) => typeIn(wordsOf(ownName(one)))?.type === type);
    if (field) return { type, open: `to: ${type}, since the sample has '${ownName(field)}'` };
  }
  const type = 'stock.receive.v1';
  return { type, open: `to: nothing says what the sample is; ${type} stands for it` };
}

/** Whether a field says by its name what there is, and not what moves. */
export const isLevel = (field: SampleField): boolean =>
  isDecimalColumn(field) && levelNames.has(plainName(ownName(field)));

function typeIn(words: readonly string[]): { type: CommandType; word: string } | undefined {
  const pairs = words.slice(1).map((word, index) => `${words[index]}${word}`);
  for (const [type, pattern] of wordsOfMessages) {
    const word = [...words, ...pairs].find((one) => pattern.test(one));
    if (word !== undefined) return { type, word };
  }
  return undefined;
}
