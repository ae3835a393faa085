import { deepEqual, throws } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, withoutSync } from '../../../core/stores/sqlite/openDatabase.ts';

describe('a write that nobody waits for', () => {
  it('is the only one: those before and after it are synced, whatever becomes of it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'stockbus-unsynced-'));
    const { database, close } = openDatabase(folder);
    const settings = () => [
      database.prepare('PRAGMA synchronous').get()!.synchronous,
      database.prepare('PRAGMA wal_autocheckpoint').get()!.wal_autocheckpoint,
    ];
    const [full, normal] = [
      [2, 4096],
      [1, 0],
    ];
    deepEqual(settings(), full);
    deepEqual(withoutSync(database, settings), normal);
    deepEqual(settings(), full);
    const fails = () => {
      throw new Error('the disk is full');
    };
    throws(() => withoutSync(database, fails), /the disk is full/);
    deepEqual(settings(), full);
    close();
    rmSync(folder, { recursive: true });
  });
});
