/** The command line of this process. */
import { existsSync } from 'node:fs';
import { commandLine } from './cli/commandLine.ts';
import { processTerminal } from './cli/terminal.ts';

process.exitCode = await commandLine(process.argv.slice(2), {
  env: process.env,
  terminal: processTerminal(),
  workingFolder: process.cwd(),
  umask: (mask) => void process.umask(mask),
  enter: (folder) => {
    if (existsSync(folder)) process.chdir(folder);
  },
});
