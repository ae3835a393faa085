/** Texts that were meant as they stand, and are read as something else. */
import { badCharacterFault, readIdentifier } from '../identifier.ts';
import type { Shape } from '../ports.ts';
import { type FaultSink, isObject, type Path, suggestion } from '../spec.ts';
import { CONST } from '../steps/mapping.ts';
import {
  literalOf,
  type Node,
  nodes,
  notLiteral,
  parseExpression,
  pathName,
} from './expression/ast.ts';
import type { FieldShape, MessageShape } from './messageShape.ts';
import type { UnitTable } from './unitTable.ts';
import type { YamlFile } from './yamlFile.ts';

/** What to write instead, both ways. */
const remedy = (text: string): string =>
  `for the text write it under const:; for the field write ${/^\w+$/.test(text) ? `$.${text}` : 'it without quotes'}`;

interface Unit {
  yaml: YamlFile;
  report: FaultSink;
  context: { units: UnitTable };
}

interface Meant {
  code: 'FLOW_CONSTANT_OR_FIELD';
  message: string;
  todo: string;
}

/**
 * The text of a field's value in quotes that make no difference: the bare word `"supplier"` reads a
 * field, and `"WH-1"` subtracts. Quotes are never needed for either, so that a text was meant.
 */
export function quotedWord(text: string, ast: Node, quoted: boolean): Meant | undefined {
  const code = 'FLOW_CONSTANT_OR_FIELD';
  if (isCalculation(ast) && !/\s/.test(text.trim()) && (quoted || isOfLiterals(ast))) {
    const message = `'${text}' is calculated: ${inWords(ast)}`;
    return {
      code,
      message,
      todo: 'for the text write it under const:; to calculate, put blanks around the operator',
    };
  }
  if (!quoted || !isBarePath(ast) || /[`$]/.test(text)) return undefined;
  return { code, message: `'${text}' is read as a field of the record`, todo: remedy(text) };
}

/** Names alone: no predicate, grouping, or anything else that a word cannot say. */
const isBarePath = (ast: Node): boolean =>
  ast.type === 'path' &&
  Object.keys(ast).every((part) => part === 'type' || part === 'steps') &&
  nodes(ast.steps).every(
    (step) => step.type === 'name' && Object.keys(step).every((part) => PLAIN.includes(part)),
  );

const PLAIN = ['type', 'value', 'position'];

const SIGNS: Readonly<Record<string, string>> = {
  '-': 'minus',
  '+': 'plus',
  '*': 'times',
  '/': 'divided by',
  '%': 'modulo',
};

const isCalculation = (ast: Node): boolean =>
  ast.type === 'binary' &&
  String(ast.value) in SIGNS &&
  [ast.lhs, ast.rhs].every((part) => isOperand(part as Node));

const isOperand = (ast: Node): boolean =>
  isCalculation(ast) || isBarePath(ast) || literalOf(ast) !== notLiteral;

const isOfLiterals = (ast: Node): boolean =>
  isCalculation(ast)
    ? [ast.lhs, ast.rhs].every((part) => isOfLiterals(part as Node))
    : literalOf(ast) !== notLiteral;

function inWords(ast: Node): string {
  if (isCalculation(ast))
    return `${inWords(ast.lhs as Node)} ${SIGNS[String(ast.value)]} ${inWords(ast.rhs as Node)}`;
  if (isBarePath(ast))
    return `the field ${nodes(ast.steps)
      .map((step) => String(step.value))
      .join('.')}`;
  return String(literalOf(ast));
}

/**
 * Fields of the target with known values: a bare word that is one of them is taken for the text, a
 * constant that is none of them is a fault at once.
 */
export function lintKnownValues(unit: Unit, made: Shape, shapes: readonly MessageShape[]): void {
  const check = (
    fields: ReadonlyMap<string, Path | undefined>,
    known: (shape: MessageShape) => readonly FieldShape[],
  ) => {
    for (const [name, path] of fields) {
      const targets = shapes.flatMap(known).filter((field) => field.name === name);
      if (path && targets.length > 0) checkField(unit, path, targets);
    }
  };
  check(made.fields, (shape) => [...shape.document, ...(shape.lines?.fields ?? [])]);
  for (const [list, fields] of made.lists) {
    check(fields, ({ lines, lists }) =>
      [...lists, ...(lines ? [lines] : [])]
        .filter(({ name }) => name === list)
        .flatMap((one) => one.fields),
    );
  }
}

function checkField(unit: Unit, path: Path, targets: readonly FieldShape[]): void {
  const value = valueAt(unit.yaml.value, path);
  if (typeof value !== 'string') return;
  const known = targets.flatMap(({ values }) => values ?? []);
  if (path.at(-2) === CONST) {
    if (targets.every(({ identifier }) => identifier)) checkName(unit, path, value);
    if (!targets.every(({ values }) => values) || known.includes(value)) return;
    const message = `'${value}' is not one of ${[...new Set(known)].join(', ')}`;
    unit.report({ path, code: 'CONFIG_BAD_VALUE', message, todo: suggestion(value, known) });
    return;
  }
  const word = value.trim();
  const ast = astOf(word);
  if (ast && isCalculation(ast) && targets.every(({ identifier }) => identifier)) {
    if (quotedWord(value, ast, unit.yaml.isQuoted(path))) return;
    const message = `'${word}' is calculated: ${inWords(ast)}`;
    const todo = `for the text write it under const:; for the field of that name '\`${word}\`'`;
    unit.report({ path, code: 'FLOW_CONSTANT_OR_FIELD', message, todo });
    return;
  }
  const isKnown = (text: string): boolean =>
    known.includes(text) ||
    (targets.some(({ currency }) => currency) && currencies.has(text)) ||
    (targets.some(({ name }) => name === 'unit') && unit.context.units.has(text));
  const report = (text: string, todo: string): void => {
    const message = `'${text}' is read as a field of the record, and is one of the values that '${targets[0]!.name}' can have`;
    unit.report({ path, code: 'FLOW_CONSTANT_OR_FIELD', message, todo });
  };
  if (isKnown(word) && !unit.yaml.isQuoted(path)) report(word, remedy(word));
  for (const text of ast ? branches(ast).flatMap((branch) => pathName(branch) ?? []) : []) {
    if (!isKnown(text)) continue;
    report(
      text,
      `for the text put it into quotes of its own, "${text}"; for the field write $.${text}`,
    );
  }
}

/** What a condition or a block may give; nothing of an expression that is neither. */
function branches(ast: Node): Node[] {
  const parts =
    ast.type === 'condition'
      ? [ast.then, ast.else]
      : ast.type === 'block'
        ? [nodes(ast.expressions).at(-1)]
        : [];
  return parts.flatMap((part) => {
    if (part === undefined) return [];
    const inside = branches(part as Node);
    return inside.length > 0 ? inside : [part as Node];
  });
}

/** A name that would be refused in every record. */
function checkName(unit: Unit, path: Path, value: string): void {
  const read = readIdentifier(value);
  if (typeof read === 'string') return;
  const { message } = badCharacterFault('it', value, read);
  unit.report({ path, code: 'CONFIG_BAD_VALUE', message, todo: 'write it without the character' });
}

function astOf(text: string): Node | undefined {
  const parsed = parseExpression(text);
  return 'ast' in parsed ? parsed.ast : undefined;
}

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** What stands at a place of the file. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isObject(value)) value = value[step];
    else return undefined;
  }
  return value;
}
