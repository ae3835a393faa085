/** The names that a flow gives itself under `let`: values of the record as it was read. */
import type { Expression, RecordValue, Scope } from '../ports.ts';
import { type FaultSink, isObject, type Path } from '../spec.ts';
import { quotedWord } from './constantOrField.ts';
import { type Node, nodes, walk } from './expression/ast.ts';
import { functionNames } from './expression/checkExpression.ts';
import {
  type CompiledExpression,
  compileUndecided,
  variablesOf,
} from './expression/compileExpression.ts';
import type { ExpressionForm } from './expression/expressionForm.ts';
import type { FunctionContext } from './expression/functions.ts';
import { isTest } from './expression/isTest.ts';
import type { Variables } from './expression/variables.ts';
import { isRead } from './readsName.ts';
import { readsNames } from './readsNames.ts';
import { rebased } from './rebased.ts';
import { recordRead } from './recordRead.ts';
import { shownBefore } from './watchedReads.ts';
import type { YamlFile } from './yamlFile.ts';

/** Puts before an expression the functions of the flow that it calls. */
interface Around {
  around(text: string): { text: string };
  has(name: string): boolean;
}

interface Unit {
  yaml: YamlFile;
  flow: { let: Readonly<Record<string, string>> };
  report: FaultSink;
  expression(text: string, path: Path, variables: Variables): CompiledExpression | undefined;
}

/** Gives a promise where the value is to be waited for. */
type Fill = (scope: Scope) => Promise<void> | undefined;

/** One name, in one of the forms in which expressions may need it. */
interface Value {
  read: Expression;
  /** Of one that waits: to be called before anything reads it. */
  fill: Fill | undefined;
  /** Whether it waits for each record, and not only where it takes long. */
  wait: boolean;
}

interface Let {
  text: string;
  /** As it is written, and of how many nodes. */
  ast: Node;
  size: number;
  /** The names that it may read: those before it. */
  before: readonly string[];
  show?: ((scope: Scope) => void) | undefined;
  values: Map<ExpressionForm, Value>;
}

/** What was put into one tree so far. */
interface Expansion {
  names: Set<string>;
  nodes: number;
}

/** Nodes up to which a name is put in wherever it stands. */
const EXPANDED = 1_000;

/** Of what cannot be read, so that nothing else is said of those who read it. */
const unreadable: Let = {
  text: 'null',
  ast: { type: 'value', value: null },
  size: 1,
  before: [],
  values: new Map(),
};

/** Where they stand in a flow. */
export const LET = 'let';

const SHAPE = /^[A-Za-z_]\w*$/;

export class LetNames {
  readonly #lets = new Map<string, Let>();
  readonly #context: FunctionContext;
  readonly #functions: Around;

  constructor(context: FunctionContext, functions: Around) {
    this.#context = context;
    this.#functions = functions;
  }

  /** All that the flow declares, each seen by those after it. */
  declare(unit: Unit): void {
    for (const [name, text] of Object.entries(unit.flow.let)) {
      const path = [LET, name];
      if (!isFree(name, path, unit, this.#functions)) continue;
      const compiled = unit.expression(text, path, variablesOf.inbound);
      if (!compiled) {
        this.#lets.set(name, unreadable);
        continue;
      }
      const meant = quotedWord(text, compiled.ast, unit.yaml.isQuoted(path));
      if (meant) {
        const todo = `for the text write '"${text}"'; for the field write $.${text}`;
        unit.report({ path, ...meant, todo });
      }
      const { ast, show } = compiled;
      const size = Array.from(walk(ast)).length;
      const before = [...this.#lets.keys()];
      this.#lets.set(name, { text, ast, size, before, show, values: new Map() });
      if (!isRead(name, unit.yaml.value)) {
        const message = `nothing reads '$${name}'`;
        unit.report({ path, onKey: true, code: 'FLOW_UNUSED_NAME', message });
      }
    }
  }

  textOf(name: string): string | undefined {
    return this.#lets.get(name)?.text;
  }

  /** What an expression of that form may name besides. */
  over(variables: Variables, form: ExpressionForm = 'value'): Variables {
    if (this.#lets.size === 0) return variables;
    return { ...variables, ...this.#variables([...this.#lets.keys()], form) };
  }

  /** The expression, which first waits for the names in it that wait. */
  awaiting(compiled: CompiledExpression, form: ExpressionForm = 'value'): CompiledExpression {
    const values = this.#namesIn(compiled.ast).map((name) => this.#value(name, form));
    const fills = values.flatMap(({ fill }) => fill ?? []);
    if (fills.length === 0) return compiled;
    const { ast, evaluate } = compiled;
    const from = (index: number, scope: Scope): unknown => {
      const fill = fills[index];
      if (!fill) return evaluate(scope);
      const waiting = fill(scope);
      return waiting ? waiting.then(() => from(index + 1, scope)) : from(index + 1, scope);
    };
    if (!compiled.wait && !values.some(({ wait }) => wait)) {
      return { ast, wait: false, mayWait: true, evaluate: (scope) => from(0, scope) };
    }
    return { ast, wait: true, mayWait: false, evaluate: async (scope) => from(0, scope) };
  }

  /**
   * The tree with what the names stand for in their place, for those who look into it: as fields of
   * `$root`, or of the record itself when it is left out. Names that read names several times each would
   * make a tree without end: once it is large, a name is put in where it stands first, and there alone.
   */
  putIn(ast: Node, root?: string): Node {
    if (this.#namesIn(ast).length === 0) return ast;
    return this.#expanded(ast, root, { names: new Set(), nodes: 0 });
  }

  #expanded(node: Node, root: string | undefined, so: Expansion): Node {
    const named = this.#letOf(node, so);
    if (named) return this.#inPlace(named, node, root, so);
    const [first, ...rest] = node.type === 'path' ? nodes(node.steps) : [];
    const start = first && this.#letOf(first, so);
    const copy: Node = { ...node };
    for (const [part, value] of Object.entries(node)) {
      if (start && part === 'steps') {
        const block = { type: 'block', expressions: [this.#inPlace(start, first, root, so)] };
        copy.steps = [block, ...rest.map((step) => this.#expanded(step, root, so))];
      } else copy[part] = this.#inPart(value, root, so);
    }
    return copy;
  }

  #inPlace(
    { ast, size }: Let,
    { position = 0 }: Node,
    root: string | undefined,
    so: Expansion,
  ): Node {
    so.nodes += size;
    return rebased(this.#expanded(ast, undefined, so), root, position);
  }

  #inPart(part: unknown, root: string | undefined, so: Expansion): unknown {
    if (Array.isArray(part)) return part.map((one) => this.#inPart(one, root, so));
    if (!isObject(part) || part instanceof RegExp) return part;
    if (typeof part.type === 'string') return this.#expanded(part as Node, root, so);
    return Object.fromEntries(
      Object.entries(part).map(([name, value]) => [name, this.#inPart(value, root, so)]),
    );
  }

  /** The name that a node is, where it is to be put in. */
  #letOf(node: Node, so: Expansion): Let | undefined {
    const name = String(node.value);
    const named = node.type === 'variable' ? this.#lets.get(name) : undefined;
    if (!named || (so.nodes > EXPANDED && so.names.has(name))) return undefined;
    so.names.add(name);
    return named;
  }

  #namesIn(ast: Node): string[] {
    if (this.#lets.size === 0) return [];
    const names = Array.from(walk(ast)).flatMap(({ type, value }) =>
      type === 'variable' && this.#lets.has(String(value)) ? [String(value)] : [],
    );
    return [...new Set(names)];
  }

  #variables(names: readonly string[], form: ExpressionForm): Variables {
    return Object.fromEntries(names.map((name) => [name, this.#value(name, form).read]));
  }

  #value(name: string, form: ExpressionForm): Value {
    const one = this.#lets.get(name)!;
    const known = one.values.get(form);
    if (known) return known;
    const value = once(this.#compiled(one, form));
    one.values.set(form, value);
    return value;
  }

  /** What is tested as a whole is a test; what a test compares is a value. */
  #compiled({ text, ast, before, show }: Let, form: ExpressionForm): CompiledExpression {
    const own = form === 'test' && !isTest(this.putIn(ast)) ? 'value' : form;
    const variables = { ...variablesOf.inbound, ...this.#variables(before, own) };
    const whole = this.#functions.around(text).text;
    const found = compileUndecided(whole, variables, this.#context, () => undefined, own);
    const awaited = this.awaiting(found!, own);
    const compiled = { ...awaited, evaluate: shownBefore(awaited.evaluate, show) };
    if (form !== 'key') return compiled;
    return { ...compiled, evaluate: readsNames(compiled) };
  }
}

const NOTHING = Symbol('nothing');

/** It could not be evaluated: told to those who read it. */
class Failed {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** Evaluated when something first asks for it, once for each record that was read. */
function once({ evaluate, wait, mayWait }: CompiledExpression): Value {
  const values = new WeakMap<RecordValue, unknown>();
  const begin = ({ record, payload }: Scope, root: RecordValue): unknown =>
    evaluate({ value: root, source: root, record, payload });
  const read: Expression = (scope) => {
    const root = recordRead(scope);
    const known = values.get(root);
    if (known instanceof Failed) throw known.error;
    if (known !== undefined) return known === NOTHING ? undefined : known;
    const value = begin(scope, root);
    if (value instanceof Promise) {
      // Nobody has waited for it: whoever reads it waits, and is told; who does not, is not.
      value.catch(() => undefined);
      return value;
    }
    values.set(root, value === undefined ? NOTHING : value);
    return value;
  };
  if (!wait && !mayWait) return { read, fill: undefined, wait };
  const keep = (root: RecordValue, value: unknown): void =>
    void values.set(root, value === undefined ? NOTHING : value);
  const fill: Fill = (scope) => {
    const root = recordRead(scope);
    if (values.has(root)) return undefined;
    const given = attempt(() => begin(scope, root));
    if (!(given instanceof Promise)) return void keep(root, given);
    return given.then(
      (value) => keep(root, value),
      (error) => keep(root, new Failed(error)),
    );
  };
  return { read, fill, wait };
}

function attempt(evaluate: () => unknown): unknown {
  try {
    return evaluate();
  } catch (error) {
    return new Failed(error);
  }
}

function isFree(name: string, path: Path, unit: Unit, functions: Around): boolean {
  const refuse = (message: string, todo: string): false => {
    unit.report({ path, onKey: true, code: 'CONFIG_BAD_VALUE', message, todo });
    return false;
  };
  if (!SHAPE.test(name)) {
    return refuse(
      `'${name}' is no name that an expression can read as $${name}`,
      'write letters, digits and _, with a letter first',
    );
  }
  if (functionNames.includes(name) || functions.has(name))
    return refuse(`'$${name}' is a function`, 'take another name');
  const others = Object.keys({ ...variablesOf.inbound, ...variablesOf.key, ...variablesOf.inner });
  if (!others.includes(name)) return true;
  return refuse(`'$${name}' has a meaning of its own`, 'take another name');
}
