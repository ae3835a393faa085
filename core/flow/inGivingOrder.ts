import { isObject } from '../spec.ts';
import type { YamlFile } from './yamlFile.ts';

/** Files of flows as they are, but those that take from other flows behind these. */
export function inGivingOrder(files: readonly YamlFile[]): YamlFile[] {
  const ordered = files.filter((file) => giversOf(file).length === 0);
  let waiting = files.filter((file) => giversOf(file).length > 0);
  while (waiting.length > 0) {
    const before = new Set(waiting.map(nameOf));
    const ready = waiting.filter((file) => !giversOf(file).some((name) => before.has(name)));
    // Of a circle any may be the first: lint refuses them all.
    const next = ready.length > 0 ? ready : waiting;
    ordered.push(...next);
    waiting = waiting.filter((file) => !next.includes(file));
  }
  return ordered;
}

const nameOf = ({ value }: YamlFile): unknown => (isObject(value) ? value.flow : undefined);

function giversOf({ value }: YamlFile): unknown[] {
  const { from } = isObject(value) ? value : {};
  const { flow = [] } = isObject(from) ? from : {};
  return Array.isArray(flow) ? flow : [flow];
}
