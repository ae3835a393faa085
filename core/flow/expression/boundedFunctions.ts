/** The library's own functions, each charged for what it goes through and held to what it may make. */
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
  ...['sum', 'count', 'max', 'min', 'average', 'string', 'substring', 'substringBefore'],
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
    for (const input of inputs) work.chargeFor(input);
    look?.(work, ...inputs);
    const result = run.apply(this, inputs);
    if (!(result instanceof Promise)) return kept(work, result);
    return result.then((value) => kept(work, value));
  };
}

function kept(work: Work, result: unknown): unknown {
  work.chargeFor(result);
  return result;
}

/** Of functions whose result can be large beyond what goes in: its size, before it is made. */
const looks: Readonly<Record<string, (work: Work, ...inputs: unknown[]) => void>> = {
  pad(work, _text, width) {
    if (typeof width === 'number') work.text(Math.abs(width));
  },
  join(work, texts, separator) {
    if (!Array.isArray(texts)) return;
    const between = typeof separator === 'string' ? separator.length : 0;
    let characters = 0;
    for (const text of texts) characters += between + String(text).length;
    work.text(characters);
  },
};

/** The same results in time that does not grow with the square of a list. */
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

  spread(value: unknown): unknown {
    if (!isPlainObject(value) && !Array.isArray(value)) return value;
    const found = this.createSequence();
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

/** Of lists and objects, a text that is equal for those that the library takes as equal. */
function builtText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || '_jsonata_lambda' in value) return undefined;
  return JSON.stringify(value, (_name, part: unknown) =>
    isPlainObject(part) && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
