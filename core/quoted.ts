/**
 * A text as JSON has it, in which no comma, bracket, backslash or quotation mark stands as itself: so who
 * has no JSON parser, as a view of MongoDB, may take a list of such texts apart by its commas.
 */
export function quoted(text: string): string {
  if (text === '') return '""';
  if (PLAIN.test(text)) return `"${text}"`;
  const said = JSON.stringify(text).slice(1, -1);
  return `"${said.replaceAll(MARKS, (mark) => ESCAPES[mark]!)}"`;
}

const PLAIN = /^[\w .:/#@-]*$/;
const MARKS = /\\[\\"]|[,[\]]/g;
const ESCAPES: Record<string, string> = {
  '\\\\': '\\u005c',
  '\\"': '\\u0022',
  ',': '\\u002c',
  '[': '\\u005b',
  ']': '\\u005d',
};
