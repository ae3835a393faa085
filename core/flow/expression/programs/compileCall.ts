/** Calls: of the expression's own functions, of those over lists, of Stockbus' and of JSONata's. */
import { calledName, constantOf, type Node, nodes } from '../ast.ts';
import { functions } from '../functions.ts';
import { neededItem, neededPart, needItem, needPart } from '../nameParts.ts';
import { textFunctions } from '../operators.ts';
import { hiddenName } from '../rewrite.ts';
import { charged } from './charged.ts';
import { compileLibraryCall } from './compileLibraryCall.ts';
import { compilePatternCall } from './compilePatternCall.ts';
import { listCalls } from './listCalls.ts';
import { frameAt, leave, type MadeAt, type Run, type Site } from './site.ts';
import { splitText } from './splitText.ts';
import { sum } from './sum.ts';

export function compileCall(node: Node, around: Site, piped?: Run): Run {
  const { isTail, ...site } = around;
  const name = calledName(node) ?? leave(node);
  const procedure = node.procedure as Node;
  if (procedure.predicate !== undefined || procedure.group !== undefined) leave(node);
  const inputs = nodes(node.arguments);
  if (site.names.find(name)) return named(node, name, inputs, site, piped);
  if (Object.hasOwn(site.variables, name)) leave(node);
  site.machine.called.add(name);
  const overList = Object.hasOwn(listCalls, name) ? listCalls[name] : undefined;
  if (overList) {
    const values = [...(piped ? [piped] : []), ...inputs];
    const run = overList(values, site);
    if (run) return run;
  }
  if (!piped && inputs[1]?.type === 'regex') return compilePatternCall(node, name, inputs, site);
  const runs = runsOf(inputs, site, piped);
  return (
    plain(name, inputs, runs, site, piped !== undefined) ??
    compileLibraryCall(node, { name, isTail }, runs, site)
  );
}

/** `a ~> $f(b)` is `$f(a, b)`. */
export function compilePiped(node: Node, site: Site): Run {
  const first = site.compile(node.lhs as Node, site);
  const call = node.rhs as Node;
  if (call.predicate !== undefined || call.group !== undefined) leave(node);
  if (call.type === 'function') return compileCall(call, site, first);
  if (call.type !== 'variable') leave(node);
  const name = String(call.value);
  if (site.names.find(name)) return named(node, name, [], site, first);
  // It stands in nothing, as at the end of a function.
  const alone: Node = { type: 'function', procedure: call, arguments: [] };
  return compileCall(alone, { ...site, isTail: true }, first);
}

const runsOf = (inputs: readonly Node[], site: Site, piped?: Run): Run[] => {
  const runs = inputs.map((input) => site.compile(input, site));
  return piped ? [piped, ...runs] : runs;
};

/** The call sees what was known where the function was made. */
function named(node: Node, name: string, inputs: readonly Node[], site: Site, piped?: Run): Run {
  const found = site.names.find(name);
  const { lambda, depth, index } = found?.lambda ? found : leave(node);
  const runs = runsOf(inputs, site, piped);
  const { body } = lambda!;
  const { work } = site.machine;
  return (input, frame) => {
    work.charge(1);
    const slots = runs.map((run) => run(input, frame));
    const made = frameAt(frame, depth).slots[index] as MadeAt;
    return body(made.input, { slots, around: made.frame });
  };
}

/** Functions that take values and wait for nothing. */
function plain(
  name: string,
  inputs: readonly Node[],
  runs: readonly Run[],
  site: Site,
  isPiped: boolean,
): Run | undefined {
  const count = runs.length;
  const own = functions[name];
  if (own) {
    const [least, most] = own.arity;
    if (count < least || count > most) return undefined;
    const literals = isPiped ? [undefined, ...inputs] : inputs;
    return charged(own.make(site.context, literals.map(constantOf)), runs, site);
  }
  if (name === hiddenName(neededPart)) return charged(needPart, runs, site);
  if (name === hiddenName(neededItem)) return charged(needItem, runs, site);
  if (name === 'split' && (count === 2 || count === 3)) return charged(splitText, runs, site);
  if (name === 'sum' && count === 1) return charged(sum, runs, site);
  if (name === 'count' && count === 1) return counted(runs[0]!);
  const builtin = Object.hasOwn(textFunctions, name) ? textFunctions[name] : undefined;
  return builtin?.arity.includes(count) ? charged(builtin.call, runs, site) : undefined;
}

const counted =
  (list: Run): Run =>
  (input, frame) => {
    const value = list(input, frame);
    if (value === undefined) return 0;
    return Array.isArray(value) ? value.length : 1;
  };
