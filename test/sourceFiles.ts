import { glob, readFile } from 'node:fs/promises';
import type { SourceFile } from './sourceText.ts';

/** Every source file of the product, by its path from the root of the project. */
export async function sourceFiles(): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for await (const path of glob('{core,connectors,console}/**/*.ts')) {
    files.push({ path, text: await readFile(path, 'utf8') });
  }
  return files;
}
