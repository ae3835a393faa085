/** What a browser runs of a module: types taken out, what it imports found under the folder that is served. */
import { stripTypeScriptTypes } from 'node:module';

/** Packages that the console imports by name, and their files in node_modules. */
export const vendorFiles: Readonly<Record<string, string>> = {
  preact: 'preact/dist/preact.mjs',
  'preact/hooks': 'preact/hooks/dist/hooks.mjs',
  htm: 'htm/dist/htm.module.js',
  'htm/preact': 'htm/preact/index.module.js',
};

/**
 * Of the reader of barcodes, as they are, by the path under which they are served: loaded where the scan page has no
 * reader of its own, under a policy that lets WebAssembly run.
 */
export const scanFiles: Readonly<Record<string, string>> = {
  'scan/zxing/reader/index.js': 'zxing-wasm/dist/es/reader/index.js',
  'scan/zxing/share.js': 'zxing-wasm/dist/es/share.js',
  'scan/zxing/reader.wasm': 'zxing-wasm/dist/reader/zxing_reader.wasm',
};

/** What of them is imported by name. */
const scanPackages: Readonly<Record<string, string>> = {
  'zxing-wasm/reader': 'scan/zxing/reader/index.js',
};

const IMPORT = /(\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"\n]+)\2/g;

export const vendorPath = (name: string): string =>
  scanPackages[name] ?? `vendor/${name.replace('/', '-')}.js`;

/** Source text of the console → JavaScript without types and remarks, as it lies in the published package. */
export function strippedModule(source: string): string {
  return silently(() => stripTypeScriptTypes(source, { mode: 'transform' })).replace(
    IMPORT,
    (whole, before, quote, target) =>
      /^\..*\.ts$/.test(target) ? before + quote + target.replace(/ts$/, 'js') + quote : whole,
  );
}

/** The same with names of packages as paths from where the module lies: browsers know no node_modules. */
export function servedModule(path: string, text: string): string {
  const up = '../'.repeat(path.split('/').length - 1) || './';
  return text.replace(IMPORT, (whole, before, quote, target) =>
    target in vendorFiles || target in scanPackages
      ? before + quote + up + vendorPath(target) + quote
      : whole,
  );
}

/** Paths of what a served module imports at its head; what is imported on use is left out. */
export function importsOfModule(path: string, text: string): string[] {
  const base = `http://console/${path}`;
  const found = [...text.matchAll(/\b(?:from|import)\s*(['"])(\.[^'"\n]+)\1/g)];
  return found.map(([, , target = '']) => new URL(target, base).pathname.slice(1));
}

/** Node says once that this is an experiment; whoever starts a hub can do nothing about it. */
function silently<T>(work: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return work();
  } finally {
    process.emitWarning = emitWarning;
  }
}
