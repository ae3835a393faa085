import { isStockbusError } from '../errors.ts';
import { backendOf } from '../hub/backendOf.ts';
import { openBooks } from '../hub/openBooks.ts';
import { placeOfBooks } from '../hub/placeOfBooks.ts';
import { systemRuntime, systemTime } from '../runtime.ts';
import { stores } from '../storeKinds.ts';
import type { CliCommand } from './command.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';
import { lineLog, logOptions } from './log.ts';
import { WorkMeter } from './WorkMeter.ts';

export const migrate: CliCommand = {
  name: 'migrate',
  about:
    'Brings the books that an older version made up to date, as the hub does when it starts. There is no way back: make a backup first, with the version that made them.',
  arguments: [],
  options: { format: jsonFormat },
  examples: ['stockbus migrate', 'STOCKBUS_DATA=/srv/copy stockbus migrate'],
  async run(invocation) {
    const { folder, env, terminal } = invocation;
    try {
      const books = await openBooks(folder, env);
      await books.close();
      if (isJson(invocation)) await sayJson(terminal, { migrated: false });
      else terminal.out(['The books are up to date: nothing was done.']);
      return 0;
    } catch (error) {
      if (!isStockbusError(error, 'STORE_SCHEMA')) throw error;
    }
    const { storeAddress } = await placeOfBooks(folder, env);
    const log = lineLog((line) => terminal.err([line]), logOptions(env, terminal.interactive));
    const kind = backendOf('store', stores, storeAddress);
    const meter = new WorkMeter(terminal, systemTime);
    meter.tell('migrating');
    try {
      const store = await kind.open(storeAddress, systemRuntime(log));
      await store.close();
    } finally {
      meter.end();
    }
    if (isJson(invocation)) {
      await sayJson(terminal, { migrated: true });
      return 0;
    }
    terminal.out([
      'The books are brought up to date.',
      'Prove it: stockbus verify --known-at TIME --expect DIGEST, as the backup says.',
    ]);
    return 0;
  },
};
