import { RE2JS } from 're2js';
import type { RecordValue } from '../ports.ts';

/** The field of each record that has it. */
export const ENVELOPE = '#envelope';

/** Patterns with one group, by the names under which what they find is kept. */
export type EnvelopePatterns = Readonly<Record<string, string>>;

export const readsTitles = (patterns: EnvelopePatterns): boolean =>
  Object.keys(patterns).length > 0;

/** What the lines before a header say, by the names of the flow; undefined where it asks for nothing. */
export function titleEnvelope(
  envelope: EnvelopePatterns,
  lines: readonly string[],
): RecordValue | undefined {
  if (!readsTitles(envelope)) return undefined;
  const found = Object.entries(envelope).map(
    ([name, pattern]) => [name, firstFound(lines, pattern)] as const,
  );
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
