/** What the numbers and texts of a field are: pieces, money, dates, or what something is called by. */
import { isDecimalColumn } from './decimalMark.ts';
import { hasWords, namesOfFields, wordsOf } from './fieldNames.ts';
import { guessDate } from './guessDate.ts';
import { dateWords, moneyWords, quantityWords, vagueNames } from './nameKinds.ts';
import { ownName, type SampleField } from './sampleFields.ts';

/** By its own name, or by a currency that stands beside the number. */
export function isMoney(field: SampleField): boolean {
  if (field.attributes.some((one) => wordsOf(ownName(one)).includes('currency'))) return true;
  const words = wordsOf(ownName(field));
  if (words.some((word) => quantityWords.has(word)) || hasWords(words, 'onhand')) return false;
  return words.some((word) => moneyWords.has(word));
}

/** Numbers that count something. */
export function isOfPieces(field: SampleField): boolean {
  if (!isDecimalColumn(field) || isMoney(field)) return false;
  const words = wordsOf(ownName(field));
  return namesOfFields.quantity!.some((name) => !vagueNames.has(name) && hasWords(words, name));
}

/** Digits alone are a date only where their name says so: `20260331` may be a number, too. */
export function isDated(field: SampleField): boolean {
  if (guessDate(field) === undefined) return false;
  const isDigits = field.values.every((text) => /^\d+$/.test(text));
  return !isDigits || wordsOf(ownName(field)).some((word) => dateWords.has(word));
}

/** Yes or no. */
export const isFlag = ({ values }: SampleField): boolean =>
  values.every((text) => /^(true|false|yes|no)$/i.test(text));

/** Whether a document or an item may be known by it: no date, no number of money or pieces, no yes or no. */
export const isIdentifying = (field: SampleField): boolean =>
  !isDated(field) && !isMoney(field) && !isOfPieces(field) && !isFlag(field);
