/** Functions that a flow gives itself under `functions`, each of what it is given alone. */
import type { FaultSink, Path } from '../spec.ts';
import {
  calledName,
  type Node,
  nodes,
  recordFields,
  walk,
  withPositions,
} from './expression/ast.ts';
import { type ExpressionFault, functionNames } from './expression/checkExpression.ts';
import { type CompiledExpression, variablesOf } from './expression/compileExpression.ts';
import { readsVariable } from './expression/readsVariable.ts';
import type { Variables } from './expression/variables.ts';
import { isRead } from './readsName.ts';
import { fragmentOf, type Use } from './usedFragments.ts';

/** Where functions are declared. */
interface Declaring {
  report: FaultSink;
  expression(text: string, path: Path, variables: Variables): CompiledExpression | undefined;
}

interface Unit extends Declaring {
  yaml: { value: unknown };
  flow: { functions: Readonly<Record<string, string>>; use: readonly Use[] };
  context: Parameters<typeof fragmentOf>[2];
}

interface OwnFunction {
  takes: readonly string[];
  /** `$name := function(…) { … };` */
  text: string;
  /** The functions that it calls, and those that these call. */
  calls: ReadonlySet<string>;
}

/** Where they stand in a flow. */
export const FUNCTIONS = 'functions';

/** `site(gln, table)` */
const HEAD = /^([A-Za-z_]\w*)\(\s*([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*)\s*\)$/;

/** An expression with the functions that it calls before it, by so many characters longer. */
export interface WithFunctions {
  text: string;
  shift: number;
}

const taken: readonly string[] = [
  ...functionNames,
  ...Object.values(variablesOf).flatMap((variables) => Object.keys(variables)),
];

export class OwnFunctions {
  readonly #functions = new Map<string, OwnFunction>();

  /** All that the flow uses and declares, each known to those after it. */
  declare(unit: Unit): void {
    const { flow, context, report, yaml } = unit;
    for (const [index, use] of flow.use.entries()) {
      const path = ['use', index];
      const fragment = fragmentOf(use, path, context, report);
      if (!fragment) continue;
      const names = Object.keys(fragment.functions).map((head) => HEAD.exec(head)?.[1] ?? '');
      for (const name of names.filter((one) => this.has(one))) {
        const message = `'$${name}' of '${use.name}' has a meaning already`;
        const todo = 'rename it in one of the fragments, and use each fragment once';
        report({ path, code: 'CONFIG_BAD_VALUE', message, todo });
      }
      this.declareAll(fragment.functions, undefined, fragment.bound);
      if (names.some((name) => isRead(name, yaml.value))) continue;
      const message = `nothing calls a function of '${use.name}'`;
      report({ path, code: 'FLOW_UNUSED_NAME', message });
    }
    this.declareAll(flow.functions, unit);
    for (const head of Object.keys(flow.functions)) {
      const [, name] = HEAD.exec(head) ?? [];
      if (name === undefined || isRead(name, yaml.value)) continue;
      const message = `nothing calls '$${name}'`;
      report({ path: [FUNCTIONS, head], onKey: true, code: 'FLOW_UNUSED_NAME', message });
    }
  }

  /** Of a fragment, whose own faults are told with it, without `unit`; `bound` are its parameters. */
  declareAll(functions: Readonly<Record<string, string>>, unit?: Declaring, bound = ''): void {
    for (const [head, body] of Object.entries(functions)) {
      const path = [FUNCTIONS, head];
      const [, name, list] = HEAD.exec(head) ?? [];
      const refuse = (message: string, todo: string): void =>
        unit?.report({ path, onKey: true, code: 'CONFIG_BAD_VALUE', message, todo });
      if (name === undefined || list === undefined) {
        const todo = 'write its name and what it takes, such as site(gln, table)';
        refuse(`'${head}' does not say what the function takes`, todo);
        continue;
      }
      if (taken.includes(name) || this.#functions.has(name)) {
        refuse(`'$${name}' has a meaning already`, 'take another name');
        continue;
      }
      const takes = list.split(',').map((one) => one.trim());
      const known = Object.fromEntries(takes.map((one) => [one, () => undefined]));
      const compiled = unit?.expression(body, path, known);
      if (unit && compiled) this.#check(unit, compiled.ast, path);
      const given = takes.map((one) => `$${one}`).join(', ');
      // Of one that cannot be read nothing else is said.
      const gives = !unit || compiled ? body : 'null';
      const own = `$${name} := (${bound}function(${given}) { ${gives}\n});`;
      this.#functions.set(name, { takes, text: own, calls: this.#calledIn(gives) });
    }
  }

  has(name: string): boolean {
    return this.#functions.has(name);
  }

  /** The expression as the library runs it. */
  around(text: string): WithFunctions {
    const called = this.#calledIn(text);
    if (called.size === 0) return { text, shift: 0 };
    const before = [...this.#functions].map(([name, own]) => (called.has(name) ? own.text : ''));
    const start = `(${before.join('')} `;
    return { text: `${start}${text}\n)`, shift: start.length };
  }

  /** Calls with too few or too many values. */
  faultsIn(ast: Node): ExpressionFault[] {
    if (this.#functions.size === 0) return [];
    return Array.from(walk(ast)).flatMap((node): ExpressionFault[] => {
      const name = calledName(node) ?? '';
      const takes = this.#functions.get(name)?.takes;
      const count = nodes(node.arguments).length;
      if (!takes || count === takes.length) return [];
      const { position = 0 } = node.procedure as Node;
      const message = `'$${name}' takes ${takes.join(', ')}, and is given ${count}`;
      const offset = Math.max(0, position - name.length - 1);
      return [{ code: 'FLOW_BAD_EXPRESSION', message, offset }];
    });
  }

  /** Each once, however many of them call it. */
  #calledIn(text: string): ReadonlySet<string> {
    const called = new Set<string>();
    for (const [name, { calls }] of this.#functions) {
      if (!readsVariable(name, text)) continue;
      called.add(name);
      for (const one of calls) called.add(one);
    }
    return called;
  }

  /** What it gives must follow from what it is given; that it reads no clock is found with all expressions. */
  #check({ report }: Declaring, ast: Node, path: Path): void {
    const [field] = recordFields(ast);
    if (!field) return;
    const message = `the function reads '${field.name}', which nobody gives it`;
    const todo = 'let it take what it reads, such as $party.ID of a function that takes party';
    report({ path, code: 'FLOW_BAD_EXPRESSION', message, todo });
  }
}

/** What its author wrote, of an expression with functions before it, at the places where it stands there. */
export function written(ast: Node, { shift }: WithFunctions): Node {
  if (shift === 0) return ast;
  return withPositions(nodes(ast.expressions).at(-1)!, (position) => position - shift);
}
