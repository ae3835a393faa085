/** `stockbus verify` over the ledger that bench/ledger/history.ts built, alone in its process. */
import { resolve } from 'node:path';
import { commandLine } from '../../core/cli/commandLine.ts';
import { terminalOn } from '../../core/cli/terminal.ts';
import { peakMemoryBytes } from '../../test/peakMemory.ts';
import { answer } from '../child.ts';
import { ledgerFixture } from './ledgerFixture.ts';

export interface VerifyFigures {
  ms: number;
  peakMB: number;
}

// As bin/stockbus.js does: what was compiled for the call before serves this one, and its threads.
const { keepCompiledCode } = await import(
  new URL('../../bin/compileCache.js', import.meta.url).href
);
keepCompiledCode(process.env);
const said: string[] = [];
const stream = { write: (chunk: unknown) => said.push(String(chunk)) > 0, once: () => undefined };
const startedAt = performance.now();
const code = await commandLine(['verify', '--config', resolve(ledgerFixture)], {
  env: process.env,
  terminal: terminalOn(stream, stream),
  workingFolder: process.cwd(),
  enter: () => undefined,
});
if (code !== 0) throw new Error(`verify ended with ${code}:\n${said.slice(-20).join('')}`);
answer({
  ms: performance.now() - startedAt,
  peakMB: peakMemoryBytes() / 1e6,
} satisfies VerifyFigures);
