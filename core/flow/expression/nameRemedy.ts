/** Names of a payload that no expression can be read with, unless they stand in backticks. */

/** What to write where an expression cannot be read since a name in it is not in backticks. */
export function nameRemedy(text: string, isQuoted: boolean): string | undefined {
  const marked = text.replace(MARKED, (name) => `\`${name}\``);
  if (marked !== text)
    return `names with @ or # stand in backticks, and the whole in quotes: '${marked}'`;
  if (isQuoted || !WORDS.test(text)) return undefined;
  return `a name with blanks stands in backticks, and the whole in quotes: '\`${text}\`'`;
}

/** `@unitCode`, `#text`: no variable, and not in backticks or quotes already. */
const MARKED = /(?<![\p{L}\d_$`"'])[@#][\p{L}_][\p{L}\d_-]*(?![\p{L}\d_`])/gu;
const WORDS = /^[\p{L}_][\p{L}\d_]*(?: [\p{L}_][\p{L}\d_]*)+$/u;
