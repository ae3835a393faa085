/** Patterns of file names as people write them: `receipts-*.csv`, `{po,gr}-????.xml`, `[0-9]*.txt`. */

/** Code points from the first to the last, both included. */
export type CharRange = readonly [first: number, last: number];

/** What may stand at one place of a name, and which places may follow it. */
interface Edge {
  /** Undefined for a step that takes no character. */
  chars: readonly CharRange[] | undefined;
  to: number;
}

/** A pattern as an automaton: places are numbered, the first is 0. */
export interface FileGlob {
  readonly pattern: string;
  /** Whether a whole file name fits. Case matters. */
  matches(name: string): boolean;
  /** Places in which a name begins. */
  readonly start: readonly number[];
  /** The place in which one that fits has ended. */
  readonly end: number;
  readonly places: number;
  /** Ways on from a place, each over some characters, with all places that it leads to. */
  ways(place: number): readonly { chars: readonly CharRange[]; to: readonly number[] }[];
}

const LAST = 0x10ffff;

/**
 * `*` any run, `?` one character, `[a-z]` and `[!a-z]` one of a set, `{a,b}` one of several. A
 * bracket that is never closed, or holds no set, stands for itself.
 */
export function fileGlob(pattern: string): FileGlob {
  const edges: Edge[][] = [[]];
  const end = build(pattern, 0, edges);
  const closures = edges.map((_, place) => closure(edges, place));
  const ways = edges.map((from) =>
    from.flatMap(({ chars, to }) => (chars ? [{ chars, to: closures[to]! }] : [])),
  );
  const start = closures[0]!;
  return {
    pattern,
    start,
    end,
    places: edges.length,
    ways: (place) => ways[place]!,
    matches: (name) => {
      let places: ReadonlySet<number> = new Set(start);
      for (const character of name) {
        const code = character.codePointAt(0)!;
        const next = new Set<number>();
        for (const place of places) {
          for (const { chars, to } of ways[place]!) {
            if (isIn(chars, code)) for (const one of to) next.add(one);
          }
        }
        if (next.size === 0) return false;
        places = next;
      }
      return places.has(end);
    },
  };
}

export const isIn = (ranges: readonly CharRange[], code: number): boolean =>
  ranges.some(([first, last]) => first <= code && code <= last);

/** Places that can be reached without taking a character. */
function closure(edges: readonly Edge[][], from: number): number[] {
  const found = new Set([from]);
  for (const place of found) {
    for (const { chars, to } of edges[place]!) if (!chars) found.add(to);
  }
  return [...found];
}

/** Adds the places of a pattern behind `from`; gives the last of them. */
function build(pattern: string, from: number, edges: Edge[][]): number {
  let place = from;
  for (let index = 0; index < pattern.length; ) {
    const rest = pattern.slice(index);
    const [token, length] = setAt(rest) ?? choiceAt(rest) ?? characterAt(rest);
    place = add(token, place, edges);
    index += length;
  }
  return place;
}

type Token =
  | { kind: 'run' }
  | { kind: 'one'; chars: readonly CharRange[] }
  | { kind: 'choice'; parts: readonly string[] };

function add(token: Token, from: number, edges: Edge[][]): number {
  const next = edges.push([]) - 1;
  const link = (place: number, chars: readonly CharRange[] | undefined, to: number): void => {
    edges[place]!.push({ chars, to });
  };
  if (token.kind === 'run') {
    link(from, undefined, next);
    link(next, ANY, next);
  } else if (token.kind === 'one') {
    link(from, token.chars, next);
  } else {
    for (const part of token.parts) {
      const begin = edges.push([]) - 1;
      link(from, undefined, begin);
      link(build(part, begin, edges), undefined, next);
    }
  }
  return next;
}

/** No name of a file has a slash or a NUL. */
const ANY: readonly CharRange[] = [
  [1, 0x2e],
  [0x30, LAST],
];

type Read = [token: Token, length: number];

function setAt(rest: string): Read | undefined {
  const match = /^\[(!?)([^\]/]+)\]/.exec(rest);
  if (!match) return undefined;
  const members = rangesOf([...match[2]!].map((character) => character.codePointAt(0)!));
  if (!members) return undefined;
  const chars = match[1] ? without(members) : members;
  return [{ kind: 'one', chars }, match[0].length];
}

const DASH = 0x2d;

/** `a-z_` as ranges; undefined for one that runs backwards, such as `z-a`. */
function rangesOf(codes: readonly number[]): CharRange[] | undefined {
  const ranges: CharRange[] = [];
  for (let index = 0; index < codes.length; index += 1) {
    const first = codes[index]!;
    const isRange = codes[index + 1] === DASH && index + 2 < codes.length;
    const last = isRange ? codes[index + 2]! : first;
    if (last < first) return undefined;
    ranges.push([first, last]);
    if (isRange) index += 2;
  }
  return ranges;
}

/** All characters of names but these. */
function without(ranges: readonly CharRange[]): CharRange[] {
  const taken = [...ranges, [0, 0] as const, [0x2f, 0x2f] as const].toSorted((a, b) => a[0] - b[0]);
  const rest: CharRange[] = [];
  let next = 0;
  for (const [first, last] of taken) {
    if (first > next) rest.push([next, first - 1]);
    next = Math.max(next, last + 1);
  }
  if (next <= LAST) rest.push([next, LAST]);
  return rest;
}

function choiceAt(rest: string): Read | undefined {
  const match = /^\{([^{}]*,[^{}]*)\}/.exec(rest);
  return match ? [{ kind: 'choice', parts: match[1]!.split(',') }, match[0].length] : undefined;
}

function characterAt(rest: string): Read {
  const code = rest.codePointAt(0)!;
  const character = String.fromCodePoint(code);
  if (character === '*') return [{ kind: 'run' }, /^\*+/.exec(rest)![0].length];
  if (character === '?') return [{ kind: 'one', chars: ANY }, 1];
  return [{ kind: 'one', chars: [[code, code]] }, character.length];
}

/** What is wrong with a pattern: a bracket that means nothing stands for itself, and no file has its name. */
export function globFault(pattern: string): string | undefined {
  for (let index = 0; index < pattern.length; ) {
    const rest = pattern.slice(index);
    const read = setAt(rest) ?? choiceAt(rest);
    if (!read && rest.startsWith('[')) return "'[' begins no set of characters such as [a-z]";
    if (!read && rest.startsWith('{')) return "'{' begins no choice such as {a,b}";
    index += read?.[1] ?? characterAt(rest)[1];
  }
  return undefined;
}
