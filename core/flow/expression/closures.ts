/**
 * Simple expressions as plain closures, with exactly the results that the jsonata library gives. What is
 * not simple (lists, predicates, functions of their own …) is a program, see programs/compileProgram.ts;
 * what that has not either (sorting, grouping …) is left to the library.
 */
import type { Expression } from '../../ports.ts';
import { asText } from '../../steps/asText.ts';
import { truthy } from '../../steps/truthy.ts';
import { calledName, constantOf, type Node, nodes, pathName } from './ast.ts';
import { coalesced } from './coalesced.ts';
import { isComparison, valueComparisonOf } from './comparisons.ts';
import { type FunctionContext, functions } from './functions.ts';
import { neededPart, needPart } from './nameParts.ts';
import { type Arithmetic, calculate, textFunctions } from './operators.ts';
import { type PathStep, readPath } from './paths.ts';
import { compileProgram } from './programs/compileProgram.ts';
import { hiddenName } from './rewrite.ts';
import type { Variables } from './variables.ts';

/** The closure, or undefined when the library must run it; `onProgram` where it is a program, which may stop. */
export function compileClosure(
  node: Node,
  variables: Variables,
  context: FunctionContext,
  onProgram?: () => void,
): Expression | undefined {
  const simple = compileSimple(node, variables, context);
  if (simple) return simple;
  const program = compileProgram(node, variables, context);
  if (program) onProgram?.();
  return program;
}

function compileSimple(
  node: Node,
  variables: Variables,
  context: FunctionContext,
): Expression | undefined {
  if (node.predicate !== undefined || node.group !== undefined || node.keepArray) return undefined;
  const compile = (part: unknown) => compileSimple(part as Node, variables, context);
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value': {
      const value = node.value;
      return () => value;
    }
    case 'variable':
      return variable(node, variables);
    case 'path':
      return path(node, variables);
    case 'binary':
      return binary(node, compile);
    case 'condition':
      return condition(node, compile);
    case 'block':
      return nodes(node.expressions).length === 1 ? compile(nodes(node.expressions)[0]) : undefined;
    case 'function':
      return call(node, compile, context);
    default:
      return undefined;
  }
}

function variable(node: Node, variables: Variables): Expression | undefined {
  if (node.value === '' || node.value === '$') return (scope) => scope.value;
  return variables[String(node.value)];
}

function path(node: Node, variables: Variables): Expression | undefined {
  if (node.keepSingletonArray || node.tuple || node.seekingParent) return undefined;
  const steps = nodes(node.steps);
  if (!steps.every(isPlainStep)) return undefined;
  const [first, ...rest] = steps;
  if (first!.type === 'name') {
    const read = readPath(steps.map(stepOf));
    return (scope) => read(scope.value);
  }
  const start = variable(first!, variables);
  if (!start || rest.length === 0 || rest.some((step) => step.type !== 'name')) return undefined;
  const read = readPath(rest.map(stepOf));
  return (scope) => read(start(scope));
}

const isPlainStep = (step: Node): boolean =>
  (step.type === 'name' || (step.type === 'variable' && step.stages === undefined)) &&
  nodes(step.stages).every(isPlace) &&
  !['predicate', 'group', 'focus', 'index', 'keepArray', 'tuple', 'ancestor'].some(
    (part) => step[part] !== undefined,
  );

/** `[0]`, of a list its first, and `[-1]` its last. */
const isPlace = ({ type, expr }: Node): boolean =>
  type === 'filter' && (expr as Node).type === 'number';

const stepOf = ({ value, stages }: Node): PathStep => ({
  name: String(value),
  places: nodes(stages).map(({ expr }) => Math.floor((expr as Node).value as number)),
});

type Compile = (part: unknown) => Expression | undefined;

function binary(node: Node, compile: Compile): Expression | undefined {
  const left = compile(node.lhs);
  const right =
    node.value === 'in' ? (literalList(node.rhs as Node) ?? compile(node.rhs)) : compile(node.rhs);
  if (!left || !right) return undefined;
  if (isComparison(node)) {
    const compare = valueComparisonOf(node);
    return (scope) => compare(left(scope), right(scope));
  }
  const operator = node.value;
  switch (operator) {
    case '&':
      return concatenation(node, left, right);
    case 'and':
      return (scope) => truthy(left(scope)) && truthy(right(scope));
    case 'or':
      return (scope) => truthy(left(scope)) || truthy(right(scope));
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return (scope) => calculate(operator as Arithmetic, left(scope), right(scope));
    default:
      return undefined;
  }
}

function concatenation(node: Node, left: Expression, right: Expression): Expression {
  const [first, second] = [pathName(node.lhs as Node), pathName(node.rhs as Node)];
  return (scope) => asText(left(scope), first) + asText(right(scope), second);
}

/** `["a", "b"]`, as it stands on the right of `in`. */
export function literalList(node: Node): Expression | undefined {
  const items = constantOf(node);
  return Array.isArray(items) ? () => items : undefined;
}

function condition(node: Node, compile: Compile): Expression | undefined {
  const test = compile(node.condition);
  const whenTrue = compile(node.then);
  const whenFalse = node.else === undefined ? () => undefined : compile(node.else);
  if (!test || !whenTrue || !whenFalse) return undefined;
  const first = coalesced(node);
  if (first) {
    return (scope) => {
      const value = whenTrue(scope);
      return first(value) ? value : whenFalse(scope);
    };
  }
  return (scope) => (truthy(test(scope)) ? whenTrue(scope) : whenFalse(scope));
}

function call(node: Node, compile: Compile, context: FunctionContext): Expression | undefined {
  const name = calledName(node);
  if (name === undefined) return undefined;
  const inputs = nodes(node.arguments);
  const own = functions[name];
  if (own) {
    const [least, most] = own.arity;
    if (inputs.length < least || inputs.length > most) return undefined;
    const constants = inputs.map(constantOf);
    const ownValues = inputs.map((input, index) => {
      const constant = constants[index];
      return Array.isArray(constant) ? () => constant : compile(input);
    });
    if (ownValues.includes(undefined)) return undefined;
    return apply(own.make(context, constants), ownValues as Expression[]);
  }
  const values = inputs.map(compile);
  if (values.includes(undefined)) return undefined;
  if (name === hiddenName(neededPart)) return apply(needPart, values as Expression[]);
  const builtin = textFunctions[name];
  if (!builtin?.arity.includes(inputs.length)) return undefined;
  return apply(builtin.call, values as Expression[]);
}

function apply(call: (...inputs: unknown[]) => unknown, values: readonly Expression[]): Expression {
  const [first, second, third, fourth] = values;
  if (!first) return () => call();
  if (!second) return (scope) => call(first(scope));
  if (!third) return (scope) => call(first(scope), second(scope));
  if (!fourth) return (scope) => call(first(scope), second(scope), third(scope));
  return (scope) => call(...values.map((value) => value(scope)));
}
