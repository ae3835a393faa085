/** Texts by which what is parked or dead is found: SKUs, documents, business keys, whatever stands in it. */

import { limits } from './limits.ts';
import type { ParkedRecord } from './message.ts';

const WORD_CHARACTERS = 128;
/** Nobody looks for a quantity or for a moment. */
const NO_WORD = /^(?:-?\d+\.\d+|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)|)$/;

/** In the order in which they stand there, each once, as many as are kept. */
export function searchWords(...values: readonly unknown[]): string[] {
  const words = new Set<string>();
  for (const value of values) collect(value, words);
  return [...words];
}

/** As it is compared: nobody minds letters being small, or blanks around. */
export const wordKey = (word: string): string => word.trim().toLowerCase();

function collect(value: unknown, words: Set<string>): void {
  if (words.size >= limits.caseWords) return;
  if (typeof value === 'string' || typeof value === 'number') {
    const word = wordKey(String(value));
    if (word.length <= WORD_CHARACTERS && !NO_WORD.test(word)) words.add(word);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  for (const part of Object.values(value)) collect(part, words);
}

/** A record that could not be read, as somebody would look for something in it. */
const BETWEEN = /[\s;,|"'<>=]+/;

interface FoundRecord extends Pick<ParkedRecord, 'messageId' | 'content'> {
  origin: Pick<ParkedRecord['origin'], 'name' | 'intakeId'>;
}

/** By which a parked record is found: its payload, its key and the parts of that, and each value that stands in it. */
export function parkedWords({
  origin: { name, intakeId },
  messageId = '',
  content,
}: FoundRecord): string[] {
  return searchWords(name, intakeId, messageId, messageId.split('/'), valuesIn(content));
}

function valuesIn(content: string): unknown {
  try {
    const parsed: unknown = JSON.parse(content);
    if (!Array.isArray(parsed)) return parsed;
    return (parsed as { value?: unknown; raw?: string }[]).map(({ value, raw }) =>
      raw === undefined ? value : [value, raw.split(BETWEEN)],
    );
  } catch {
    return content.split(BETWEEN);
  }
}
