/** What tells the parts of a key from what separates them, wherever in the key they are joined. */
import { type Node, nodes, walk } from './ast.ts';

/**
 * Of what separates parts one character is marked by a backslash where it stands inside of a part after the
 * first, and so is a backslash in any of them: the first part may be `2026/0815`, and read from its end a
 * key still comes apart in one way only.
 */
export const marksOf = (separators: readonly string[]): readonly string[] => [
  ...new Set([BACKSLASH, ...separators.filter((text) => text !== '').map(toMark)]),
];

const BACKSLASH = '\\';

/** The whole of `--` would not do: `a-` and `b`, `a` and `-b` are both `a---b`. */
const toMark = (separator: string): string =>
  /[^\p{L}\p{N}\p{M}\s]/u.exec(separator)?.[0] ?? Array.from(separator).at(-1)!;

export const withMarks = (text: string, marks: readonly string[]): string =>
  marks.reduce(
    (whole, mark) => (whole.includes(mark) ? whole.replaceAll(mark, () => `\\${mark}`) : whole),
    text,
  );

/** Whether a text that is joined into a key has a backslash: as a separator it would mark nothing. */
export const joinsBackslash = (ast: Node): boolean =>
  joinsIn(ast).some(({ lhs, rhs }) =>
    [lhs, rhs].some((part) => isText(part as Node) && String((part as Node).value).includes('\\')),
  );

export const isText = ({ type }: Node): boolean => type === 'string';

export const isJoin = ({ type, value }: Node): boolean => type === 'binary' && value === '&';

export const joinsIn = (ast: Node): Node[] => Array.from(walk(ast)).filter(isJoin);

/** The marks of each part that is no text of the key itself, in every chain of `&`. */
export function marksOfParts(ast: Node): ReadonlyMap<Node, readonly string[]> {
  const joins = joinsIn(ast);
  const inside = new Set(joins.flatMap((join) => operandsOf(join)));
  const marks = new Map<Node, readonly string[]>();
  for (const root of joins.filter((join) => !inside.has(join))) {
    const parts = partsOf(root);
    const first = parts.findIndex((part) => !isText(part));
    const last = parts.findLastIndex((part) => !isText(part));
    if (first === last) continue;
    const between = parts.slice(first, last).filter(isText);
    const all = marksOf(between.map(({ value }) => String(value)));
    for (const [index, part] of parts.entries()) {
      if (!isText(part)) marks.set(part, index === first ? all.slice(0, 1) : all);
    }
  }
  return marks;
}

const partsOf = (node: Node): Node[] => (isJoin(node) ? operandsOf(node).flatMap(partsOf) : [node]);

export const operandsOf = ({ lhs, rhs }: Node): [Node, Node] => [
  inBrackets(lhs as Node),
  inBrackets(rhs as Node),
];

/** What stands in brackets alone. */
function inBrackets(node: Node): Node {
  const [only, ...others] = node.type === 'block' ? nodes(node.expressions) : [];
  return only === undefined || others.length > 0 ? node : inBrackets(only);
}
