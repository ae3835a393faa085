/** Texts of letters that are not Latin, which every single-byte encoding of Latin letters reads as nonsense. */
import { bytesToText } from '../../codecs/bytesToText.ts';
import type { Encoding } from '../../codecs/encodings.ts';

const scripts: readonly [encoding: Encoding, letters: RegExp, vowels: RegExp][] = [
  ['iso-8859-7', /\p{Script=Greek}/u, /[αεηιουωάέήίόύώ]/iu],
  ['windows-1253', /\p{Script=Greek}/u, /[αεηιουωάέήίόύώ]/iu],
  ['windows-1251', /\p{Script=Cyrillic}/u, /[аеиоуыэюя]/iu],
  ['iso-8859-5', /\p{Script=Cyrillic}/u, /[аеиоуыэюя]/iu],
];

/** What is weighed of a sample. */
const WEIGHED = 100_000;
/** Of the letters, so many have to be of one script, */
const ALIKE = 0.9;
/** and so many of them vowels, as in any text that people write. */
const VOWELS = 0.3;

/** Whether words of a Latin reading stand beyond ASCII as a whole, as no language of Latin letters has them. */
export function isNoLatin(text: string): boolean {
  const words = text.slice(0, WEIGHED).match(/[\p{L}]{3,}/gu) ?? [];
  const marked = words.filter((word) => /[^\p{ASCII}]/u.test(word));
  return marked.length > 0 && marked.every((word) => /^[^\p{ASCII}]+$/u.test(word));
}

/** The reading in which most letters are of one script, and most like words. */
export function otherScript(bytes: Uint8Array): { encoding: Encoding; text: string } | undefined {
  let best: { encoding: Encoding; text: string; score: number } | undefined;
  for (const [encoding, ofScript, vowels] of scripts) {
    const text = bytesToText(encoding)(bytes);
    if (text === undefined) continue;
    const words = text.slice(0, WEIGHED).match(/[^\p{ASCII}]+/gu) ?? [];
    const letters = [...words.join('')];
    const share = (pattern: RegExp): number =>
      letters.filter((one) => pattern.test(one)).length / letters.length;
    const inside = words.flatMap((word) => [...word].slice(1));
    const lower = inside.filter((one) => one === one.toLowerCase()).length / inside.length;
    const score = share(vowels) + lower;
    if (share(ofScript) < ALIKE || share(vowels) < VOWELS) continue;
    if (!best || score > best.score) best = { encoding, text, score };
  }
  return best;
}
