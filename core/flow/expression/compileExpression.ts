/** From the text of an expression to something that runs, or to what is wrong with it. */
import type { Expression, Scope } from '../../ports.ts';
import { truthy } from '../../steps/truthy.ts';
import { Undecided } from '../../steps/Undecided.ts';
import { type Node, parseExpression, walk } from './ast.ts';
import { checkExpression, type ExpressionFault } from './checkExpression.ts';
import { compileClosure } from './closures.ts';
import type { ExpressionForm } from './expressionForm.ts';
import type { FunctionContext } from './functions.ts';
import { KindsDiffer } from './KindsDiffer.ts';
import { compileForLibrary } from './library.ts';
import { whyNothing } from './missingField.ts';
import { joinsList, needParts } from './nameParts.ts';
import { boundSort } from './orderBy.ts';
import { compileTestClosure } from './testClosures.ts';
import type { Variables } from './variables.ts';
import { tooMuchAtOnce } from './Work.ts';

export interface CompiledExpression {
  evaluate: Expression;
  /** True when the result is a promise. */
  wait: boolean;
  /** True when it is one for some records: what takes long goes on in the library, which gives way. */
  mayWait: boolean;
  ast: Node;
  /** Where flows are looked at: shown what it runs over by who evaluates its parts, and not it. */
  show?: (scope: Scope) => void;
}

const source = (scope: Scope) => scope.source;
const outer = (scope: Scope) => scope.outer;
const payload = (scope: Scope) => scope.payload;

/** Variables by the place in which an expression stands. */
export const variablesOf = {
  /** Steps of inbound flows and `when`: the record as it was read, and its number. */
  inbound: { source, row: (scope: Scope) => scope.record, payload },
  /** Steps of outbound flows: the envelope of the event, or the row of the query. */
  outbound: { event: source, source, row: (scope: Scope) => scope.record },
  /** `key`: the mapped record. */
  key: { record: outer, row: (scope: Scope) => scope.record, payload },
  /** Beside those of its flow, inside `lines: { each, map }`. */
  inner: { parent: outer, index: (scope: Scope) => scope.index },
} satisfies Record<string, Variables>;

/** All faults go to `found`; then the result is undefined. A `test` gives true, false, or Undecided. */
export function compileExpression(
  text: string,
  variables: Variables,
  context: FunctionContext,
  found: (fault: ExpressionFault) => void,
  form: ExpressionForm = 'value',
): CompiledExpression | undefined {
  const compiled = compileUndecided(text, variables, context, found, form);
  return compiled && form === 'test' ? decided(compiled, variables, context) : compiled;
}

/** The same, but a `test` gives what is undecided as it is in threeValued.ts: for a part of another test. */
export function compileUndecided(
  text: string,
  variables: Variables,
  context: FunctionContext,
  found: (fault: ExpressionFault) => void,
  form: ExpressionForm = 'value',
): CompiledExpression | undefined {
  const parsed = parseExpression(text);
  if ('fault' in parsed) {
    found({ code: 'FLOW_BAD_EXPRESSION', ...parsed.fault });
    return undefined;
  }
  let good = true;
  checkExpression(parsed.ast, Object.keys(variables), context.tables, (fault) => {
    good = false;
    found(fault);
  });
  const sorted = boundSort(parsed.ast);
  if (sorted) {
    const message = "'^' cannot sort what '#' or '@' went through";
    const todo = 'sort the list first, such as $sort(list, function($a, $b) { $a.no > $b.no })';
    found({ code: 'FLOW_BAD_EXPRESSION', message, todo, offset: 0 });
    good = false;
  }
  if (!good) return undefined;
  const { ast } = parsed;
  const compileSimple = form === 'test' ? compileTestClosure : compileClosure;
  const run = form === 'name' ? withNeededParts(text, ast) : ast;
  let isProgram = false;
  const onProgram = () => {
    isProgram = true;
  };
  const closure =
    form === 'key' && joins(ast) ? undefined : compileSimple(run, variables, context, onProgram);
  const makeLibrary = () => compileForLibrary(text, variables, context, form);
  return {
    evaluate: !closure ? makeLibrary() : isProgram ? orLater(closure, makeLibrary) : closure,
    ...{ wait: closure === undefined, mayWait: closure !== undefined && isProgram, ast },
  };
}

/** Begins again in the library where it takes long: others wait no longer than that for their turn. */
function orLater(closure: Expression, makeLibrary: () => Expression): Expression {
  let library: Expression | undefined;
  return (scope) => {
    try {
      return closure(scope);
    } catch (error) {
      if (error !== tooMuchAtOnce) throw error;
      library ??= makeLibrary();
      return library(scope);
    }
  };
}

const joins = (ast: Node): boolean =>
  Array.from(walk(ast)).some(({ type, value }) => type === 'binary' && value === '&');

/** Another tree, since lint looks into that which its author wrote. */
function withNeededParts(text: string, ast: Node): Node {
  const again = joins(ast) || joinsList(ast) ? parseExpression(text) : { ast };
  if ('fault' in again) return ast;
  needParts(again.ast);
  return again.ast;
}

/** A test that gives nothing gives `Undecided` instead, which says why. */
function decided(
  { evaluate, wait, mayWait, ast }: CompiledExpression,
  variables: Variables,
  context: FunctionContext,
): CompiledExpression {
  const why = whyNothing(ast, variables, context);
  const verdict = (value: unknown, scope: Scope) =>
    value === undefined
      ? Undecided.ofMissing(why(scope))
      : value instanceof KindsDiffer
        ? Undecided.ofKinds(value)
        : truthy(value);
  const later = async (value: unknown, scope: Scope) => verdict(await value, scope);
  const decide = (scope: Scope) => {
    const value = evaluate(scope);
    return value instanceof Promise ? later(value, scope) : verdict(value, scope);
  };
  return { evaluate: decide, wait, mayWait, ast };
}
