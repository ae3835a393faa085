/** Faults of records with the line of the field that they are about, where the record has several. */
import { readFile, stat } from 'node:fs/promises';
import type { Fault } from '../errors.ts';
import type { InboundFlow } from '../flow/compiledFlow.ts';
import type { Path } from '../spec.ts';
import { placeInJson, type Reached } from './placeInJson.ts';
import { placeInXml } from './placeInXml.ts';

/** Larger files keep the lines of their records. */
const MOST_BYTES = 32 * 1024 * 1024;

type Reach = (text: string, start: number, path: Path) => Reached | undefined;

const formats: Readonly<Record<string, { opens: string; reach: Reach }>> = {
  json: { opens: '{', reach: placeInJson },
  xml: { opens: '<', reach: placeInXml },
};

/**
 * The payload is read once more, and only where something is told of it: whoever took it in knows the lines of its
 * records alone.
 */
export async function atFieldLines<Of extends { readonly faults: readonly Fault[] }>(
  all: readonly Of[],
  { read, sourceOf }: Pick<InboundFlow, 'read' | 'sourceOf'>,
  file: string,
): Promise<Of[]> {
  const format = formats[read.name];
  const isMeant = all.some(({ faults }) => faults.some(({ at }) => at?.field && at.line));
  if (!format || !sourceOf || !isMeant || (await stat(file)).size > MOST_BYTES) return [...all];
  const text = (await readFile(file, 'utf8')).trimEnd();
  const { opens, reach } = format;
  const located = (fault: Fault): Fault => {
    const { field, line } = fault.at ?? {};
    if (field === undefined || line === undefined) return fault;
    const from = startOfLine(text, line);
    const end = text.indexOf('\n', from);
    // All that follows stands in this line, however much that is.
    if (end < 0) return fault;
    const starts = startsIn(text.slice(from, end), opens);
    const reached = sourceOf(field)
      .flatMap((path) => starts.flatMap((start) => reach(text, from + start, path) ?? []))
      .filter(({ depth }) => depth > 0)
      .sort((one, other) => other.depth - one.depth);
    const [found] = reached;
    if (!found) return fault;
    const lines = text.slice(from, found.offset).split('\n').length - 1;
    return { ...fault, at: { ...fault.at, line: line + lines } };
  };
  return all.map((one) => ({ ...one, faults: one.faults.map(located) }));
}

function startOfLine(text: string, line: number): number {
  let from = 0;
  for (let passed = 1; passed < line; passed += 1) from = text.indexOf('\n', from) + 1;
  return from;
}

/** Where records may begin; of more on one line all that is in them may stand there. */
function startsIn(line: string, mark: string): number[] {
  const starts: number[] = [];
  for (let at = line.indexOf(mark); at >= 0 && starts.length < 8; at = line.indexOf(mark, at + 1))
    starts.push(at);
  return starts;
}
