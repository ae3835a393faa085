import { lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { StockbusError } from '../errors.ts';
import { closeToOthers } from '../privateFiles.ts';
import type { Log } from '../runtime.ts';

const OWN_FILES = /^(?:store|broker)\.db(?:-wal|-shm)?$|^broker\..*\.lock$/s;
const OTHERS_MAY_WRITE = 0o002;

/**
 * Before anything is written into a data folder that is there: refuses one in which another user of
 * this machine could put files, and takes from others what earlier versions or a wider umask left to
 * them. What it narrowed is logged. Throws DATA_FOLDER_UNUSABLE.
 */
export function guardDataFolder(folder: string, mask: number, log: Log): void {
  const link = lstatSync(folder, { throwIfNoEntry: false });
  const uid = process.getuid?.();
  if (!link || uid === undefined) return;
  const real = link.isSymbolicLink() ? realpathSync(folder) : folder;
  const target = statSync(real);
  // A file in its place is told by whoever opens it.
  if (!target.isDirectory()) return;
  for (const stats of [link, target]) refuseForeign(folder, stats, uid);
  if ((target.mode & OTHERS_MAY_WRITE) !== 0 && target.uid !== uid) {
    throw unusable(folder, 'every user of this machine may write in it', `chmod o-w ${folder}`);
  }
  const files = readdirSync(real).filter((name) => OWN_FILES.test(name));
  const narrowed = [
    ...closeToOthers([real], mask),
    ...closeToOthers(files.map((name) => join(real, name))),
  ];
  if (narrowed.length > 0) log('warn', 'data_folder.narrowed', { narrowed });
}

function refuseForeign(folder: string, { uid: owner }: Stats, uid: number): void {
  if (owner === uid || owner === 0) return;
  const todo = `Run the hub as that user, or give the folder to this one: chown -R ${uid} ${folder}`;
  throw unusable(folder, `it belongs to another user (${owner})`, todo);
}

const unusable = (folder: string, why: string, todo: string): StockbusError =>
  new StockbusError(
    'DATA_FOLDER_UNUSABLE',
    `the data folder ${folder} cannot be used: ${why}`,
    undefined,
    { todo },
  );
