/** The business key of a record: parts that are each taken as identifiers, and joined. */
import { nearestName, StockbusError } from '../errors.ts';
import { identifierOf } from '../identifier.ts';
import { limits } from '../limits.ts';
import type { Expression, RecordValue, Scope } from '../ports.ts';
import { isObject, type Path } from '../spec.ts';
import { asText } from '../steps/asText.ts';
import type { Awaitable } from './compiledFlow.ts';
import {
  calledName,
  literalOf,
  type Node,
  nodes,
  notLiteral,
  parseExpression,
  recordFields,
  walk,
} from './expression/ast.ts';
import { quotedName } from './expression/asWritten.ts';
import { compileExpression, variablesOf } from './expression/compileExpression.ts';
import { joinsBackslash } from './expression/keyMarks.ts';
import type { Variables } from './expression/variables.ts';
import type { CompiledSteps, FlowUnit } from './flowUnit.ts';
import { joinParts, type KeyPart, partsTouch } from './keyParts.ts';
import type { LetNames } from './LetNames.ts';
import { readsNames } from './readsNames.ts';
import { recordRead } from './recordRead.ts';
import type { SourceFields } from './sourceFields.ts';

export interface CompiledKey {
  /** The key of a record, or a promise of it. Throws KEY_EMPTY, NAME_BAD_CHARACTER, MESSAGE_INVALID. */
  read(scope: Scope): Awaitable<string>;
  /** It is made of the record as it was read, and of nothing else: the same record has it again. */
  isOfRead: boolean;
  /** True where two records have one key, since they agree in all that it is made of. */
  isOfBoth(one: RecordValue, other: RecordValue): boolean;
}

/** As it stands in the flow: that of all its targets, or of one. */
interface WrittenKey {
  text: string;
  path: Path;
  variables: Variables;
}

/** `shape` is what is known of `$record`. */
export function compileKey(
  unit: FlowUnit,
  { text, path, variables }: WrittenKey,
  { shape, given, clock }: Pick<CompiledSteps, 'shape' | 'given' | 'clock'>,
  reads: SourceFields,
): CompiledKey | undefined {
  const compiled = unit.expression(text, path, variables);
  if (!compiled) return undefined;
  if (shape.whole) refuseGiven(unit, { text, path }, compiled.ast, given, reads);
  const ast = unit.lets.putIn(compiled.ast);
  refuseJoin(unit, path, ast);
  clock.refuseKey(compiled.ast, path, { shape, given }, unit.report);
  reads.inKey(ast, path, shape);
  const parts = operandsOf(text, unit.lets).map((operand) => compilePart(unit, operand, variables));
  if (partsTouch(parts)) {
    const message = 'two parts of the key stand side by side without a separator';
    unit.report({ path, code: 'FLOW_KEY_PARTS_TOUCH', message });
  }
  if (joinsBackslash(ast)) {
    const message =
      'a backslash separates parts of the key, and it marks separators inside of them';
    const todo = 'take another separator, such as & "/" &';
    unit.report({ path, code: 'FLOW_BAD_KEY', message, todo });
  }
  const join = joinParts(parts);
  const read: CompiledKey['read'] = (scope) => {
    const key = join(scope);
    return typeof key === 'string' ? wholeKey(key) : key.then(wholeKey);
  };
  const { show } = compiled;
  const shown: CompiledKey['read'] = (scope) => {
    show?.(scope);
    return read(scope);
  };
  return {
    read: show ? shown : read,
    isOfRead: Array.from(walk(ast)).every(
      ({ type, value }) => type !== 'variable' || !notOfRead.has(String(value)),
    ),
    isOfBoth: agreementIn(fieldsOnly(ast)),
  };
}

/** What a key may read that is not in the record. */
const notOfRead: ReadonlySet<string> = new Set(['record', 'index', 'payload', 'row']);

function agreementIn(fields: readonly string[] | undefined): CompiledKey['isOfBoth'] {
  if (!fields) return () => false;
  return (one, other) => {
    for (const name of fields) if (one[name] !== other[name]) return false;
    return true;
  };
}

/** Names of fields that are joined as they are, and with texts; undefined for anything else. */
function fieldsOnly(ast: Node): string[] | undefined {
  if (literalOf(ast) !== notLiteral) return [];
  if (isPlainPath(ast)) {
    const names = namesOf(ast);
    return names.length === 1 ? names : undefined;
  }
  if (ast.type !== 'binary' || ast.value !== '&') return undefined;
  const [left, right] = [fieldsOnly(ast.lhs as Node), fieldsOnly(ast.rhs as Node)];
  return left && right && [...left, ...right];
}

/** A field that only a step gives is not in the record as it was read, which the key is made of. */
function refuseGiven(
  unit: FlowUnit,
  { text, path }: Pick<WrittenKey, 'text' | 'path'>,
  ast: Node,
  given: ReadonlyMap<string, Path | undefined>,
  reads: SourceFields,
): void {
  for (const { name, offset } of recordFields(ast)) {
    if (!given.has(name) || reads.has(name) || text[offset - 1] === '.') continue;
    unit.report({
      path,
      code: 'FLOW_BAD_KEY',
      message: `'${name}' is given by a step, and the key reads the record as it was read`,
      todo: `write what the step makes it of, or $record.${quotedName(name)} for the field of the mapped record; where the payload has it too, $.${quotedName(name)}`,
    });
  }
}

/** A list drops what gives nothing, so that two keys could be one. */
function refuseJoin(unit: FlowUnit, path: Path, ast: Node): void {
  if (!Array.from(walk(ast)).some((node) => calledName(node) === 'join')) return;
  unit.report({
    path,
    code: 'FLOW_BAD_KEY',
    message: "'$join' leaves out parts that give nothing",
    todo: 'join them by &, which sees that none is missing',
  });
}

interface Operand {
  text: string;
  /** Of what a name under `let` stands for: over the record of the payload. */
  ofRecord: boolean;
}

/** Of `A & "/" & B.C` the texts `A`, `"/"` and `B.C`, and of a name those that it is joined of: a chain is cut at its last `&` first. */
function operandsOf(text: string, lets: LetNames, ofRecord = false): Operand[] {
  const parsed = parseExpression(text);
  if ('fault' in parsed) return [{ text, ofRecord }];
  const { ast } = parsed;
  const named = ast.type === 'variable' ? lets.textOf(String(ast.value)) : undefined;
  if (named !== undefined && ast.predicate === undefined) return operandsOf(named, lets, true);
  const inside = /^\s*\((.*)\)\s*$/s.exec(text)?.[1];
  if (inside !== undefined && ast.type === 'block' && nodes(ast.expressions).length === 1) {
    return operandsOf(inside, lets, ofRecord);
  }
  const end = ast.position;
  if (ast.type !== 'binary' || ast.value !== '&' || end === undefined) return [{ text, ofRecord }];
  return [
    ...operandsOf(text.slice(0, end - 1), lets, ofRecord),
    ...operandsOf(text.slice(end), lets, ofRecord),
  ];
}

function compilePart(
  { context, functions, lets }: FlowUnit,
  { text, ofRecord }: Operand,
  variables: Variables,
): KeyPart {
  // Its faults were found in the whole key, with their columns.
  const own = ofRecord ? variablesOf.inbound : variables;
  const whole = functions.around(text).text;
  const found = compileExpression(whole, lets.over(own, 'key'), context, () => undefined, 'key');
  if (!found) return { literal: '' };
  const literal = literalOf(found.ast);
  if (literal !== notLiteral) return { literal: asText(literal) };
  const compiled = lets.awaiting(found, 'key');
  const name = text.trim();
  const evaluate = isPlainPath(compiled.ast) ? compiled.evaluate : readsNames(compiled);
  const read = ofRecord ? overRecord(evaluate) : evaluate;
  const names = isPlainPath(compiled.ast) ? namesOf(compiled.ast) : [];
  const lacks = (scope: Scope) => lacking(names, ofRecord ? recordRead(scope) : scope.value);
  return {
    read: (scope) => {
      const value = read(scope);
      return value instanceof Promise
        ? value.then((later) => partText(later, name, scope, lacks))
        : partText(value, name, scope, lacks);
    },
  };
}

interface Lacking {
  name: string;
  /** What stands where it would. */
  among: string[];
}

/** The first of the names that is in no record: it may be the flow that names it wrongly. */
function lacking(names: readonly string[], record: unknown): Lacking | undefined {
  let value = record;
  for (const name of names) {
    if (!isObject(value)) return undefined;
    if (!Object.hasOwn(value, name)) return { name, among: Object.keys(value) };
    value = value[name];
  }
  return undefined;
}

const overRecord =
  (evaluate: Expression): Expression =>
  (scope) => {
    const value = recordRead(scope);
    return evaluate(value === scope.value ? scope : { ...scope, value, source: value });
  };

const namesOf = (ast: Node): string[] => nodes(ast.steps).map(({ value }) => String(value));

const isPlainPath = (ast: Node): boolean =>
  ast.type === 'path' && nodes(ast.steps).every(({ type }) => type === 'name');

/** A part that gives nothing would make one key of two: it is refused, whatever built it. */
function partText(
  value: unknown,
  what: string,
  scope: Scope,
  lacks: (scope: Scope) => Lacking | undefined,
): string {
  const name = identifierOf(asText(value, what), what, 'key');
  if (name !== '') return name;
  const found = lacks(scope);
  if (!found) throw empty(`${what} in the key gives nothing`);
  const near = nearestName(found.name, found.among);
  throw empty(
    `${what} in the key gives nothing: the record has no field '${found.name}'`,
    near === undefined
      ? 'where the flow names it wrongly, correct its key; else have the sender give it'
      : `did you mean '${quotedName(near)}'? Else have the sender give it`,
  );
}

function wholeKey(text: string): string {
  const key = identifierOf(text, 'the key of the record', 'key');
  if (key === '') throw empty('the key of the record is empty');
  if (key.length <= limits.idCharacters) return key;
  const message = `the key of the record is longer than ${limits.idCharacters} characters`;
  throw new StockbusError('MESSAGE_INVALID', message);
}

const empty = (message: string, todo?: string): StockbusError =>
  new StockbusError('KEY_EMPTY', message, undefined, todo === undefined ? {} : { todo });
