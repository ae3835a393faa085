/**
 * The import rules of the house, downward only: kernel ← pure ← adapters, engine ← api ← command line.
 * They are kept on the text of the imports, with no compiler in between that could see nothing.
 */
import { posix } from 'node:path';

export interface SourceFile {
  /** From the root of the project, with `/`. */
  path: string;
  text: string;
}

export type Layer =
  | 'kernel'
  | 'pure'
  | 'adapter'
  | 'engine'
  | 'api'
  | 'cli'
  | 'catalog'
  | 'main'
  | 'schemas';

const KERNEL = [
  'message',
  'ports',
  'spec',
  'errors',
  'limits',
  'runtime',
  'decimal',
  'ledger',
  'cursor',
  'zone',
  'identifier',
  'tupleKey',
  'backoff',
  'order',
];

const MAY_IMPORT: Record<Layer, readonly Layer[]> = {
  schemas: [],
  kernel: ['kernel', 'schemas'],
  pure: ['kernel', 'pure'],
  adapter: ['kernel', 'adapter'],
  engine: ['kernel', 'pure', 'engine'],
  api: ['kernel', 'engine', 'api'],
  catalog: ['schemas', 'kernel', 'pure', 'adapter', 'engine', 'api', 'catalog'],
  cli: ['kernel', 'pure', 'adapter', 'engine', 'api', 'catalog', 'cli'],
  main: ['kernel', 'pure', 'adapter', 'engine', 'api', 'catalog', 'cli'],
};

/** What the embedded adapters share about the data folder. */
const SHARED = 'privateFiles.ts';

export function layerOf(path: string): Layer {
  if (path.startsWith('schemas/')) return 'schemas';
  if (path.startsWith('connectors/')) return 'adapter';
  const inner = path.replace(/^core\//, '');
  if (inner === 'main.ts') return 'main';
  if (inner === 'catalog.ts') return 'catalog';
  if (KERNEL.includes(inner.replace(/\.ts$/, ''))) return 'kernel';
  if (/^(codecs|steps|stock)\//.test(inner)) return 'pure';
  if (/^(brokers|stores)\//.test(inner) || inner === SHARED) return 'adapter';
  if (inner.startsWith('api/')) return 'api';
  if (inner.startsWith('cli/')) return 'cli';
  return 'engine';
}

/** The adapter that a file belongs to: `connectors/folder`, `core/stores/sqlite`. */
function adapterOf(path: string): string {
  const parts = path.replace(/\.ts$/, '').split('/');
  return parts.slice(0, path.startsWith('connectors/') ? 2 : 3).join('/');
}

/** What the connectors of files share: they use it, and it none of them. */
const isFiles = (path: string, target: string): boolean =>
  path.startsWith('connectors/') && target.startsWith('connectors/files/');

const IMPORT = /(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g;

export function importsOf({ path, text }: SourceFile): string[] {
  return [...text.matchAll(IMPORT)].map(([, target]) =>
    target!.startsWith('.') ? posix.normalize(posix.join(posix.dirname(path), target!)) : target!,
  );
}

/** Each broken rule as a sentence. */
export function brokenImports(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => importsOf(file).flatMap((target) => problemOf(file.path, target)));
}

function problemOf(path: string, target: string): string[] {
  const layer = layerOf(path);
  if (target.startsWith('node:')) {
    // Hashing is a function of its text like any other.
    if (layer === 'pure' && target === 'node:crypto') return [];
    const pure = layer === 'kernel' || layer === 'pure';
    return pure ? [`${path} (${layer}) imports ${target}: no I/O there`] : [];
  }
  if (!/^(core|connectors|schemas)\//.test(target)) return [];
  const other = layerOf(target);
  if (!MAY_IMPORT[layer].includes(other))
    return [`${path} (${layer}) imports ${target} (${other})`];
  if (target === `core/${SHARED}` || isFiles(path, target)) return [];
  if (layer === 'adapter' && adapterOf(path) !== adapterOf(target) && other === 'adapter') {
    return [`${path} imports another adapter, ${target}`];
  }
  return [];
}
