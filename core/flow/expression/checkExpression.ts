/** Faults that an expression has whatever the record: unknown names, tables, patterns. */
import { type Code, nearestName } from '../../errors.ts';
import type { LookupTable } from '../../ports.ts';
import { suggestion } from '../../spec.ts';
import { calledName, childrenOf, constantOf, literalOf, type Node, nodes } from './ast.ts';
import { dateReader } from './dateText.ts';
import { functions } from './functions.ts';
import { regExpFault } from './LinearRegExp.ts';

export interface ExpressionFault {
  code: Code;
  message: string;
  todo?: string;
  /** Of a text that cannot be read, as SyntaxFault has them. */
  isGeneral?: true;
  isOpen?: true;
  /** Offset in the expression's text. */
  offset: number;
}

type Found = (fault: ExpressionFault) => void;

/** Functions of JSONata that flows may call. */
const builtins = [
  ...['sum', 'count', 'max', 'min', 'average', 'string', 'substring', 'substringBefore'],
  ...['substringAfter', 'lowercase', 'uppercase', 'length', 'trim', 'pad', 'match', 'contains'],
  ...['replace', 'split', 'join', 'formatNumber', 'formatBase', 'formatInteger'],
  ...['number', 'floor', 'ceil', 'round', 'sqrt', 'power', 'boolean', 'not', 'map', 'zip'],
  ...['filter', 'single', 'reduce', 'sift', 'keys', 'append', 'exists', 'spread', 'merge'],
  ...['reverse', 'each', 'error', 'assert', 'type', 'sort', 'distinct', 'base64encode'],
  ...['base64decode', 'encodeUrlComponent', 'encodeUrl', 'decodeUrlComponent', 'decodeUrl'],
  ...['fromMillis', 'clone'],
];

/** Functions of JSONata that flows may not call: their result is not certain, or their work has no bound. */
const refused: Readonly<Record<string, string>> = {
  eval: 'expressions come from the flow, never from data',
  random: 'a replay would give another result',
  shuffle: 'a replay would give another result',
  millis: 'use $now()',
  toMillis: 'read dates with $date(text, pattern, zone)',
  parseInteger: 'read numbers with $decimal(text, mark)',
};

export const functionNames: readonly string[] = [...Object.keys(functions), ...builtins];

interface Scope {
  variables: readonly string[];
  tables: ReadonlyMap<string, LookupTable>;
  found: Found;
}

export function checkExpression(
  ast: Node,
  variables: readonly string[],
  tables: ReadonlyMap<string, LookupTable>,
  found: Found,
): void {
  const scope = { variables: [...variables, ...namesBoundIn(ast)], tables, found };
  checkNode(ast, scope, false);
}

/** `piped` when the node is a call that gets its first argument by `~>`. */
function checkNode(node: Node, around: Scope, piped: boolean): void {
  const scope = isFrame(node)
    ? { ...around, variables: [...around.variables, ...namesBoundIn(node)] }
    : around;
  const { variables, found } = scope;
  const name = calledName(node);
  if (name !== undefined && (Object.hasOwn(refused, name) || !variables.includes(name)))
    checkCall(node, name, piped, scope.tables, found);
  if (node.type === 'variable') checkVariable(node, variables, found);
  if (node.type === 'regex') checkPattern(node, found);
  checkDayInUtc(node, found);
  checkWithoutDollar(node, found);
  checkPlus(node, found);
  for (const child of childrenOf(node)) {
    if (name !== undefined && child === node.procedure) continue;
    checkNode(child, scope, node.type === 'apply' && child === node.rhs);
  }
}

/** What has names of its own, which nothing around it sees. */
const isFrame = (node: Node): boolean => node.type === 'lambda' || node.type === 'block';

/** Names that an expression gives itself (`$x := …`, `function($x) {…}`, `@$x`, `#$i`), without those in frames inside. */
function namesBoundIn(node: Node): string[] {
  const names: unknown[] = [node.focus, node.index];
  if (node.type === 'bind') names.push((node.lhs as Node).value);
  if (node.type === 'lambda')
    names.push(...nodes(node.arguments).map((argument) => argument.value));
  const own = names.flatMap((name) =>
    typeof name === 'string'
      ? [name]
      : name instanceof Object
        ? [String((name as Node).value)]
        : [],
  );
  const inside = Array.from(childrenOf(node)).filter((child) => !isFrame(child));
  return [...own, ...inside.flatMap(namesBoundIn)];
}

/** `$substringBefore($date(…), "T")` is the day in UTC: the day before, for half of the world. */
function checkDayInUtc(node: Node, found: Found): void {
  const cut = (node.type === 'apply' ? node.rhs : node) as Node;
  const date = (node.type === 'apply' ? node.lhs : nodes(node.arguments)[0]) as Node | undefined;
  const name = calledName(cut);
  if (name !== 'substring' && name !== 'substringBefore') return;
  if (!date || calledName(date) !== 'date') return;
  if (literalOf(nodes(date.arguments)[2]) === 'UTC') return;
  found({
    code: 'FLOW_BAD_EXPRESSION',
    message: `'$${name}' of a $date cuts off the day in UTC, which is another one in other zones`,
    todo: 'write $day(text, pattern), which gives the day itself',
    offset: startOf(cut.procedure as Node, name),
  });
}

/** `decimal(x)` calls a field of the record, which nobody can have. */
function checkWithoutDollar(node: Node, found: Found): void {
  const { procedure } = node as { procedure?: Node };
  if (node.type !== 'function' || procedure?.type !== 'path') return;
  const [only, ...others] = nodes(procedure.steps);
  if (only?.type !== 'name' || others.length > 0) return;
  const name = String(only.value);
  const known = functionNames.includes(name) ? name : nearestName(name, functionNames);
  found({
    code: 'FLOW_UNKNOWN_FUNCTION',
    message: `'${name}' is a field of the record, which cannot be called`,
    todo:
      known === undefined
        ? `functions begin with $, known here: ${functionNames.join(', ')}`
        : `functions begin with $: did you mean '$${known}'?`,
    offset: Math.max(0, (only.position ?? 0) - name.length),
  });
}

/** `A + "-" + B`: what is added are numbers, and a text in quotes is none. */
function checkPlus(node: Node, found: Found): void {
  if (node.type !== 'binary' || node.value !== '+') return;
  if (![node.lhs, node.rhs].some((part) => typeof literalOf(part as Node) === 'string')) return;
  found({
    code: 'FLOW_BAD_EXPRESSION',
    message: "'+' adds numbers, and one side of it is a text",
    todo: 'join texts by &, such as Shelf & "-" & Article; add decimals by $add(a, b)',
    offset: Math.max(0, (node.position ?? 0) - 1),
  });
}

function checkPattern(node: Node, found: Found): void {
  const pattern = node.value as RegExp;
  const message = regExpFault(pattern);
  if (message === undefined) return;
  const text = `/${pattern.source}/${pattern.flags.replace('g', '')}`;
  const offset = Math.max(0, (node.position ?? 0) - text.length);
  found({ code: 'FLOW_BAD_EXPRESSION', message, todo: 'write it without', offset });
}

const startOf = (node: Node, name: string): number =>
  Math.max(0, (node.position ?? 0) - name.length - 1);

/** Even as a name of the flow's own: where that is not bound yet, the name means the function. */
const refusal = (name: string, offset: number): ExpressionFault => ({
  code: 'FLOW_UNKNOWN_FUNCTION',
  message: `'$${name}' may not be used in a flow`,
  todo: refused[name]!,
  offset,
});

const withDollar = (name: string): string => `$${name}`;

function checkVariable(node: Node, known: readonly string[], found: Found): void {
  const name = String(node.value);
  if (Object.hasOwn(refused, name)) {
    found(refusal(name, startOf(node, name)));
    return;
  }
  if (name === '' || name === '$' || known.includes(name) || functionNames.includes(name)) return;
  found({
    code: 'FLOW_BAD_EXPRESSION',
    message: `'$${name}' is not known here`,
    todo: suggestion(name, known, withDollar),
    offset: startOf(node, name),
  });
}

function checkCall(
  node: Node,
  name: string,
  piped: boolean,
  tables: ReadonlyMap<string, LookupTable>,
  found: Found,
): void {
  const offset = startOf(node.procedure as Node, name);
  if (Object.hasOwn(refused, name)) {
    found(refusal(name, offset));
    return;
  }
  const spec = functions[name];
  if (!spec) {
    if (builtins.includes(name)) return;
    const message = `'$${name}' is not a function`;
    found({
      code: 'FLOW_UNKNOWN_FUNCTION',
      message,
      todo: suggestion(name, functionNames, withDollar),
      offset,
    });
    return;
  }
  const count = nodes(node.arguments).length + (piped ? 1 : 0);
  const [least, most] = spec.arity;
  if (count < least || count > most) {
    const takes = least === most ? `${least}` : `${least} to ${most}`;
    found({
      code: 'FLOW_BAD_EXPRESSION',
      message: `'$${name}' takes ${takes} arguments, not ${count}`,
      todo: `such as ${spec.example}`,
      offset,
    });
  } else if (!piped) {
    checkLiterals(node, name, tables, found);
  }
}

function checkLiterals(
  node: Node,
  name: string,
  tables: ReadonlyMap<string, LookupTable>,
  found: Found,
): void {
  const inputs = nodes(node.arguments);
  const literals = inputs.map(literalOf);
  const at = (index: number): number => {
    const text = String(literals[index]);
    return Math.max(0, (inputs[index]?.position ?? 0) - text.length - 2);
  };
  if (name === 'lookup' && typeof literals[0] === 'string') {
    checkTable(literals, tables, (fault, index) => found({ ...fault, offset: at(index) }));
  }
  if (
    name === 'decimal' &&
    typeof literals[1] === 'string' &&
    literals[1] !== '.' &&
    literals[1] !== ','
  ) {
    found({
      code: 'FLOW_BAD_EXPRESSION',
      message: `'${literals[1]}' is not a decimal mark`,
      todo: 'write "." or ","',
      offset: at(1),
    });
  }
  if (name === 'date' || name === 'day') {
    const pattern = patternsOf(constantOf(inputs[1]));
    const zone = typeof literals[2] === 'string' ? literals[2] : 'UTC';
    const reader = dateReader(pattern, zone);
    if (typeof reader === 'object') {
      found({
        code: 'FLOW_BAD_EXPRESSION',
        message: reader.message,
        ...(reader.part === 'zone' ? nearZone(zone) : {}),
        offset: at(reader.part === 'zone' ? 2 : 1),
      });
    }
  }
}

function nearZone(name: string): { todo?: string } {
  const near = nearestName(name, Intl.supportedValuesOf('timeZone'));
  return near === undefined ? {} : { todo: `did you mean '${near}'?` };
}

/** Patterns of $date that are known without data. */
function patternsOf(constant: unknown): string | readonly string[] {
  if (typeof constant === 'string') return constant;
  const isList = Array.isArray(constant) && constant.every((one) => typeof one === 'string');
  return isList ? constant : '';
}

function checkTable(
  [name, , column]: readonly unknown[],
  tables: ReadonlyMap<string, LookupTable>,
  found: (fault: Omit<ExpressionFault, 'offset'>, index: number) => void,
): void {
  const table = tables.get(String(name));
  if (!table) {
    const todo =
      tables.size === 0
        ? `add config/tables/${String(name)}.csv`
        : suggestion(String(name), [...tables.keys()]);
    found({ code: 'FLOW_UNKNOWN_TABLE', message: `there is no table '${String(name)}'`, todo }, 0);
  } else if (typeof column === 'string' && !table.columns.includes(column)) {
    const message = `'${column}' is not a column of the table ${table.name}`;
    found({ code: 'FLOW_UNKNOWN_TABLE', message, todo: suggestion(column, table.columns) }, 2);
  }
}
