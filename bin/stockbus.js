#!/usr/bin/env node
// Plain JavaScript that any Node reads, so that an old one can say what is missing.
// A terminal that goes ends neither of these, from the first moment on; what they say of it comes later.
if (['start', 'run'].includes(process.argv[2])) process.on('SIGHUP', () => undefined);
const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(
    `stockbus needs Node.js 24 or later, this is ${process.version}; install that, or run npm install node@24 and npx stockbus\n`,
  );
  process.exit(1);
}
// A hub and `verify` are small by it, and V8 takes it at its start alone: the same process begins again, whoever started it and however.
const youngMb = new Map([
  ['start', 8],
  ['verify', 4],
]).get(process.argv[2]);
const young = '--max-semi-space-size';
const isSaid = [process.env.NODE_OPTIONS ?? '', ...process.execArgv].some((one) =>
  one.replaceAll('_', '-').includes(young),
);
// On Windows no process can, and one that its parent talks to would lose it.
const canBeginAgain = process.execve && process.platform !== 'win32' && !process.channel;
if (youngMb !== undefined && !isSaid && canBeginAgain) {
  const given = [...process.execArgv, ...process.argv.slice(1)];
  process.execve(process.execPath, [process.argv0, `${young}=${youngMb}`, ...given], process.env);
}
const { existsSync } = await import('node:fs');
const { keepCompiledCode } = await import('./compileCache.js');
keepCompiledCode(process.env);
const built = new URL('../dist/core/main.js', import.meta.url);
const sources = new URL('../core/main.ts', import.meta.url);
await import((existsSync(sources) ? sources : built).href);
