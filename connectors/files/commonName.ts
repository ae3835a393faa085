/** Whether two patterns of file names can fit one name, decided for all names and not by examples. */
import type { CharRange, FileGlob } from './fileGlob.ts';
import { fileGlob, isIn } from './fileGlob.ts';

/** What sources never take in, whatever their pattern: hidden files, and uploads that are not done. */
export const UNFINISHED = ['tmp', 'part', 'filepart', 'crdownload'] as const;

const anyCase = (text: string): string =>
  [...text].map((letter) => `[${letter}${letter.toUpperCase()}]`).join('');
const unfinished = [
  fileGlob('.*'),
  ...UNFINISHED.map((extension) => fileGlob(`*.${anyCase(extension)}`)),
];

const NAMED_UNFINISHED = new RegExp(`^\\.|\\.(?:${UNFINISHED.join('|')})$`, 'i');

/** The same at a glance: each name of a folder is asked at each look. */
export const isUnfinishedName = (name: string): boolean => NAMED_UNFINISHED.test(name);

interface Reached {
  name: string;
  one: number;
  other: number;
  /** State of the automaton that follows all unfinished names at once. */
  hidden: number;
}

/**
 * A shortest name that both patterns fit and that is neither hidden nor unfinished; undefined where
 * there is none. It walks both automata at once, over one character of each kind that they tell apart.
 */
export function commonName(one: FileGlob, other: FileGlob): string | undefined {
  const alphabet = alphabetOf([one, other, ...unfinished]);
  const hidden = new Unfinished();
  let edge: Reached[] = one.start.flatMap((first) =>
    other.start.map((second) => ({ name: '', one: first, other: second, hidden: 0 })),
  );
  const seen = new Set(edge.map(keyOf));
  while (edge.length > 0) {
    const next: Reached[] = [];
    for (const reached of edge) {
      const isEnd = reached.one === one.end && reached.other === other.end;
      if (isEnd && reached.name !== '' && !hidden.isEnd(reached.hidden)) return reached.name;
      for (const step of stepsFrom(reached, one, other, alphabet, hidden)) {
        const key = keyOf(step);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push(step);
      }
    }
    edge = next;
  }
  return undefined;
}

const keyOf = ({ one, other, hidden }: Reached): string => `${one} ${other} ${hidden}`;

function* stepsFrom(
  reached: Reached,
  one: FileGlob,
  other: FileGlob,
  alphabet: readonly number[],
  hidden: Unfinished,
): Generator<Reached> {
  for (const code of alphabet) {
    const firsts = after(one, [reached.one], code);
    const seconds = firsts.length === 0 ? [] : after(other, [reached.other], code);
    if (seconds.length === 0) continue;
    const state = hidden.after(reached.hidden, code);
    const name = reached.name + String.fromCodePoint(code);
    for (const first of firsts) {
      for (const second of seconds) yield { name, one: first, other: second, hidden: state };
    }
  }
}

/** That a name is not unfinished can be said only of all ways to read it: sets of places, numbered. */
class Unfinished {
  readonly #numbers = new Map<string, number>();
  readonly #states: (readonly (readonly number[])[])[] = [];
  readonly #steps = new Map<string, number>();

  constructor() {
    this.#numberOf(unfinished.map(({ start }) => start));
  }

  isEnd(state: number): boolean {
    return unfinished.some(({ end }, index) => this.#states[state]![index]!.includes(end));
  }

  after(state: number, code: number): number {
    const key = `${state} ${code}`;
    const known = this.#steps.get(key);
    if (known !== undefined) return known;
    const from = this.#states[state]!;
    const next = this.#numberOf(unfinished.map((glob, index) => after(glob, from[index]!, code)));
    this.#steps.set(key, next);
    return next;
  }

  #numberOf(places: readonly (readonly number[])[]): number {
    const key = places.map((one) => one.toSorted((a, b) => a - b).join(',')).join(' ');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#states.length);
    return this.#states.push(places) - 1;
  }
}

function after(glob: FileGlob, places: readonly number[], code: number): number[] {
  const found = new Set<number>();
  for (const place of places) {
    for (const { chars, to } of glob.ways(place)) {
      if (isIn(chars, code)) for (const one of to) found.add(one);
    }
  }
  return [...found];
}

/** What is wrong with a pattern that fits no name which any source takes in. */
export function neverFits(pattern: string): string | undefined {
  const glob = fileGlob(pattern);
  // Of most patterns the first name that comes to mind will do.
  const first = firstName(glob);
  if (first !== '' && !isUnfinishedName(first)) return undefined;
  if (commonName(glob, fileGlob('*')) !== undefined) return undefined;
  return `'${pattern}' fits only names that are never taken in: those with a dot in front, and those of unfinished uploads (.${UNFINISHED.join(', .')})`;
}

/** A shortest name that fits; '' where that is none, or there is none. */
function firstName(glob: FileGlob): string {
  const names = new Map(glob.start.map((place) => [place, '']));
  for (const [place, name] of names) {
    if (place === glob.end) return name;
    for (const { chars, to } of glob.ways(place)) {
      const code = PLEASANT.find((one) => isIn(chars, one)) ?? chars[0]?.[0];
      if (code === undefined) continue;
      for (const next of to)
        if (!names.has(next)) names.set(next, name + String.fromCodePoint(code));
    }
  }
  return '';
}

/** One character of each stretch that no pattern cuts, letters and digits where there are any. */
function alphabetOf(globs: readonly FileGlob[]): number[] {
  const cuts = new Set<number>([0]);
  for (const glob of globs) {
    for (const [first, last] of rangesOf(glob)) cuts.add(first).add(last + 1);
  }
  const sorted = [...cuts].toSorted((a, b) => a - b);
  const stretches = sorted.map((first, index) => [first, (sorted[index + 1] ?? LAST + 1) - 1]);
  return stretches
    .filter(([first]) => first! <= LAST)
    .map(([first, last]) => PLEASANT.find((code) => first! <= code && code <= last!) ?? first!)
    .toSorted((a, b) => rank(a) - rank(b));
}

function* rangesOf(glob: FileGlob): Generator<CharRange> {
  for (let place = 0; place <= glob.places - 1; place += 1) {
    for (const { chars } of glob.ways(place)) yield* chars;
  }
}

const LAST = 0x10ffff;
/** What an example is best made of. */
const PLEASANT = [...'1axA_'].map((character) => character.codePointAt(0)!);
const rank = (code: number): number => {
  const at = PLEASANT.indexOf(code);
  return at === -1 ? PLEASANT.length : at;
};
