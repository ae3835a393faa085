import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { payloadFile } from '../../../core/cli/payloadFile.ts';
import { isStockbusError } from '../../../core/errors.ts';

describe('a file on the command line', () => {
  it('that cannot be opened is named as such, not as a defect', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stockbus-'));
    try {
      const path = join(folder, 'a.csv');
      await writeFile(path, 'a;b\n');
      const { payload } = await payloadFile(path, 'f', 'i1');
      await rm(path);
      const bytes = payload.body[Symbol.asyncIterator]();
      await assert.rejects(bytes.next(), (error) => isStockbusError(error, 'FILE_UNREADABLE'));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
