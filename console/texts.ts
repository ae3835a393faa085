/** All that the console says, in both languages: one line a text, so that none is forgotten in either. */
import { deliveryTexts } from './texts/delivery.ts';
import { deskTexts } from './texts/desk.ts';
import { flowsTexts } from './texts/flows.ts';
import { frameTexts } from './texts/frame.ts';
import { healthTexts } from './texts/health.ts';
import { nowTexts } from './texts/now.ts';
import { parkedTexts } from './texts/parked.ts';
import { partTexts } from './texts/parts.ts';
import { scanTexts } from './texts/scan.ts';
import { searchTexts } from './texts/search.ts';
import { stockTexts } from './texts/stock.ts';
import { valueTexts } from './texts/value.ts';

export const texts = {
  ...frameTexts,
  ...partTexts,
  ...nowTexts,
  ...searchTexts,
  ...flowsTexts,
  ...deskTexts,
  ...parkedTexts,
  ...deliveryTexts,
  ...stockTexts,
  ...valueTexts,
  ...scanTexts,
  ...healthTexts,
} as const;

export type TextKey = keyof typeof texts;
