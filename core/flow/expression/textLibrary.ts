/** Texts of the library as the closures have them: no list or object becomes one unseen. */
import type jsonata from 'jsonata';
import { StockbusError } from '../../errors.ts';
import { asText } from '../../steps/asText.ts';
import { type Node, pathName, walk } from './ast.ts';
import { toText } from './operators.ts';
import { becomeCall, hiddenName } from './rewrite.ts';

const concatenate = (left: unknown, right: unknown, first: unknown, second: unknown): string =>
  asText(left, nameFrom(first)) + asText(right, nameFrom(second));

const nameFrom = (name: unknown): string | undefined =>
  typeof name === 'string' && name !== '' ? name : undefined;

/** As it stands in a key: a part that gives nothing would make one key of two. */
function joinKey(left: unknown, right: unknown, first: unknown, second: unknown): string {
  const parts = [
    [left, first],
    [right, second],
  ] as const;
  return parts.map(([part, name]) => keyPart(part, nameFrom(name))).join('');
}

function keyPart(value: unknown, name: string | undefined): string {
  const text = asText(value, name);
  if (text.trim() !== '' || name === LITERAL) return text;
  throw new StockbusError('KEY_EMPTY', `${name ?? 'a part'} in the key gives nothing`);
}

/** Stands for the name of a part that is written in the key itself. */
const LITERAL = 'literal';

/** Takes the place of `&`, wherever in the expression, and of `$string`; in a key, nothing is no text. */
export function makeTextsStrict(program: jsonata.Expression, inKey: boolean): void {
  program.registerFunction('string', (value: unknown) => toText(value), '<x-b?:s>');
  program.registerFunction(hiddenName('&'), inKey ? joinKey : concatenate);
  const joins = Array.from(walk(program.ast() as unknown as Node)).filter(
    (node) => node.type === 'binary' && node.value === '&',
  );
  for (const node of joins) {
    const [left, right] = [node.lhs as Node, node.rhs as Node];
    const names = [left, right].map((part) => literal(nameOf(part)));
    becomeCall(node, '&', [left, right, ...names]);
  }
}

const nameOf = (part: Node): string => (part.type === 'string' ? LITERAL : (pathName(part) ?? ''));

const literal = (value: string): Node => ({ type: 'string', value, position: 0 });
