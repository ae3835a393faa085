/** One node of an expression, by its type. */
import { limits } from '../../../limits.ts';
import { asText } from '../../../steps/asText.ts';
import { truthy } from '../../../steps/truthy.ts';
import { constantOf, literalOf, type Node, nodes, notLiteral, pathName } from '../ast.ts';
import { coalesced } from '../coalesced.ts';
import { isComparison, valueComparisonOf } from '../comparisons.ts';
import { payOf } from '../comparisonWork.ts';
import { type Arithmetic, calculate, failed, show } from '../operators.ts';
import { compileCall, compilePiped } from './compileCall.ts';
import { compileLambda } from './compileLambda.ts';
import { compileObject } from './compileObject.ts';
import { compileFilter, compilePath, descendants, lookupName, wildcard } from './compilePath.ts';
import { appended, BuiltList, collapsed, Sequence, tooLong } from './Sequence.ts';
import {
  type Frame,
  frameAt,
  leave,
  type MadeAt,
  type NamedLambda,
  Names,
  type Run,
  type Site,
} from './site.ts';

export function compileNode(node: Node, site: Site): Run {
  refuseOdd(node);
  const run = byType(node, site);
  if (literalOf(node) !== notLiteral) return run;
  const filters = nodes(node.predicate).map(({ expr }) => compileFilter(expr as Node, site));
  const { work } = site.machine;
  const keepArray = node.keepArray === true;
  const makes = makesValue(node);
  return (input, frame) => {
    work.charge(1);
    let value = run(input, frame);
    for (let index = 0; index < filters.length; index += 1) value = filters[index]!(value, frame);
    if (makes) work.made(value);
    return collapsed(value, keepArray);
  };
}

/**
 * What ends the body of a function. Where that is a call the library gives what is called to whoever
 * called the function, and a list of it stays one: `$map` finds lists there, which may be empty.
 */
export function compileTail(node: Node, site: Site): Run {
  const isPlain = node.predicate === undefined && node.keepArray !== true;
  if (node.type === 'lambda' && node.thunk === true) {
    refuseOdd(node.body as Node);
    return compileCall(node.body as Node, { ...site, isTail: true });
  }
  if (!isPlain || (node.type !== 'condition' && node.type !== 'block')) {
    return compileNode(node, site);
  }
  refuseOdd(node);
  return node.type === 'block'
    ? block(node, site, compileTail)
    : condition(node, site, compileTail);
}

function refuseOdd(node: Node): void {
  if (node.group !== undefined || node.tuple !== undefined || node.seekingParent !== undefined) {
    leave(node);
  }
  if (node.focus !== undefined || node.index !== undefined || node.ancestor !== undefined) {
    leave(node);
  }
}

/** Whether a node makes a text, a list or an object that was not there before. */
const makesValue = ({ type, value }: Node): boolean =>
  type === 'binary' ? value === '&' || value === '..' : type === 'unary';

function byType(node: Node, site: Site): Run {
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value': {
      const { value } = node;
      return () => value;
    }
    case 'variable':
      return variable(node, site);
    case 'name':
      return lookupName(String(node.value), site.machine.work);
    case 'path':
      return compilePath(node, site);
    case 'binary':
      return binary(node, site);
    case 'unary':
      return unary(node, site);
    case 'condition':
      return condition(node, site);
    case 'block':
      return block(node, site);
    case 'function':
      return compileCall(node, site);
    case 'apply':
      return compilePiped(node, site);
    case 'wildcard':
      return wildcard(site.machine.work);
    case 'descendant':
      return descendants(site.machine.work);
    default:
      return leave(node);
  }
}

function variable(node: Node, { machine, names, variables }: Site): Run {
  const name = String(node.value);
  if (name === '') {
    return (input) => (input instanceof Sequence && input.outerWrapper ? input[0] : input);
  }
  if (name === '$') return () => machine.scope!.value;
  const bound = names.find(name);
  if (bound) {
    if (bound.lambda) leave(node);
    const { depth, index } = bound;
    if (depth === 0) return (_input, frame) => frame.slots[index];
    return (_input, frame) => frameAt(frame, depth).slots[index];
  }
  if (!Object.hasOwn(variables, name)) leave(node);
  const read = variables[name]!;
  return () => read(machine.scope!);
}

function binary(node: Node, site: Site): Run {
  const left = compileNode(node.lhs as Node, site);
  const items = node.value === 'in' ? constantOf(node.rhs as Node) : undefined;
  const right: Run = Array.isArray(items) ? () => items : compileNode(node.rhs as Node, site);
  if (isComparison(node)) {
    const compare = valueComparisonOf(node);
    const pay = payOf(node);
    const { work } = site.machine;
    return (input, frame) => {
      const one = left(input, frame);
      const other = right(input, frame);
      pay(work, one, other);
      return compare(one, other);
    };
  }
  const operator = node.value;
  switch (operator) {
    case '&': {
      const [first, second] = [pathName(node.lhs as Node), pathName(node.rhs as Node)];
      return (input, frame) =>
        asText(left(input, frame), first) + asText(right(input, frame), second);
    }
    case 'and':
      return (input, frame) => truthy(left(input, frame)) && truthy(right(input, frame));
    case 'or':
      return (input, frame) => truthy(left(input, frame)) || truthy(right(input, frame));
    case '..':
      return (input, frame) => range(left(input, frame), right(input, frame));
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return (input, frame) =>
        calculate(operator as Arithmetic, left(input, frame), right(input, frame));
    default:
      return leave(node);
  }
}

function range(from: unknown, to: unknown): unknown {
  for (const end of [from, to]) {
    if (end !== undefined && !Number.isInteger(end)) {
      throw failed(`'..' goes from one whole number to another, not to ${show(end)}`);
    }
  }
  if (from === undefined || to === undefined || (from as number) > (to as number)) return undefined;
  if ((to as number) - (from as number) >= limits.expressionItems) throw tooLong();
  const numbers = new Sequence();
  for (let number = from as number; number <= (to as number); number += 1) numbers.add(number);
  return numbers;
}

function unary(node: Node, site: Site): Run {
  switch (node.value) {
    case '-': {
      const inner = compileNode(node.expression as Node, site);
      return (input, frame) => negated(inner(input, frame));
    }
    case '[':
      return list(node, site);
    case '{':
      return compileObject(node, site);
    default:
      return leave(node);
  }
}

function negated(value: unknown): unknown {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isFinite(value)) return -value;
  throw failed(`'-' needs a number, not ${show(value)}`, 'write $negate(...) for decimals');
}

function list(node: Node, site: Site): Run {
  const items = nodes(node.expressions).map((item) => ({
    run: compileNode(item, site),
    isList: item.value === '[',
  }));
  const isBuilt = node.consarray === true;
  return (input, frame) => {
    let found: unknown[] = [];
    for (let index = 0; index < items.length; index += 1) {
      const { run, isList } = items[index]!;
      const value = run(input, frame);
      if (value === undefined) continue;
      if (isList || !Array.isArray(value)) found.push(value);
      else found = found.length === 0 ? Array.from(value) : appended(found, value);
    }
    return isBuilt ? BuiltList.from(found) : found;
  };
}

function condition(node: Node, site: Site, branch: Site['compile'] = compileNode): Run {
  const first = coalesced(node);
  const whenFalse = node.else === undefined ? () => undefined : branch(node.else as Node, site);
  const whenTrue = branch(node.then as Node, site);
  if (first) {
    return (input, frame) => {
      const value = whenTrue(input, frame);
      return first(value) ? value : whenFalse(input, frame);
    };
  }
  const asked = compileNode(node.condition as Node, site);
  return (input, frame) =>
    truthy(asked(input, frame)) ? whenTrue(input, frame) : whenFalse(input, frame);
}

function block(node: Node, site: Site, end: Site['compile'] = compileNode): Run {
  const statements = nodes(node.expressions);
  const last = statements.length - 1;
  const hasNames = statements.some(({ type }) => type === 'bind');
  const inside = hasNames ? { ...site, names: new Names(site.names) } : site;
  const runs = statements.map((one, index) => {
    if (one.type === 'bind') return bind(one, inside, index === last);
    return index === last ? end(one, inside) : compileNode(one, inside);
  });
  const run = lastOf(runs);
  return hasNames ? (input, frame) => run(input, { slots: [], around: frame }) : run;
}

const lastOf =
  (runs: readonly Run[]): Run =>
  (input, frame) => {
    let value: unknown;
    for (let index = 0; index < runs.length; index += 1) value = runs[index]!(input, frame);
    return value;
  };

/** The place where a name stands says which value it has: what could not be told so is left. */
function bind(node: Node, site: Site, isLast: boolean): Run {
  const name = String((node.lhs as Node).value);
  if (name === '' || name === '$' || node.predicate !== undefined) leave(node);
  const value = node.rhs as Node;
  const made = madeFunction(value, site);
  if (made) {
    if (isLast || site.names.find(name)) leave(node);
    refuseKnown(name, node, site);
    const index = site.names.bind(name, made.lambda);
    return (input, frame) => {
      frame.slots[index] = made.where(input, frame);
    };
  }
  const run = compileNode(value, site);
  refuseKnown(name, node, site);
  const index = site.names.bind(name);
  return (input, frame) => {
    const given = run(input, frame);
    frame.slots[index] = given;
    return given;
  };
}

function refuseKnown(name: string, node: Node, { machine, names, variables }: Site): void {
  const isKnown = Object.hasOwn(variables, name) || machine.called.has(name);
  if (isKnown || !names.mayBind(name)) leave(node);
}

/** A function, or the block that makes one, whose names it sees; with what it is called over. */
function madeFunction(
  node: Node,
  site: Site,
): { lambda: NamedLambda; where: (input: unknown, frame: Frame) => MadeAt } | undefined {
  if (node.type === 'lambda' && node.thunk !== true) {
    return { lambda: compileLambda(node, site), where: (input, frame) => ({ input, frame }) };
  }
  const statements = node.type === 'block' ? nodes(node.expressions) : [];
  const last = statements.at(-1);
  if (last?.type !== 'lambda' || node.predicate !== undefined) return undefined;
  const inside = { ...site, names: new Names(site.names) };
  const before = statements
    .slice(0, -1)
    .map((one) => (one.type === 'bind' ? bind(one, inside, false) : compileNode(one, inside)));
  const lambda = compileLambda(last, inside);
  const run = lastOf(before);
  const where = (input: unknown, around: Frame): MadeAt => {
    const frame = { slots: [], around };
    run(input, frame);
    return { input, frame };
  };
  return { lambda, where };
}
