/** What the standard says of each GS1 Application Identifier. */
import { aiRows } from './aiRows.ts';

/** A part of an element: `N6,yymmd0`, `X..20`, `[N4],hhmi`. */
export interface AiPart {
  /** Digits, characters of CSET 82 or CSET 39, or base64url. */
  type: 'N' | 'X' | 'Y' | 'Z';
  least: number;
  most: number;
  optional: boolean;
  /** Names of the standard's own checks. */
  checks: readonly string[];
}

export interface Ai {
  ai: string;
  title: string;
  /** Needs no FNC1 behind it. */
  isFixed: boolean;
  parts: readonly AiPart[];
  /** For primary keys of GS1 Digital Link: which qualifiers may follow, in the order of paths. */
  qualifiers?: readonly string[];
}

let table: ReadonlyMap<string, Ai> | undefined;

/** The AI of exactly this number. Flows that never ask read no table. */
export function aiOf(number: string): Ai | undefined {
  table ??= new Map(
    aiRows
      .trim()
      .split('\n')
      .flatMap(readRow)
      .map((row) => [row.ai, row]),
  );
  return table.get(number);
}

/** The AI with which an element string begins: no AI is the beginning of another. */
export function aiAt(text: string, start: number): Ai | undefined {
  return (
    aiOf(text.slice(start, start + 2)) ??
    aiOf(text.slice(start, start + 3)) ??
    aiOf(text.slice(start, start + 4))
  );
}

/** A row such as `01 * N14,csum dlpkey=22,10,21|235 # GTIN`. */
function readRow(row: string): Ai[] {
  const [left = '', title = ''] = row.split(' # ');
  const [numbers = '', ...words] = left.split(' ');
  const isFixed = words[0] === '*';
  const key = words.find((word) => word.startsWith('dlpkey'));
  const parts = words.filter((word) => /^\[?[NXYZ]/.test(word)).map(readPart);
  const known = {
    ...{ title, isFixed, parts },
    ...(key === undefined ? {} : { qualifiers: qualifiersOf(key) }),
  };
  return expand(numbers).map((ai) => ({ ai, ...known }));
}

const qualifiersOf = (key: string): string[] => key.slice(7).split(/[,|]/).filter(Boolean);

function expand(numbers: string): string[] {
  const [first = '', last = first] = numbers.split('-');
  const count = Number(last) - Number(first) + 1;
  return Array.from({ length: count }, (_, index) =>
    String(Number(first) + index).padStart(first.length, '0'),
  );
}

function readPart(word: string): AiPart {
  const [shape = '', ...checks] = word.split(',');
  const [, type = 'X', range, most = ''] = /^\[?([NXYZ])(\.\.)?(\d+)/.exec(shape) ?? [];
  return {
    type: type as AiPart['type'],
    least: range ? 1 : Number(most),
    most: Number(most),
    optional: shape.startsWith('['),
    checks,
  };
}
