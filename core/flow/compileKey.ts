/** The business key of a record: parts that are each taken as identifiers, and joined. */
import { StockbusError } from '../errors.ts';
import { identifierOf, readIdentifier } from '../identifier.ts';
import { limits } from '../limits.ts';
import type { Expression, RecordValue, Scope, Shape } from '../ports.ts';
import { asText } from '../steps/asText.ts';
import type { Awaitable } from './compiledFlow.ts';
import {
  literalOf,
  type Node,
  nodes,
  notLiteral,
  parseExpression,
  recordFields,
} from './expression/ast.ts';
import { compileExpression, variablesOf } from './expression/compileExpression.ts';
import type { FlowUnit } from './flowUnit.ts';
import type { SourceFields } from './sourceFields.ts';

/** The key of a record, or a promise of it. Throws KEY_EMPTY, NAME_BAD_CHARACTER, MESSAGE_INVALID. */
export type ReadKey = (scope: Scope) => Awaitable<string>;

/** Gives its text; a literal as it stands, anything else as an identifier that is not empty. */
type KeyPart = (scope: Scope) => Awaitable<string>;

export function compileKey(unit: FlowUnit, made: Shape, reads: SourceFields): ReadKey | undefined {
  const text = unit.flow.key;
  if (text === undefined) {
    unit.report({
      path: ['to'],
      onKey: true,
      code: 'FLOW_MISSING_KEY',
      message: "the flow has no 'key'",
    });
    return undefined;
  }
  const compiled = unit.expression(text, ['key'], variablesOf.key);
  if (!compiled) return undefined;
  reads.inKey(compiled.ast, made);
  const parts = operandsOf(text).map((operand) => compilePart(unit, operand));
  return (scope) => {
    let key = '';
    for (let index = 0; index < parts.length; index += 1) {
      const part = parts[index]!(scope);
      if (part instanceof Promise) return joinLater(key, part, parts.slice(index + 1), scope);
      key += part;
    }
    return wholeKey(key);
  };
}

async function joinLater(
  start: string,
  part: Promise<string>,
  rest: readonly KeyPart[],
  scope: Scope,
): Promise<string> {
  let key = start + (await part);
  for (const next of rest) key += await next(scope);
  return wholeKey(key);
}

/** Of `A & "/" & B.C` the texts `A`, `"/"` and `B.C`: a chain is cut at its last `&` first. */
function operandsOf(text: string): string[] {
  const parsed = parseExpression(text);
  if ('fault' in parsed) return [text];
  const { ast } = parsed;
  const inside = /^\s*\((.*)\)\s*$/s.exec(text)?.[1];
  if (inside !== undefined && ast.type === 'block' && nodes(ast.expressions).length === 1) {
    return operandsOf(inside);
  }
  const end = ast.position;
  if (ast.type !== 'binary' || ast.value !== '&' || end === undefined) return [text];
  return [...operandsOf(text.slice(0, end - 1)), ...operandsOf(text.slice(end))];
}

function compilePart(unit: FlowUnit, text: string): KeyPart {
  // Its faults were found in the whole key, with their columns.
  const compiled = compileExpression(text, variablesOf.key, unit.context, () => undefined, 'key');
  if (!compiled) return () => '';
  const { ast, evaluate } = compiled;
  const literal = literalOf(ast);
  if (literal !== notLiteral) return () => asText(literal);
  const name = text.trim();
  const read = isPlainPath(ast) ? evaluate : overNames(evaluate, fieldsOf(ast));
  return (scope) => {
    const value = read(scope);
    return value instanceof Promise
      ? value.then((later) => partText(later, name))
      : partText(value, name);
  };
}

const isPlainPath = (ast: Node): boolean =>
  ast.type === 'path' && nodes(ast.steps).every(({ type }) => type === 'name');

const fieldsOf = (ast: Node): string[] => [...new Set(recordFields(ast).map(({ name }) => name))];

/** What a function makes of a field (`$uppercase(Doc)`) it makes of the name that stands in it. */
function overNames(evaluate: Expression, fields: readonly string[]): Expression {
  return (scope) => {
    let value = scope.value as RecordValue;
    for (const field of fields) {
      const text = value[field];
      const name = typeof text === 'string' ? readIdentifier(text) : text;
      if (name === text || typeof name === 'object') continue;
      value =
        value === scope.value
          ? { ...value, [field]: name }
          : Object.assign(value, { [field]: name });
    }
    return evaluate(value === scope.value ? scope : { ...scope, value });
  };
}

/** A part that gives nothing would make one key of two: it is refused, whatever built it. */
function partText(value: unknown, what: string): string {
  const name = identifierOf(asText(value, `${what} in the key`), what, 'key');
  if (name === '') throw empty(`${what} in the key gives nothing`);
  return name;
}

function wholeKey(text: string): string {
  const key = identifierOf(text, 'the key of the record', 'key');
  if (key === '') throw empty('the key of the record is empty');
  if (key.length <= limits.idCharacters) return key;
  const message = `the key of the record is longer than ${limits.idCharacters} characters`;
  throw new StockbusError('MESSAGE_INVALID', message);
}

const empty = (message: string): StockbusError => new StockbusError('KEY_EMPTY', message);
