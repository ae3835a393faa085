/** The console's files as they are served: read once, compressed, under a folder named by what is in them. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import {
  importsOfModule,
  scanFiles,
  servedModule,
  strippedModule,
  vendorFiles,
  vendorPath,
} from './browserModule.ts';
import { joinModules } from './joinModules.ts';

export interface Asset {
  type: string;
  bytes: Buffer;
  packed: Buffer;
}

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  wasm: 'application/wasm',
  webmanifest: 'application/manifest+json',
};
const extensionOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

/** Beside the sources, or beside what was built of them. */
const consoleFolder = fileURLToPath(new URL('../../../console/', import.meta.url));

export class ConsoleAssets {
  readonly #assets: ReadonlyMap<string, Asset>;
  /** Of all files together: one that is served under it never changes. */
  readonly hash: string;
  /** What the first screen needs, in the order in which it is found. */
  readonly preloaded: readonly string[];

  constructor(folder = consoleFolder) {
    const texts = new Map<string, string | Buffer>([
      ...vendorTexts(),
      ...scanBytes(),
      ...ownTexts(folder),
      ['style.css', styleOf(folder)],
    ]);
    const hash = createHash('sha256');
    for (const [path, text] of texts) hash.update(`${path}\0`).update(text).update('\0');
    this.hash = hash.digest('hex').slice(0, 16);
    this.preloaded = reached('main.js', texts);
    this.#assets = new Map([...texts].map(([path, text]) => [path, assetOf(path, text)]));
  }

  /** `path` under the folder of the hash. */
  get(path: string): Asset | undefined {
    return this.#assets.get(path);
  }

  entries(): IterableIterator<[string, Asset]> {
    return this.#assets.entries();
  }
}

function assetOf(path: string, text: string | Buffer): Asset {
  const bytes = Buffer.from(text as string);
  const type = types[extensionOf(path)] ?? 'application/octet-stream';
  return { type, bytes, packed: gzipSync(bytes, { level: 9 }) };
}

function ownTexts(folder: string): [string, string | Buffer][] {
  const filesOf = (extensions: readonly string[]): string[] =>
    globSync(`**/*.{${extensions.join(',')}}`, { cwd: folder })
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => !path.endsWith('.d.ts'))
      .sort();
  const modules = filesOf(['ts', 'js']).map((path): [string, string] => {
    const text = readFileSync(join(folder, path), 'utf8');
    return path.endsWith('.ts') ? [path.replace(/ts$/, 'js'), strippedModule(text)] : [path, text];
  });
  // A script of its own, before all modules.
  const isScript = ([path]: [string, string]): boolean => path === 'earlyTheme.js';
  const joined = joinModules(new Map(modules.filter((one) => !isScript(one))));
  const served = [...joined].map(([path, text]): [string, string] => [
    path,
    servedModule(path, text),
  ]);
  const others = filesOf(['svg', 'wasm', 'webmanifest']).map((path): [string, Buffer] => [
    path,
    readFileSync(join(folder, path)),
  ]);
  return [...modules.filter(isScript), ...served, ...others];
}

/** One sheet: what holds everywhere first, what screens add, and last what a narrow page has otherwise. */
function styleOf(folder: string): string {
  const first = ['tokens', 'ground', 'frame', 'tables', 'parts', 'charts'];
  const names = globSync('*.css', { cwd: join(folder, 'style') }).map((file) => file.slice(0, -4));
  const ofScreens = names.filter((name) => !first.includes(name) && name !== 'narrow').sort();
  return [...first, ...ofScreens, 'narrow']
    .map((name) => readFileSync(join(folder, 'style', `${name}.css`), 'utf8'))
    .join('\n');
}

/** Packages may lie in a folder further up: those of a project that has stockbus among its own. */
function vendorTexts(): [string, string][] {
  return Object.entries(vendorFiles).map(([name, file]): [string, string] => {
    const text = readFileSync(inPackages(file), 'utf8');
    const path = vendorPath(name);
    return [path, servedModule(path, withoutMap(text))];
  });
}

const scanBytes = (): [string, Buffer][] =>
  Object.entries(scanFiles).map(([path, file]) => [path, readFileSync(inPackages(file))]);

/** A map that nobody serves is not named. */
const withoutMap = (text: string): string => text.replace(/\n\/\/# sourceMappingURL=.*/, '');

function inPackages(file: string): string {
  for (let folder = consoleFolder; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', file);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) {
      throw new Error(`the console needs node_modules/${file}: run npm ci`);
    }
  }
}

function reached(first: string, texts: ReadonlyMap<string, string | Buffer>): string[] {
  const found = new Set([first]);
  for (const path of found) {
    for (const next of importsOfModule(path, String(texts.get(path)))) found.add(next);
  }
  return [...found];
}
