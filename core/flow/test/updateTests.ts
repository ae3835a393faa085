import { parseDocument } from 'yaml';
import type { Path } from '../../spec.ts';
import type { CaseOutcome } from './CaseOutcome.ts';
import { compareSection, sections } from './compareOutcome.ts';
import type { WrittenCase } from './readFlowTests.ts';

/**
 * The text of a file of tests in which these tests expect what came. Only what differs is written anew;
 * all else stays as its author wrote it, comments included.
 */
export function updateTests(
  text: string,
  seen: readonly { written: WrittenCase; outcome: CaseOutcome }[],
): string {
  const document = parseDocument(text);
  const write = (path: Path, value: unknown): void =>
    document.setIn(path, document.createNode(value));
  for (const { written, outcome } of seen) {
    const { expect } = written.given;
    const path = [...written.path, 'expect'];
    if (!expect) {
      const { parked, ...others } = outcome;
      write(path, parked.length > 0 ? { ...others, parked } : others);
      continue;
    }
    for (const section of sections) {
      if (compareSection(section, expect, outcome).length === 0) continue;
      if (outcome[section] === undefined) document.deleteIn([...path, section]);
      else write([...path, section], outcome[section]);
    }
  }
  return document.toString({ lineWidth: 0 });
}
