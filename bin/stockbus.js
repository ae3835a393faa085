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
const { existsSync } = await import('node:fs');
const { keepCompiledCode } = await import('./compileCache.js');
keepCompiledCode(process.env);
const built = new URL('../dist/core/main.js', import.meta.url);
const sources = new URL('../core/main.ts', import.meta.url);
await import((existsSync(sources) ? sources : built).href);
