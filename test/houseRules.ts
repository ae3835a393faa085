/** The rules of the house that are kept on its text: imports, circles, names, clocks and dice. */
import { type Broken, brokenImports, roomOf } from './importRules.ts';
import { exemptions } from './rooms.ts';
import { exportsOf, importsOf, readSource, type SourceFile } from './sourceText.ts';

/** Each broken rule as a sentence, and each exemption that nothing needs any more. */
export function brokenRules(files: readonly SourceFile[]): string[] {
  const broken = [
    ...brokenImports(files),
    ...files.flatMap(brokenWords),
    ...circles(files),
    ...namesTwice(files),
  ];
  const isExempt = ({ path, what }: Broken): boolean =>
    exemptions.some((one) => one.path === path && one.what === what);
  return broken.filter((one) => !isExempt(one)).map(({ path, problem }) => `${path} ${problem}`);
}

/** Exemptions whose file no longer does what it is excused for. */
export function staleExemptions(files: readonly SourceFile[]): string[] {
  const broken = [...brokenImports(files), ...files.flatMap(brokenWords)];
  return exemptions
    .filter(({ path, what }) => !broken.some((one) => one.path === path && one.what === what))
    .map(
      ({ path, what }) => `${path} does not use ${what}: take the exemption out of test/rooms.ts`,
    );
}

interface WordRule {
  what: string;
  word: RegExp;
  problem: string;
  /** Where it holds; everywhere, where left out. */
  where?: (path: string) => boolean;
}

const isPure = (path: string): boolean => roomOf(path)?.pure === true;
/** A page has the clock and the timers of its browser. */
const notRuntime = (path: string): boolean =>
  path !== 'core/runtime.ts' && !path.startsWith('console/');
/** Commands, what opens a hub, and the process itself give the system's clock to all others. */
const givesRuntime = /^core\/(cli\/|hub\/|main\.ts$|runtime\.ts$)/;

const clock = (
  what: string,
  instead: string,
  word = new RegExp(`\\b${what.replaceAll('.', '\\.')}\\b`),
): WordRule => ({
  what,
  word,
  problem: `uses ${what}: all time and chance come from Runtime (${instead})`,
  where: notRuntime,
});
const everywhere = (what: string, word: RegExp, why: string): WordRule => ({
  what,
  word,
  problem: `uses ${what}: ${why}`,
});
const inPure = (what: string, word: RegExp): WordRule => ({
  what,
  word,
  problem: `uses ${what}: the room is pure`,
  where: (path) => isPure(path) && notRuntime(path),
});

const wordRules: readonly WordRule[] = [
  clock('setTimeout', 'sleep, after', /(?<![.\w])setTimeout\b/),
  clock('setInterval', 'every', /(?<![.\w])setInterval\b/),
  clock('performance', 'monotonic', /(?<![.\w#])performance\b(?!\s*:)/),
  clock('Date.now', 'now'),
  clock('new Date()', 'now', /\bnew Date(?:\(\s*\)|(?!\s*[(<\w]))/),
  clock('Date()', 'now', /(?<!new )(?<![.\w])Date\(/),
  clock('AbortSignal.timeout', 'after'),
  clock('process.hrtime', 'monotonic'),
  clock('node:timers', 'sleep, every', /\bfrom\s*['"](?:node:)?timers(?:\/promises)?['"]/),
  clock('Math.random', 'random'),
  clock('randomUUID', 'newId'),
  clock('randomBytes', 'random'),
  clock('randomInt', 'random'),
  clock('getRandomValues', 'random'),
  {
    what: 'systemTime',
    word: /\bsystem(?:Time|Runtime)\b/,
    problem: "takes the system's clock: a Runtime is given to it, from a command or a test",
    where: (path) => !givesRuntime.test(path),
  },
  inPure('process', /(?<![.\w#$])process\.(?=\w)/),
  inPure('fetch', /(?<![.\w#$])fetch\s*\(/),
  inPure('globalThis', /\bglobalThis\b/),
  inPure('setImmediate', /\bsetImmediate\b/),
  everywhere(
    'new Function',
    /\bnew\s+Function\b|(?<![.\w])Function\s*\(/,
    'text is not run as code',
  ),
  everywhere('eval', /(?<![.\w])eval\s*\(/, 'text is not run as code'),
  everywhere('export default', /\bexport\s+default\b/, 'an export has a name'),
  everywhere(
    'a kind of String',
    /\bextends\s+String\b/,
    'V8 then looks up the methods of all texts slowly, in every part of the process',
  ),
  everywhere('require', /(?<![.\w])(?:require|createRequire)\s*\(/, 'the house imports'),
  everywhere('import()', /\bimport\s*\(/, 'what is loaded stands at the head of the file'),
  everywhere(
    'an empty catch',
    /\bcatch\s*(?:\(\s*\w*\s*\)\s*)?\{\s*\}/,
    'say why nothing is to do',
  ),
];

/** Words that are looked for inside imports, where `code` has only empty quotes. */
const inImports = new Set(['node:timers']);

function brokenWords({ path, text }: SourceFile): Broken[] {
  const { code, statements } = readSource(text);
  const withReasons = text;
  return wordRules.flatMap(({ what, word, problem, where }) => {
    if (where && !where(path)) return [];
    const looked = inImports.has(what)
      ? statements
      : what === 'an empty catch'
        ? withReasons
        : code;
    return word.test(looked) ? [{ path, what, problem }] : [];
  });
}

/** Files that import each other in a circle, types included (Tarjan's strongly connected parts). */
export function circles(files: readonly SourceFile[]): Broken[] {
  const known = new Set(files.map(({ path }) => path));
  const next = new Map(
    files.map((file) => [file.path, importsOf(file).filter((target) => known.has(target))]),
  );
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const found: Broken[] = [];
  const visit = (path: string): void => {
    order.set(path, order.size);
    lowest.set(path, order.get(path)!);
    stack.push(path);
    for (const target of next.get(path)!) {
      if (!order.has(target)) visit(target);
      else if (!stack.includes(target)) continue;
      lowest.set(path, Math.min(lowest.get(path)!, lowest.get(target)!));
    }
    if (lowest.get(path) !== order.get(path)) return;
    const part = stack.splice(stack.indexOf(path)).sort();
    if (part.length === 1 && !next.get(path)!.includes(path)) return;
    const problem = `imports itself in a circle: ${part.join(', ')}`;
    found.push({ path: part[0]!, what: 'a circle', problem });
  };
  for (const path of known) if (!order.has(path)) visit(path);
  return found;
}

/** An exported name means one thing in the whole house. */
function namesTwice(files: readonly SourceFile[]): Broken[] {
  const first = new Map<string, string>();
  const found: Broken[] = [];
  for (const file of files) {
    if (!/^(core|connectors)\//.test(file.path)) continue;
    for (const name of exportsOf(file)) {
      const other = first.get(name);
      if (other === undefined) first.set(name, file.path);
      else {
        const problem = `exports ${name}, as ${other} does: a name means one thing`;
        found.push({ path: file.path, what: name, problem });
      }
    }
  }
  return found;
}
