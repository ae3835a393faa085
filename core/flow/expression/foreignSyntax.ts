/** What authors of expressions write as other languages have it. */

interface Foreign {
  message: string;
  todo: string;
  /** Where it begins in the text. */
  offset: number;
}

/** Of languages that their authors know. */
const operators: readonly [RegExp, string, string][] = [
  [/^===?/, '==', "write '=' to compare"],
  [/^!==?/, '!=', "write '!='"],
  [/^&&/, '&&', "write 'and'; '&' alone joins texts"],
  [/^\|\|/, '||', "write 'or'; '&' joins texts"],
  [/^<>/, '<>', "write '!='"],
  [/^=[<>]/, '=<', "write '<=' or '>='"],
  [/^!/, '!', "write $not(…), or '!=' between two values"],
  [/^[–—−]/, '–', "write '-', which subtracts"],
  [/^\+\+|^--/, '++', 'add numbers by +, decimals by $add(a, b); join texts by &'],
];

/** Where the operator begins at, or right before, what the parser stumbled over. */
export function foreignOperator({
  text,
  offset,
}: {
  text: string;
  offset: number;
}): Foreign | undefined {
  for (const from of [offset - 1, offset]) {
    const rest = text.slice(Math.max(0, from));
    const found = operators.find(([pattern]) => pattern.test(rest));
    if (!found) continue;
    const [pattern, , todo] = found;
    const written = pattern.exec(rest)![0];
    return { message: `'${written}' is no operator here`, todo, offset: Math.max(0, from) };
  }
  return undefined;
}

/** Words that mean something elsewhere. */
export const foreignWords: ReadonlyMap<string, string> = new Map([
  ['is', "write '=' to compare"],
  ['eq', "write '=' to compare"],
  ['ne', "write '!='"],
  ['like', 'write $contains(text, part)'],
  ['not', 'write $not(…)'],
  ['if', 'write a ? b : c'],
  ['then', 'write a ? b : c'],
  ['else', 'write a ? b : c'],
]);
