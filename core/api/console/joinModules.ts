/**
 * Modules joined into a few files, each compressed as a whole: half of the bytes and a tenth of the requests of sending
 * them one by one. A screen is a file of its own, loaded when somebody goes there, and so is a worker; what
 * several of them stand on is in `main.js`, once.
 */

/** Texts by path, as they are served. */
export type ModuleTexts = ReadonlyMap<string, string>;

interface ModuleParts {
  path: string;
  body: string;
  /** What is imported, by the module or the package. */
  imports: readonly (readonly [from: string, names: string])[];
  exports: readonly string[];
}

const MAIN = 'main.js';
const IMPORT = /^import\s+(?:\{([^}]*)\}\s*from\s*)?(['"])([^'"\n]+)\2;?$/gm;
const EXPORT = /^export\s+(?=(?:(?:async\s+)?function\*?|class|const)\s+(\w+))/gm;
const LAZY = /\bimport\((['"])(\.[^'"\n]+)\1\)/g;

const isScreen = (path: string): boolean => path.startsWith('screens/');
const isWorker = (path: string): boolean => path.endsWith('.worker.js');

export function joinModules(texts: ModuleTexts): Map<string, string> {
  const modules = new Map([...texts].map(([path, text]) => [path, partsOf(path, text)]));
  const lazy = [...modules.values()].flatMap(({ path, body }) => lazyIn(path, body));
  const screens = [...new Set(lazy)].sort();
  const workers = [...modules.keys()].filter(isWorker);
  const alone = new Map(screens.map((entry) => [entry, reachedFrom(entry, modules)]));
  const owners = Map.groupBy(
    [...alone.values()].flatMap((paths) => [...paths]),
    (path) => path,
  );
  const isOwn = (path: string): boolean => isScreen(path) && owners.get(path)?.length === 1;
  const shared = [...modules.keys()].filter((path) => !isOwn(path) && !isWorker(path)).sort();
  const joined = new Map<string, string>();
  // It begins when all that screens share is there.
  const first = inOrder([...shared.filter((path) => path !== MAIN), MAIN], modules);
  joined.set(MAIN, fileOf(MAIN, first, modules, []));
  for (const [entry, paths] of alone) {
    const own = inOrder([...paths].filter(isOwn).sort(), modules);
    joined.set(entry, fileOf(entry, own, modules, shared));
  }
  for (const entry of workers) {
    const own = inOrder([...reachedFrom(entry, modules)].sort(), modules);
    joined.set(entry, fileOf(entry, own, modules, []));
  }
  return joined;
}

function partsOf(path: string, text: string): ModuleParts {
  const imports: [string, string][] = [];
  const exports: string[] = [];
  const body = text
    .replace(IMPORT, (_whole, names: string | undefined, _quote, target: string) => {
      imports.push([target.startsWith('.') ? resolved(path, target) : target, names ?? '']);
      return '';
    })
    .replace(EXPORT, (_whole, name: string) => {
      exports.push(name);
      return '';
    });
  const [left] = /^(?:import|export)\b(?!\().*/m.exec(body) ?? [];
  if (left)
    throw new Error(`console/${path}: imports and exports of the console have names: ${left}`);
  return { path, body, imports, exports };
}

const resolved = (path: string, target: string): string =>
  new URL(target, `http://console/${path}`).pathname.slice(1);

function relativeTo(from: string, path: string): string {
  const up = '../'.repeat(from.split('/').length - 1);
  return (up || './') + path;
}

const lazyIn = (path: string, body: string): string[] =>
  [...body.matchAll(LAZY)].map(([, , target = '']) => resolved(path, target));

function reachedFrom(entry: string, modules: ReadonlyMap<string, ModuleParts>): Set<string> {
  const found = new Set([entry]);
  for (const path of found) {
    for (const [target] of modules.get(path)!.imports) if (modules.has(target)) found.add(target);
  }
  return found;
}

/** What is imported before what imports it. */
function inOrder(paths: readonly string[], modules: ReadonlyMap<string, ModuleParts>): string[] {
  const wanted = new Set(paths);
  const order = new Set<string>();
  const visit = (path: string): void => {
    if (order.has(path) || !wanted.has(path)) return;
    for (const [target] of modules.get(path)!.imports) visit(target);
    order.add(path);
  };
  for (const path of paths) visit(path);
  return [...order];
}

/** One file: its packages, then each module in a scope of its own. */
function fileOf(
  file: string,
  paths: readonly string[],
  modules: ReadonlyMap<string, ModuleParts>,
  shared: readonly string[],
): string {
  const names = new Map(paths.map((path, index) => [path, `$${index}`]));
  const packages = new Set<string>();
  const sourceOf = (target: string): string => {
    const known = names.get(target);
    if (known) return known;
    if (shared.includes(target)) return `$shared['${target}']`;
    packages.add(target);
    return `$p${[...packages].indexOf(target)}`;
  };
  const bodies = paths.map((path) => scopeOf(file, modules.get(path)!, names.get(path)!, sourceOf));
  const heads = [...packages].map((name, index) => `import * as $p${index} from '${name}';`);
  if (shared.length > 0) heads.push(`import { $shared } from '${relativeTo(file, MAIN)}';`);
  const given = modules.get(file)!.exports;
  const tail =
    file === MAIN
      ? `export const $shared = { ${paths.map((path) => `'${path}': ${names.get(path)}`).join(', ')} };`
      : `export const { ${given.join(', ')} } = ${names.get(file)};`;
  return [...heads, ...bodies, tail].join('\n');
}

function scopeOf(
  file: string,
  { path, body, imports, exports }: ModuleParts,
  name: string,
  sourceOf: (target: string) => string,
): string {
  const taken = imports.map(([target, names]) => {
    const source = sourceOf(target);
    return names.trim() ? `const { ${names.replace(/\s+as\s+/g, ': ')} } = ${source};` : '';
  });
  const here = `new URL('${relativeTo(file, path)}', import.meta.url).href`;
  const text = body
    .replace(LAZY, (whole: string, _quote, target: string) =>
      whole.replace(target, relativeTo(file, resolved(path, target))),
    )
    .replaceAll('import.meta.url', here);
  return `const ${name} = (() => {\n${taken.join('')}\n${text.trim()}\nreturn { ${exports.join(', ')} };\n})();`;
}
