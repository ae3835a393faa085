import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { embedded } from '../../../core/brokers/embedded.ts';
import { StockbusError } from '../../../core/errors.ts';
import type { Broker } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { openAt } from './backends.ts';
import { Child } from './childProcess.ts';
import { message } from './contract.ts';
import { Inbox } from './inbox.ts';

describe('embedded broker: its folder', () => {
  let folder: string;
  const open: Broker[] = [];
  const openHere = async (): Promise<Broker> => {
    const broker = await openAt(`file:${folder}`);
    open.push(broker);
    await broker.declare({ queues: ['work'], subscriptions: [] });
    return broker;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stockbus-broker-'));
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((broker) => broker.close()));
    rmSync(folder, { recursive: true, force: true });
  });

  it('is made where it is missing, from an address', async () => {
    const address = `file:${join(folder, 'deep', 'data')}`;
    const broker = await embedded.open(address, systemRuntime());
    await broker.ping();
    await broker.close();
  });

  it('says why it cannot be used', async () => {
    writeFileSync(join(folder, 'file'), '');
    await assert.rejects(openAt(`file:${folder}/file/data`), {
      code: 'DATA_FOLDER_UNUSABLE',
      message: /the data folder .*file\/data cannot be used: ENOTDIR/,
    });
  });

  it('says that broker.db is not one', async () => {
    writeFileSync(join(folder, 'broker.db'), 'not a database, whatever its name says '.repeat(100));
    await assert.rejects(openAt(`file:${folder}`), (error) => {
      assert.ok(error instanceof StockbusError);
      assert.equal(error.code, 'DATA_FOLDER_UNUSABLE');
      assert.match(error.message, /broker\.db is damaged or not a file of Stockbus/);
      assert.match(error.fault.todo ?? '', /restore it from a backup, or move it away/);
      return true;
    });
  });

  for (const [version, writer] of [
    [99, 'a newer'],
    [1, 'an older'],
  ] as const) {
    it(`refuses a file that ${writer} version wrote, whose queues are not those of this one`, async () => {
      const db = new DatabaseSync(join(folder, 'broker.db'));
      db.exec(`PRAGMA user_version = ${version}`);
      db.close();
      const message = new RegExp(`written by ${writer} Stockbus`);
      await assert.rejects(openAt(`file:${folder}`), { code: 'DATA_FOLDER_UNUSABLE', message });
    });
  }

  it('lets a second process publish and look while the first consumes', async () => {
    const [first, second] = [await openHere(), await openHere()];
    const inbox = new Inbox();
    await first.consume('work', 1, inbox.handler);
    await second.publish([message('m0', 'work'), message('m1', 'work'), message('m2', 'work')]);
    assert.equal((await inbox.next()).id, 'm0');
    assert.equal(await second.depth('work'), 2);
    await assert.rejects(
      second.consume('work', 1, () => undefined),
      { code: 'DATA_FOLDER_BUSY' },
    );
    await first.close();
    await second.consume('work', 10, inbox.handler);
    const again = await inbox.take(3);
    assert.deepEqual(
      again.map(({ id }) => id),
      ['m0', 'm1', 'm2'],
    );
  });

  it('is free as soon as the process that consumed was killed', async () => {
    const broker = await openHere();
    await broker.publish([message('m0', 'work')]);
    const child = new Child('hold', `file:${folder}`, 'work');
    await child.told('held');
    await child.kill();
    const inbox = new Inbox();
    await broker.consume('work', 1, inbox.handler);
    assert.equal((await inbox.next()).redeliveries, 1);
  });

  it('is given out whole or not at all by one call', async () => {
    const broker = await openHere();
    const unknown = [message('m0', 'work'), message('m1', 'nowhere')];
    const good = broker.publish([message('m2', 'work')]);
    await assert.rejects(broker.publish(unknown), { code: 'BROKER_UNROUTABLE' });
    await good;
    assert.equal(await broker.depth('work'), 1);
  });

  it('outlives a file system that is full: says so, loses nothing, goes on', async function () {
    const small = smallFileSystem(join(folder, 'small'));
    if (!small) return this.skip();
    try {
      const broker = await openAt(`file:${small}/data`);
      open.push(broker);
      await fillAndRecover(broker, join(small, 'ballast'));
      await broker.close();
    } finally {
      execFileSync('umount', [small]);
    }
  });
});

/** Publishes until the disk is full, makes room, and finds all that was confirmed. */
async function fillAndRecover(broker: Broker, ballast: string): Promise<void> {
  await broker.declare({ queues: ['work'], subscriptions: [] });
  writeFileSync(ballast, Buffer.alloc(4 * 1024 * 1024));
  const body = Buffer.alloc(200_000, 'stock');
  const confirmed: string[] = [];
  const fill = async (): Promise<void> => {
    for (let number = 0; number < 1_000; number += 1) {
      await broker.publish([{ ...message(`m${number}`, 'work'), body }]);
      confirmed.push(`m${number}`);
    }
  };
  await assert.rejects(fill(), { code: 'BROKER_DISK', message: /broker\.db could not be written/ });
  rmSync(ballast);
  await broker.publish([message('after', 'work')]);
  const inbox = new Inbox();
  await broker.consume('work', 5, inbox.handler);
  for (const id of [...confirmed, 'after']) {
    const delivery = await inbox.next();
    assert.equal(delivery.id, id);
    delivery.ack();
  }
}

/** A file system of 16 MB, where this user may mount one. */
function smallFileSystem(folder: string): string | undefined {
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    process.stdout.write('      not run: only root may mount a small file system to fill it\n');
    return undefined;
  }
}
