/** `stockbus verify` over the ledger that bench/ledger/history.ts built, alone in its process. */
import { resolve } from 'node:path';
import { commandLine } from '../../core/cli/commandLine.ts';
import { answer } from '../child.ts';
import { ledgerFixture } from './opened.ts';

export interface VerifyFigures {
  ms: number;
  peakMB: number;
}

const said: string[] = [];
const startedAt = performance.now();
const code = await commandLine(['verify', '--config', resolve(ledgerFixture)], {
  env: process.env,
  terminal: {
    out: (text) => void said.push(text),
    outBytes: async () => undefined,
    err: (text) => void said.push(text),
    interactive: false,
    width: 80,
  },
  workingFolder: process.cwd(),
  enter: () => undefined,
});
if (code !== 0) throw new Error(`verify ended with ${code}:\n${said.slice(-20).join('')}`);
answer({
  ms: performance.now() - startedAt,
  peakMB: (process.resourceUsage().maxRSS * 1_024) / 1e6,
} satisfies VerifyFigures);
