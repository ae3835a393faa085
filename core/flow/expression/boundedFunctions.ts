/** The library's own functions, each charged for what it goes through and held to what it may make. */
import { failed } from './operators.ts';
import { hiddenName } from './rewrite.ts';
import type { Work } from './Work.ts';

/** A function as the library keeps it. */
interface LibraryFunction {
  _jsonata_function: true;
  implementation: (this: Focus, ...inputs: never[]) => unknown;
  signature?: unknown;
}

/** What it is called on. */
interface Focus {
  createSequence(...first: unknown[]): unknown[];
}

interface Environment {
  lookup(name: string): unknown;
}

/** All that go through texts or lists, or make them. */
const charged = [
  ...['sum', 'max', 'min', 'average', 'string', 'substring', 'substringBefore'],
  ...['substringAfter', 'lowercase', 'uppercase', 'length', 'trim', 'pad', 'match', 'contains'],
  ...['replace', 'split', 'join', 'formatNumber', 'formatBase', 'formatInteger', 'number', 'map'],
  ...['zip', 'filter', 'single', 'reduce', 'sift', 'keys', 'append', 'spread', 'merge', 'reverse'],
  ...['each', 'sort', 'distinct', 'base64encode', 'base64decode', 'encodeUrlComponent'],
  ...['encodeUrl', 'decodeUrlComponent', 'decodeUrl', 'fromMillis', 'clone', 'lookup'],
  hiddenName('&'),
];

/** Gives the bounded functions by name; `environment` is one in which the library's own are known. */
export function boundedFunctions(environment: Environment, work: Work): [string, unknown][] {
  return charged.flatMap((name): [string, unknown][] => {
    const own = environment.lookup(name) as LibraryFunction | undefined;
    if (own?._jsonata_function !== true) return [];
    return [[name, { ...own, implementation: bounded(name, own.implementation, work) }]];
  });
}

function bounded(
  name: string,
  own: LibraryFunction['implementation'],
  work: Work,
): LibraryFunction['implementation'] {
  const look = looks[name];
  const run = (instead[name] ?? own) as (this: Focus, ...inputs: unknown[]) => unknown;
  return function (this: Focus, ...inputs: unknown[]): unknown {
    for (const input of inputs) work.goneThrough(input);
    look?.(work, ...inputs);
    const result = run.apply(this, inputs);
    if (!(result instanceof Promise)) return kept(work, result);
    return result.then((value) => kept(work, value));
  };
}

function kept(work: Work, result: unknown): unknown {
  work.made(result);
  return result;
}

function asText(work: Work, value: unknown): void {
  work.goneThroughAll(value);
  work.text(work.sizeOf(value));
}

/** Of functions whose result can be large beyond what goes in: its size, before it is made. */
const looks: Readonly<Record<string, (work: Work, ...inputs: unknown[]) => void>> = {
  pad(work, _text, width) {
    if (typeof width === 'number') work.text(Math.abs(width));
  },
  string: asText,
  // By way of a text.
  clone: asText,
  distinct: (work, value) => work.goneThroughAll(value),
  formatNumber: (work, _value, picture) => work.picture(picture),
  formatInteger: (work, _value, picture) => work.picture(picture),
  fromMillis: (work, _value, picture) => work.picture(picture),
  join(work, texts, separator) {
    if (!Array.isArray(texts)) return;
    const between = typeof separator === 'string' ? separator.length : 0;
    let characters = 0;
    for (const text of texts) characters += between + String(text).length;
    work.text(characters);
  },
};

/** The same results in time and memory that do not grow with the square of a list. */
const instead: Readonly<Record<string, (this: Focus, ...inputs: never[]) => unknown>> = {
  distinct(list: unknown): unknown {
    if (!Array.isArray(list) || list.length <= 1) return list;
    const found = isSequence(list) ? this.createSequence() : [];
    const seen = { plain: new Set<unknown>(), built: new Set<string>() };
    for (const value of list) {
      const text = builtText(value);
      const before = text === undefined ? seen.plain.has(value) : seen.built.has(text);
      if (before) continue;
      if (text === undefined) seen.plain.add(value);
      else seen.built.add(text);
      found.push(value);
    }
    return found;
  },

  sort(list: unknown, swaps?: (left: unknown, right: unknown) => unknown): unknown {
    if (!Array.isArray(list) || list.length < 2) return list;
    if (swaps !== undefined) return mergeSorted(list, swaps);
    const [first] = list;
    const kind = typeof first;
    if ((kind !== 'string' && kind !== 'number') || list.some((entry) => typeof entry !== kind)) {
      throw failed('$sort without a function sorts a list of numbers or a list of texts');
    }
    return list.toSorted((a, b) => (a > b ? 1 : Number(a === b) - 1));
  },

  spread(value: unknown): unknown {
    if (!isPlainObject(value) && !Array.isArray(value)) return value;
    // What a list gives stays a list, also one of a single part.
    const found = Array.isArray(value) && value.length > 0 ? [] : this.createSequence();
    spreadInto(found, value);
    return found;
  },
};

const isSequence = (list: unknown[]): boolean => (list as { sequence?: true }).sequence === true;

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !('_jsonata_lambda' in value);

function spreadInto(found: unknown[], value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) spreadInto(found, item);
  } else if (isPlainObject(value)) {
    for (const [name, part] of Object.entries(value)) found.push({ [name]: part });
  } else if (value !== undefined) {
    found.push(value);
  }
}

/** `swaps` says whether its second entry comes first. */
async function mergeSorted(
  list: readonly unknown[],
  swaps: (left: unknown, right: unknown) => unknown,
): Promise<unknown[]> {
  let from = [...list];
  for (let run = 1; run < from.length; run *= 2) {
    const into: unknown[] = [];
    for (let start = 0; start < from.length; start += 2 * run) {
      const [middle, end] = [start + run, Math.min(start + 2 * run, from.length)];
      let [left, right] = [start, middle];
      while (left < middle && right < end) {
        into.push((await swaps(from[left], from[right])) ? from[right++] : from[left++]);
      }
      while (left < Math.min(middle, end)) into.push(from[left++]);
      while (right < end) into.push(from[right++]);
    }
    from = into;
  }
  return from;
}

/** Of lists and objects, a text that is equal for those that the library takes as equal. */
function builtText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || '_jsonata_lambda' in value) return undefined;
  return JSON.stringify(value, (_name, part: unknown) =>
    isPlainObject(part) && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
