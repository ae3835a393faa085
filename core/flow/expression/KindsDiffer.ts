/**
 * A comparison of a text with a number, which JSONata takes for false without a word: `qty = "5"` would
 * drop every record whose `qty` is the number 5, and `!=` keep it. A list is no text either.
 */

import { constantOf, type Node, notLiteral } from './ast.ts';
import { asWritten } from './asWritten.ts';
import { show } from './operators.ts';

/** A comparison, as the flow writes it. */
export interface Compared {
  operator: string;
  left: Side;
  right: Side;
}

interface Side {
  text: string;
  /** Whether its value stands in the flow itself. */
  constant: boolean;
}

export const comparedIn = ({ value, lhs, rhs }: Node): Compared => ({
  operator: String(value),
  left: sideOf(lhs as Node),
  right: sideOf(rhs as Node),
});

const sideOf = (node: Node): Side => ({
  text: asWritten(node) ?? '…',
  constant: constantOf(node) !== notLiteral,
});

type Kind = 'text' | 'number' | 'boolean' | 'list';

/** Undefined for nothing, for null, and for objects, which other rules see to. */
function kindOf(value: unknown): Kind | undefined {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number' || typeof value === 'boolean') return typeof value as Kind;
  return Array.isArray(value) ? 'list' : undefined;
}

/** Stands for the verdict: neither true nor false. */
export class KindsDiffer {
  readonly #compared: Compared;
  readonly #left: unknown;
  readonly #right: unknown;

  constructor(compared: Compared, left: unknown, right: unknown) {
    this.#compared = compared;
    this.#left = left;
    this.#right = right;
  }

  get message(): string {
    const { left, operator, right } = this.#compared;
    const values = [this.#left, this.#right].map(described);
    return `${left.text} ${operator} ${right.text} compares ${values[0]} with ${values[1]}`;
  }

  get todo(): string {
    const { left, operator, right } = this.#compared;
    const write = (one: string, other: string) => `${one} ${operator} ${other}`;
    const ways =
      operator === 'in'
        ? [`${write(`$text(${left.text})`, 'a list of texts')}, or all of them as numbers`]
        : [
            ...(right.constant ? asOther(this.#right, this.#left, right.text) : []).map((text) =>
              write(left.text, text),
            ),
            ...(left.constant ? asOther(this.#left, this.#right, left.text) : []).map((text) =>
              write(text, right.text),
            ),
            ...this.#converted(write),
          ];
    return `write ${ways.join(', or ')}`;
  }

  /** Both as numbers for what is less or more, as texts for what is alike. */
  #converted(write: (one: string, other: string) => string): string[] {
    const { left, operator, right } = this.#compared;
    const kinds = [kindOf(this.#left), kindOf(this.#right)];
    if (kinds.includes('list')) {
      const [item, list] = kinds[0] === 'list' ? [right, left] : [left, right];
      return [`${item.text} in ${list.text}`];
    }
    const asNumbers = `$compare(${left.text}, ${right.text}) ${operator} 0`;
    if (operator.startsWith('<') || operator.startsWith('>')) return [asNumbers];
    const texts = [left, right].map(({ text }, index) =>
      kinds[index] === 'text' ? text : `$text(${text})`,
    );
    const both = [left, right].some(({ constant }, index) => constant && kinds[index] !== 'text');
    return kinds.includes('boolean') || !both ? [write(texts[0]!, texts[1]!)] : [asNumbers];
  }
}

/** A constant as a value of the other kind, where it can be one. */
function asOther(constant: unknown, other: unknown, text: string): string[] {
  if (typeof constant === 'string') {
    const value = constantIn(constant);
    return typeof value === typeof other ? [constant.trim()] : [];
  }
  return typeof other === 'string' && !Array.isArray(constant) ? [`"${text}"`] : [];
}

function constantIn(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}

function described(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return `the ${kindOf(value)} ${show(value)}`;
}

/** A list as a part of `in` is what it is searched. */
export function kindsDiffer(
  compared: Compared,
  left: unknown,
  right: unknown,
): KindsDiffer | undefined {
  const [one, other] = [kindOf(left), kindOf(right)];
  if (one === other || one === undefined || other === undefined) return undefined;
  return new KindsDiffer(compared, left, right);
}

/** Of a text none of whose list is a text: it could never be among them. */
export function kindIsNotAmong(
  compared: Compared,
  item: unknown,
  list: unknown,
): KindsDiffer | undefined {
  if (!Array.isArray(list)) return kindsDiffer(compared, item, list);
  const kind = kindOf(item);
  if (kind === undefined) return undefined;
  let hasOthers = false;
  for (let index = 0; index < list.length; index += 1) {
    const other = kindOf(list[index]);
    if (other === kind) return undefined;
    if (other !== undefined) hasOthers = true;
  }
  return hasOthers ? new KindsDiffer(compared, item, list) : undefined;
}
