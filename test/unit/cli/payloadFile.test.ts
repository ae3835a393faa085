import assert from 'node:assert/strict';
import { appendFile, chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { payloadFile } from '../../../core/cli/payloadFile.ts';
import { isStockbusError } from '../../../core/errors.ts';

/** Reads a file to its end, and does something to it after the first bytes. */
async function readWhile(text: string, change: (path: string) => Promise<void>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stockbus-'));
  try {
    const path = join(folder, 'a.csv');
    await writeFile(path, text);
    const { payload } = await payloadFile(path, 'f', 'i1');
    let read = '';
    for await (const chunk of payload.body) {
      if (read === '') await change(path);
      read += Buffer.from(chunk).toString();
    }
    await payload.whole?.();
    return read;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('a file on the command line', () => {
  it('that is written to while it is read is not taken as what it was', async () => {
    const changes: ((path: string) => Promise<void>)[] = [
      (path) => appendFile(path, 'c;d\n'),
      (path) => writeFile(path, 'x;y\n'),
      (path) => writeFile(path, ''),
    ];
    for (const change of changes) {
      await assert.rejects(readWhile('a;b\n', change), (error) => {
        assert.ok(isStockbusError(error, 'PAYLOAD_GREW'));
        assert.match(error.message, /'.*a\.csv' was written to while it was read/);
        assert.match(error.fault.todo ?? '', /run the command again/);
        return true;
      });
    }
    assert.equal(await readWhile('a;b\n', (path) => chmod(path, 0o600)), 'a;b\n');
  });

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
