import assert from 'node:assert/strict';
import { brokenImports, type SourceFile } from '../importRules.ts';
import { sourceFiles } from '../sourceFiles.ts';

describe('the house: who may import whom', () => {
  it('holds for every file', async () => {
    const faults = brokenImports(await sourceFiles());
    assert.deepEqual(faults, []);
  });

  const planted: [string, SourceFile][] = [
    [
      'a kernel file that imports a store',
      { path: 'core/ports.ts', text: "import { sqlite } from './stores/sqlite.ts';" },
    ],
    [
      'a kernel file that does I/O',
      { path: 'core/limits.ts', text: "import { readFileSync } from 'node:fs';" },
    ],
    [
      'a pure file that imports the engine',
      { path: 'core/stock/decide.ts', text: "import { createHub } from '../hub.ts';" },
    ],
    [
      'a pure file that does I/O',
      { path: 'core/codecs/csv.ts', text: "import fs from 'node:fs';" },
    ],
    [
      'an adapter that imports another',
      { path: 'connectors/http.ts', text: "import { folder } from './folder.ts';" },
    ],
    [
      'a store that imports a broker',
      { path: 'core/stores/sqlite.ts', text: "export * from '../brokers/embedded.ts';" },
    ],
    [
      'an engine file that imports an adapter',
      { path: 'core/apply.ts', text: "const x = await import('./stores/sqlite.ts');" },
    ],
    [
      'an engine file that imports the api',
      { path: 'core/hub.ts', text: "import { createApi } from './api/createApi.ts';" },
    ],
    [
      'anybody who imports main',
      { path: 'core/cli/start.ts', text: "import { main } from '../main.ts';" },
    ],
  ];
  for (const [name, file] of planted) {
    it(`finds ${name}`, () => {
      assert.equal(brokenImports([file]).length, 1);
    });
  }
});
