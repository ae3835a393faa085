/** The console as the published package has it, beside what is built of core/: types taken out, the rest as it is. */
import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { strippedModule } from '../core/api/console/browserModule.ts';

const [folder = 'dist/console'] = process.argv.slice(2);
for (const path of globSync('**/*.{ts,css,svg}', { cwd: 'console' })) {
  const [from, to] = [join('console', path), join(folder, path.replace(/\.ts$/, '.js'))];
  mkdirSync(dirname(to), { recursive: true });
  if (path.endsWith('.ts')) writeFileSync(to, strippedModule(readFileSync(from, 'utf8')));
  else cpSync(from, to);
}
