import { isObject } from '../spec.ts';
import { withName } from './nameOfFile.ts';
import type { YamlFile } from './yamlFile.ts';

/** Files of flows as they are, but those that take from other flows, or await them, behind these. */
export function inGivingOrder(files: readonly YamlFile[]): YamlFile[] {
  const isFirst = (file: YamlFile): boolean => giversOf(file).length + awaitedBy(file).length === 0;
  const ordered = files.filter(isFirst);
  let waiting = files.filter((file) => !isFirst(file));
  while (waiting.length > 0) {
    const before = new Set(waiting.map(nameOf));
    const isBehind = (names: readonly unknown[]): boolean => names.some((name) => before.has(name));
    const ready = waiting.filter((file) => !isBehind(giversOf(file)));
    const free = ready.filter((file) => !isBehind(awaitedBy(file)));
    // Flows may await each other. Of a circle of those that give any may be the first: lint refuses them all.
    const next = [free, ready, waiting].find((some) => some.length > 0)!;
    ordered.push(...next);
    waiting = waiting.filter((file) => !next.includes(file));
  }
  return ordered;
}

const nameOf = (file: YamlFile): unknown => (withName(file) as { flow?: unknown } | null)?.flow;

function awaitedBy({ value }: YamlFile): unknown[] {
  const { steps } = isObject(value) ? value : {};
  return (Array.isArray(steps) ? steps : []).flatMap((step: unknown) => {
    const { flow = [] } = isObject(step) && isObject(step.await) ? step.await : {};
    return flow;
  });
}

function giversOf({ value }: YamlFile): unknown[] {
  const { from } = isObject(value) ? value : {};
  const { flow = [] } = isObject(from) ? from : {};
  return Array.isArray(flow) ? flow : [flow];
}
