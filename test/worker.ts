/** A process that runs test files, one after another, for test/TestWorkers.ts. */
import { flushCompileCache } from 'node:module';
import fc from 'fast-check';
import Mocha from 'mocha';
import { notRunSuites } from './notRun.ts';
import { processorSeconds } from './processorSeconds.ts';
import { seed } from './runs.ts';
import type { FileResult, FileTask } from './TestWorkers.ts';

// A property that names no seed has the suite's: what failed fails again, and the gate runs the same cases.
fc.configureGlobal({ seed });

let output = '';
const capture = ((chunk: string | Uint8Array) => {
  output += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
  return true;
}) as typeof process.stdout.write;

process.stdout.write = capture;
process.stderr.write = capture;
// The one who asked is gone, or has nothing more to do.
process.on('disconnect', () => process.exit(0));
process.on('message', async (task: FileTask) => {
  output = '';
  notRunSuites.length = 0;
  process.send!(await run(task));
  // For whoever starts next.
  flushCompileCache();
});

async function run({ file, grep, timeoutMs }: FileTask): Promise<FileResult> {
  const startedMs = performance.now();
  const before = processorSeconds();
  const counts = await runMocha(file, timeoutMs, grep).catch((error: unknown) => {
    output += `${file} cannot be run: ${error instanceof Error ? error.stack : String(error)}\n`;
    return { passed: 0, failed: 1, skipped: 0 };
  });
  const seconds = (performance.now() - startedMs) / 1_000;
  const busy = processorSeconds() - before;
  return { file, ...counts, notRun: [...notRunSuites], output, seconds, busy };
}

async function runMocha(
  file: string,
  timeout: number,
  grep: string | undefined,
): Promise<Pick<FileResult, 'passed' | 'failed' | 'skipped'>> {
  const mocha = new Mocha({
    ui: 'bdd',
    color: false,
    timeout,
    slow: 2_000,
    ...(grep === undefined ? {} : { grep }),
  });
  mocha.addFile(file);
  await mocha.loadFilesAsync();
  return new Promise((resolve) => {
    const runner = mocha.run((failed) => {
      const { passes = 0, pending = 0 } = runner.stats ?? {};
      resolve({ passed: passes, failed, skipped: pending });
    });
  });
}
