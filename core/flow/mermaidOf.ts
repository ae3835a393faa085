import type { HubTopology, TopologyEnd } from './topology.ts';

/** A flowchart in the language of Mermaid, which GitHub and many editors draw. */
export function mermaidOf({ flows }: HubTopology): string[] {
  const ids = new Map<string, string>();
  const lines: string[] = [];
  const idOf = (key: string, shape: string): string => {
    const known = ids.get(key);
    if (known !== undefined) return known;
    const id = `n${ids.size + 1}`;
    ids.set(key, id);
    lines.push(`  ${id}${shape}`);
    return id;
  };
  const books = (): string => idOf('books', '[("the books")]');
  const end = (one: TopologyEnd): string => idOf(one.id, shapes[one.kind](textOf(one.name)));
  const wire = (from: string, to: string, label?: string): void => {
    lines.push(`  ${from} -->${label === undefined ? '' : `|"${textOf(label)}"|`} ${to}`);
  };
  // A message that two flows make goes into the books once.
  const told = new Set<string>();
  const once = (from: string, to: string): void => {
    if (told.has(`${from} ${to}`)) return;
    told.add(`${from} ${to}`);
    wire(from, to);
  };
  for (const { name, direction, from, to, asks } of flows) {
    const flow = idOf(`flow ${name}`, `["${textOf(name)}"]`);
    for (const one of from) {
      const source = end(one);
      if (direction === 'subscription') once(books(), source);
      if (one.kind === 'flow') once(source, flow);
      else wire(source, flow, one.part);
    }
    if (direction === 'report') once(books(), flow);
    for (const one of asks) lines.push(`  ${flow} -. asks .-> ${end(one)}`);
    for (const one of to) {
      const target = end(one);
      if (one.kind === 'flow') once(flow, target);
      else wire(flow, target);
      if (one.kind === 'message') once(target, books());
    }
  }
  return ['flowchart LR', ...lines];
}

const shapes: Readonly<Record<TopologyEnd['kind'], (name: string) => string>> = {
  connector: (name) => `[/"${name}"/]`,
  message: (name) => `(["${name}"])`,
  event: (name) => `(["${name}"])`,
  flow: (name) => `["${name}"]`,
  schedule: (name) => `(("${name}"))`,
};

/** Inside of quotes; what would end them or begin markup is written as its code. */
const textOf = (name: string): string =>
  name.replace(/["#<>&\\]/g, (mark) => `#${mark.codePointAt(0)};`);
