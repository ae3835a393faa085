/**
 * `npm run test:properties`: every property over 10,000 histories (those that cost a process or a
 * server each over a share of them). For the night: it takes about half an hour. More arguments go on
 * to test/run.ts, such as `-g 11`.
 */
import { glob } from 'node:fs/promises';

process.env.STOCKBUS_PROPERTY_RUNS ??= '10000';
process.argv.push('--long');
for await (const file of glob('test/property/*.test.ts')) process.argv.push(file);
await import('../run.ts');
