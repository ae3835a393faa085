/** `=`, `!=`, `<`, `<=`, `>`, `>=` and `in`, in tests and in values, as closures and in the library. */
import { isStructure, noText } from '../../steps/asText.ts';
import type { Node } from './ast.ts';
import {
  type Compared,
  comparedIn,
  KindsDiffer,
  kindIsNotAmong,
  kindsDiffer,
} from './KindsDiffer.ts';
import { compare, equal, failed, includes } from './operators.ts';

type Compare<Result> = (left: unknown, right: unknown) => Result;

/** Undefined where a side is nothing; of two kinds that are never alike, what says so. */
type Outcome = boolean | KindsDiffer | undefined;

const OPERATORS = ['=', '!=', '<', '<=', '>', '>=', 'in'] as const;
type Operator = (typeof OPERATORS)[number];

export const isComparison = ({ type, value }: Node): boolean =>
  type === 'binary' && OPERATORS.includes(value as Operator);

/** What a test makes of the comparison. */
export function comparisonOf(node: Node): Compare<Outcome> {
  const compared = comparedIn(node);
  const operator = compared.operator as Operator;
  switch (operator) {
    case '=':
      return (left, right) => alike(compared, left, right);
    case '!=':
      return (left, right) => {
        const same = alike(compared, left, right);
        return typeof same === 'boolean' ? !same : same;
      };
    case 'in':
      return (item, list) => among(compared, item, list);
    default:
      return (left, right) => ordered(compared, operator, left, right);
  }
}

/** The same where it gives a value, which is JSONata's, and no verdict that may be missing. */
export function valueComparisonOf(node: Node): Compare<boolean | undefined> {
  const run = comparisonOf(node);
  const ofNothing = ['=', '!=', 'in'].includes(String(node.value)) ? false : undefined;
  return (left, right) => {
    const outcome = run(left, right);
    if (outcome instanceof KindsDiffer) throw failed(outcome.message, outcome.todo);
    return outcome ?? ofNothing;
  };
}

function alike(compared: Compared, left: unknown, right: unknown): Outcome {
  if (left === undefined || right === undefined) return undefined;
  if (left === right) return true;
  if (typeof left === 'string' && typeof right === 'string') return false;
  refuseStructure(left, right);
  refuseStructure(right, left);
  return kindsDiffer(compared, left, right) ?? equal(left, right);
}

/** An object is no text: it would never be one, and the record be dropped for an attribute more. */
function refuseStructure(one: unknown, other: unknown): void {
  if (isStructure(one) && !isStructure(other) && other !== null && !Array.isArray(other)) {
    throw noText(one, 'what is compared with a text');
  }
}

function ordered(
  compared: Compared,
  operator: Exclude<Operator, '=' | '!=' | 'in'>,
  left: unknown,
  right: unknown,
): Outcome {
  const isMixed =
    (typeof left === 'string' && typeof right === 'number') ||
    (typeof left === 'number' && typeof right === 'string');
  return isMixed ? kindsDiffer(compared, left, right) : compare(operator, left, right);
}

function among(compared: Compared, item: unknown, list: unknown): Outcome {
  if (item === undefined || list === undefined) return undefined;
  return includes(item, list) || (kindIsNotAmong(compared, item, list) ?? false);
}
