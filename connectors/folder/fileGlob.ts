/** Patterns of file names as people write them: `receipts-*.csv`, `{po,gr}-????.xml`, `[0-9]*.txt`. */

const LITERAL = /[\\^$.*+?()[\]{}|/]/g;
const escaped = (text: string): string => text.replace(LITERAL, '\\$&');

/**
 * Compiles a pattern for whole file names: `*` any run, `?` one character, `[a-z]` and `[!a-z]` one
 * of a set, `{a,b}` one of several. Case matters. A bracket that is never
 * closed, or holds no set, stands for itself.
 */
export function fileGlob(pattern: string): (name: string) => boolean {
  const expression = new RegExp(`^${translate(pattern)}$`, 'su');
  return (name) => expression.test(name);
}

function translate(pattern: string): string {
  let result = '';
  for (let index = 0; index < pattern.length; ) {
    const rest = pattern.slice(index);
    const [token, length] = setAt(rest) ?? choiceAt(rest) ?? characterAt(rest);
    result += token;
    index += length;
  }
  return result;
}

type Token = [expression: string, length: number];

function setAt(rest: string): Token | undefined {
  const match = /^\[(!?)([^\]/]+)\]/.exec(rest);
  if (!match) return undefined;
  const members = match[2]!.replace(/[\\^[\]]/g, '\\$&');
  const set = `[${match[1] ? '^' : ''}${members}]`;
  return isExpression(set) ? [set, match[0].length] : undefined;
}

/** False for a range that runs backwards, such as `[z-a]`. */
function isExpression(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}

function choiceAt(rest: string): Token | undefined {
  const match = /^\{([^{}]*,[^{}]*)\}/.exec(rest);
  if (!match) return undefined;
  return [`(?:${match[1]!.split(',').map(translate).join('|')})`, match[0].length];
}

function characterAt(rest: string): Token {
  const character = String.fromCodePoint(rest.codePointAt(0)!);
  if (character === '*') return ['.*', /^\*+/.exec(rest)![0].length];
  if (character === '?') return ['.', 1];
  return [escaped(character), character.length];
}
