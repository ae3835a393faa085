/** All that the console says, in both languages: one line a text, so that none is forgotten in either. */
import { frameTexts } from './texts/frame.ts';
import { nowTexts } from './texts/now.ts';
import { partTexts } from './texts/parts.ts';
import { searchTexts } from './texts/search.ts';

export const texts = {
  ...frameTexts,
  ...partTexts,
  ...nowTexts,
  ...searchTexts,
} as const;

export type TextKey = keyof typeof texts;
