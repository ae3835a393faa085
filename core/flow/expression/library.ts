/**
 * Expressions that run in the jsonata library: everything, within bounds, but asynchronously, and some ten
 * times slower than programs/, which runs what most flows write.
 */
import jsonata from 'jsonata';
import { limits } from '../../limits.ts';
import type { Expression, Scope } from '../../ports.ts';
import type { Turns } from '../Turns.ts';
import { mendPatterns, type Node, notLiteral, walk } from './ast.ts';
import { boundedFunctions } from './boundedFunctions.ts';
import { makeComparisonsStrict } from './comparisonLibrary.ts';
import type { ExpressionForm } from './expressionForm.ts';
import { type FunctionContext, functions } from './functions.ts';
import { LinearRegExp } from './LinearRegExp.ts';
import { asFault } from './libraryFault.ts';
import { replaceOrderBy } from './orderBy.ts';
import { readsVariable } from './readsVariable.ts';
import { makeTest } from './testLibrary.ts';
import { makeTextsStrict } from './textLibrary.ts';
import type { Variables } from './variables.ts';
import { Work } from './Work.ts';

const options = {
  sequence: limits.expressionItems,
  // The library asks for the constructor alone, and of its instances for `lastIndex` and `exec`.
  RegexEngine: LinearRegExp as unknown as RegExpConstructor,
};

/** The library calls them before and after each node that it evaluates, and waits for them. */
const ENTRY = Symbol.for('jsonata.__evaluate_entry') as unknown as string;
const EXIT = Symbol.for('jsonata.__evaluate_exit') as unknown as string;

/** Nodes between two looks at the clock. */
const NODES = 16;

/**
 * Results are promises. Their values are the caller's own: the input is never changed. Each evaluation
 * has a program of its own while it runs, so that what is counted is its own.
 */
export function compileForLibrary(
  text: string,
  variables: Variables,
  context: FunctionContext,
  form: ExpressionForm = 'value',
): Expression {
  // Of the others none is evaluated.
  const names = Object.entries(variables).filter(([name]) => readsVariable(name, text));
  const free: Program[] = [];
  return async (scope) => {
    const program = free.pop() ?? makeProgram(text, context, form);
    const bindings: Record<string, unknown> = {};
    for (const [name] of names) bindings[name] = UNREAD;
    program.work.begin(scope);
    program.asked.begin(names, scope);
    try {
      const result = await program.expression.evaluate(scope.value, bindings);
      program.work.sizeOf(result);
      const value = plain(result);
      free.push(program);
      return value;
    } catch (error) {
      program.work.end();
      throw asFault(error);
    }
  };
}

interface Program {
  expression: jsonata.Expression;
  work: Work;
  asked: AskedNames;
}

/** Stands for the value of a name that nothing has read yet. */
const UNREAD = Symbol('unread');

/** Names of one evaluation, whose values are made when the first node reads them, and else never. */
class AskedNames {
  #reads: ReadonlyMap<string, Expression> = new Map();
  #scope: Scope | undefined;
  #outermost: jsonata.Environment | undefined;

  begin(names: readonly (readonly [string, Expression])[], scope: Scope): void {
    this.#reads = new Map(names);
    this.#scope = scope;
    this.#outermost = undefined;
  }

  /** Before a node is evaluated: a promise where its value waits. */
  enter({ type, value }: Node, environment: jsonata.Environment): Promise<void> | undefined {
    this.#outermost ??= environment;
    if (type !== 'variable') return undefined;
    const name = String(value);
    const read = this.#reads.get(name);
    // Where the expression has a name of its own like it, that is meant.
    if (!read || environment.lookup(name) !== UNREAD) return undefined;
    const given = read(this.#scope!);
    const outermost = this.#outermost;
    if (given instanceof Promise) return given.then((late) => outermost.bind(name, late));
    outermost.bind(name, given);
    return undefined;
  }
}

function makeProgram(text: string, context: FunctionContext, form: ExpressionForm): Program {
  const expression = jsonata(text, options);
  mendPatterns(expression.ast() as unknown as Node);
  const work = new Work();
  const asked = new AskedNames();
  for (const [name, spec] of Object.entries(functions)) {
    const unknowns = Array.from({ length: spec.arity[1] }, () => notLiteral);
    expression.registerFunction(name, spec.make(context, unknowns));
  }
  makeTextsStrict(expression, form);
  replaceOrderBy(expression);
  if (form === 'test') makeTest(expression, work);
  makeComparisonsStrict(expression, work);
  markPlaces(expression.ast() as unknown as Node);
  hook(expression, { work, asked }, context.turns);
  return { expression, work, asked };
}

function hook(
  expression: jsonata.Expression,
  { work, asked }: Pick<Program, 'work' | 'asked'>,
  turns: Turns,
): void {
  let bounded = false;
  let nodes = 0;
  const enter = (node: Node, _input: unknown, environment: jsonata.Environment) => {
    if (!bounded) {
      for (const [name, call] of boundedFunctions(environment, work)) expression.assign(name, call);
      bounded = true;
    }
    if (!node.isHidden) work.enter();
    nodes += 1;
    const waits = asked.enter(node, environment);
    const turn = nodes % NODES === 0 && turns.due() ? turns.next() : undefined;
    return waits && turn ? Promise.all([waits, turn]) : (waits ?? turn);
  };
  const leave = (node: Node, _input: unknown, _environment: unknown, result: unknown) => {
    if (!node.isHidden) work.leave();
    if (makesValue(node)) work.made(result);
    if (node.isFilter && Array.isArray(result)) work.charge(result.length);
    // One alone, as most paths give, was paid for with its node.
    if (isFound(node, result)) work.charge(result.length - 1);
  };
  expression.assign(ENTRY, enter);
  expression.assign(EXIT, leave);
}

/** A predicate may give a list of places, which is gone through for each item. */
function markPlaces(ast: Node): void {
  for (const node of walk(ast)) if (node.type === 'filter') (node.expr as Node).isFilter = true;
}

/** Of what stood in several lists, one list. */
const isFound = ({ type }: Node, result: unknown): result is unknown[] =>
  (type === 'path' || type === 'name' || type === 'wildcard' || type === 'descendant') &&
  (result as { sequence?: true } | null | undefined)?.sequence === true;

/** Whether a node makes a text, a list or an object that was not there before. */
function makesValue({ type, value, group }: Node): boolean {
  if (type === 'binary') return value === '&' || value === '..';
  return type === 'unary' || type === 'transform' || group !== undefined;
}

/** The library marks lists that it made; the mark is not for others. Objects of its own have no prototype. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value, plain);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== null) {
    return value;
  }
  for (const [name, part] of Object.entries(value)) {
    if (typeof part === 'object') (value as Record<string, unknown>)[name] = plain(part);
  }
  return value;
}
