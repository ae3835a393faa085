/** What a test expects against what came, told by the place of each difference. */
import { isObject, type Path } from '../../spec.ts';
import type { CaseOutcome } from './CaseOutcome.ts';
import type { Expectation } from './testFields.ts';

export interface OutcomeDifference {
  /** In the expectation: where it stands, or what is around it. */
  path: Path;
  /** `messages[0].data.lines[1].quantity is "36", expected "48"` */
  message: string;
}

/** Fields of an outcome that a test may expect. */
export type Section = keyof CaseOutcome;
export const sections: readonly Section[] = [
  'filtered',
  'messages',
  'parked',
  'refused',
  'stock',
  'sent',
  'text',
];

/** Without an expectation everything differs. */
export function compareOutcome(
  expected: Expectation | undefined,
  outcome: CaseOutcome,
): OutcomeDifference[] {
  if (!expected) {
    const message = 'the test expects nothing yet: let --update write what came';
    return [{ path: [], message }];
  }
  return sections.flatMap((section) => compareSection(section, expected, outcome));
}

/** What is always compared, whether a test names it or not. */
const always: ReadonlySet<Section> = new Set<Section>(['parked', 'refused']);

export function compareSection(
  section: Section,
  expected: Expectation,
  outcome: CaseOutcome,
): OutcomeDifference[] {
  const wanted = section === 'parked' ? (expected.parked ?? []) : wantedOf(section, expected);
  if (wanted === undefined && !always.has(section)) return [];
  const found: OutcomeDifference[] = [];
  const actual = outcome[section];
  if (section === 'stock' && Array.isArray(wanted) && Array.isArray(actual))
    compareLists(wanted, actual, [section], found, true);
  else compare(wanted, actual, [section], found);
  return found;
}

/** As an outcome says it: what is so by default is left out. */
function wantedOf(section: Section, expected: Expectation): unknown {
  if (section !== 'stock') return expected[section];
  return expected.stock?.map(({ sku, location, lot, status, owner, onHand, reserved }) => ({
    sku,
    location,
    ...(lot === undefined ? {} : { lot }),
    ...(status === undefined || status === 'available' ? {} : { status }),
    ...(owner === undefined ? {} : { owner }),
    onHand,
    ...(reserved === undefined || reserved === '0' ? {} : { reserved }),
  }));
}

function compare(expected: unknown, actual: unknown, path: Path, found: OutcomeDifference[]): void {
  if (isSame(expected, actual)) return;
  if (Array.isArray(expected) && Array.isArray(actual)) compareLists(expected, actual, path, found);
  else if (isObject(expected) && isObject(actual)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    for (const name of names) compare(expected[name], actual[name], [...path, name], found);
  } else if (typeof expected === 'string' && typeof actual === 'string' && /\n./.test(expected))
    found.push(differentLine(expected, actual, path));
  else if (expected === undefined)
    found.push({ path, message: `${inWords(path)} is ${show(actual)}, and was not expected` });
  else if (actual === undefined)
    found.push({ path, message: `${inWords(path)} is missing, expected ${show(expected)}` });
  else
    found.push({
      path,
      message: `${inWords(path)} is ${show(actual)}, expected ${show(expected)}`,
    });
}

/** Decimals are text in messages; who writes a test may leave the quotes out. */
const isSame = (expected: unknown, actual: unknown): boolean =>
  expected === actual ||
  (typeof expected === 'number' && typeof actual === 'string' && String(expected) === actual);

/**
 * One by one where there are as many; else by what names an element, so that one too many is one
 * difference. What lies where has no order: balances always go by what names them.
 */
function compareLists(
  expected: readonly unknown[],
  actual: readonly unknown[],
  path: Path,
  found: OutcomeDifference[],
  isUnordered = false,
): void {
  const rest = new Set(actual.keys());
  const ofName = (index: number, name: string): number | undefined => {
    if (expected.length === actual.length && !isUnordered) return index;
    return [...rest].find((candidate) => nameOf(actual[candidate]) === name);
  };
  for (const [index, element] of expected.entries()) {
    const other = ofName(index, nameOf(element));
    if (other === undefined) {
      const message = `${inWords([...path, index])} is missing, expected ${show(element)}`;
      found.push({ path: [...path, index], message });
      continue;
    }
    rest.delete(other);
    compare(element, actual[other], [...path, index], found);
  }
  for (const index of rest) {
    const message = `${inWords(path)} has one more, ${show(actual[index])}`;
    found.push({ path, message });
  }
}

const naming = ['type', 'id', 'record', 'sku', 'location', 'lot', 'status', 'owner', 'line'];

const nameOf = (element: unknown): string =>
  JSON.stringify(isObject(element) ? naming.map((name) => element[name] ?? '') : element);

function differentLine(expected: string, actual: string, path: Path): OutcomeDifference {
  const [wanted, given] = [expected.split('\n'), actual.split('\n')];
  const index = wanted.findIndex((line, at) => line !== given[at]);
  const at = index < 0 ? wanted.length : index;
  const message = `${inWords(path)} differs in line ${at + 1}: ${show(given[at])}, expected ${show(wanted[at])}`;
  return { path, message };
}

const inWords = (path: Path): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');

const MOST_SHOWN = 160;

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
