import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FlowTester, type TestRun } from '../flow/test/FlowTester.ts';
import { loadFolder } from '../hub/openHub.ts';
import { openNoBooks } from '../hub/openNoBooks.ts';
import type { Books } from '../ports.ts';
import { systemRuntime } from '../runtime.ts';
import { SpoolFolder } from '../spool/SpoolFolder.ts';
import type { Invocation } from './command.ts';
import { payloadFile } from './payloadFile.ts';

/** The tests of the flows that are named, or of all. */
export async function runTests({
  arguments: names,
  folder,
  env,
}: Pick<Invocation, 'arguments' | 'folder' | 'env'>): Promise<TestRun> {
  const runtime = systemRuntime();
  const spoolPath = join(tmpdir(), `stockbus-test-${runtime.newId()}`);
  const opened: { books?: Promise<Books> } = {};
  const tester = new FlowTester({
    ...{ folder, runtime, spool: new SpoolFolder(spoolPath, runtime) },
    load: (clock, view) => loadFolder(folder, env, clock, view),
    books: () => {
      opened.books ??= openNoBooks(runtime);
      return opened.books;
    },
    async *payload(file) {
      const { payload } = await payloadFile(resolve(folder, file), 'test', runtime.newId());
      yield* payload.body;
    },
  });
  try {
    return await tester.run(names.filter((name) => name !== undefined));
  } finally {
    await rm(spoolPath, { recursive: true, force: true });
    await (await opened.books)?.close();
  }
}
