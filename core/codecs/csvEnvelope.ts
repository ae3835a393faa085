import { RE2JS } from 're2js';
import type { RecordValue } from '../ports.ts';
import type { CsvRead } from './csvOptions.ts';
import { withoutLineEnd } from './csvRow.ts';

/** The field of each record that has it. */
export const ENVELOPE = '#envelope';

/** What the lines before the header say, by the names of the flow; undefined where it asks for nothing. */
export function csvEnvelope({ envelope }: CsvRead, titles: string): RecordValue | undefined {
  const patterns = Object.entries(envelope);
  if (patterns.length === 0) return undefined;
  const lines = titles.split(/(?<=[\r\n])/).map(withoutLineEnd);
  const found = patterns.map(([name, pattern]) => [name, firstFound(lines, pattern)] as const);
  return Object.fromEntries(found.filter(([, said]) => said !== undefined));
}

function firstFound(lines: readonly string[], pattern: string): string | undefined {
  const compiled = RE2JS.compile(pattern);
  for (const line of lines) {
    const matcher = compiled.matcher(line);
    if (matcher.find()) return matcher.group(1) ?? undefined;
  }
  return undefined;
}
