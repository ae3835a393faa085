import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRuntime } from '../../core/runtime.ts';
import { SpoolFolder } from '../../core/spool/SpoolFolder.ts';

describe('the room below a spool', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stockbus-room-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('is enough where the disk has it, whether or not anything was spooled', async () => {
    await new SpoolFolder(join(folder, 'spool'), systemRuntime()).requireRoom();
  });

  it('is told to be used up before anybody has tried to write', async () => {
    const bounds = { leastFreeBytes: Number.MAX_SAFE_INTEGER };
    const full = new SpoolFolder(join(folder, 'spool'), systemRuntime(), bounds);
    await assert.rejects(full.requireRoom(), {
      code: 'SPOOL_FAILED',
      message: new RegExp(`^the disk of ${folder} is full: \\d+ kB are left$`),
    });
  });
});
