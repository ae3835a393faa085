/** `$match` and `$contains` with a regular expression that stands in the call. */
import type { Node } from '../ast.ts';
import { LinearRegExp } from '../LinearRegExp.ts';
import { failed, show } from '../operators.ts';
import { Sequence } from './Sequence.ts';
import { leave, type Run, type Site } from './site.ts';

export function compilePatternCall(
  node: Node,
  name: string,
  inputs: readonly Node[],
  site: Site,
): Run {
  const [text, pattern, ...others] = inputs;
  if ((name !== 'match' && name !== 'contains') || others.length > 0 || !text || !pattern)
    leave(node);
  const source = (pattern as Node).value as RegExp;
  if (!(source instanceof RegExp) || (pattern as Node).predicate !== undefined) leave(node);
  const read = site.compile(text!, site);
  const { work } = site.machine;
  return (input, frame) => {
    const value = read(input, frame);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') {
      throw failed(`$${name} takes text, not ${show(value)}`, 'wrap it in $string(...)');
    }
    work.goneThrough(value);
    const expression = new LinearRegExp(source);
    if (name === 'contains') return expression.exec(value) !== null;
    const found = matchesOf(expression, value, source);
    work.made(found);
    return found;
  };
}

function matchesOf(expression: LinearRegExp, text: string, source: RegExp): Sequence {
  const found = new Sequence();
  for (;;) {
    const match = expression.exec(text);
    if (match === null) return found;
    if (match[0] === '' && found.length > 0) {
      throw failed(`the pattern /${source.source}/ matches a text of no characters`);
    }
    found.add({ match: match[0], index: match.index, groups: Array.from(match).slice(1) });
    if (expression.lastIndex >= text.length) return found;
  }
}
