import { settings } from '../state/settings.ts';
import { type TextKey, texts } from '../texts.ts';
import { filled, type Values } from './filled.ts';

/** The text in the language of who looks. */
export function t(key: TextKey, values: Values = {}): string {
  const [en, de] = texts[key];
  return filled(settings.value.language === 'de' ? de : en, values, settings.value.language);
}
