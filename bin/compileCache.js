// Plain JavaScript that any Node reads, as bin/stockbus.js is.
import { lstatSync, mkdirSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const OTHERS_MAY_WRITE = 0o022;
const STICKY = 0o1000;

/**
 * Keeps compiled code between calls, in a folder where nobody else could put code of his own: V8 runs
 * what lies there without a look at who wrote it. Where there is no such folder nothing is kept.
 */
export function keepCompiledCode(env) {
  // Whoever names a folder himself has been obeyed by Node already.
  if (env.NODE_COMPILE_CACHE) return;
  const folder = privateFolder(env);
  if (folder === undefined) return;
  const { directory } = module.enableCompileCache(folder);
  if (directory) env.NODE_COMPILE_CACHE = directory;
}

/** `~/.cache/stockbus`, made for this user alone; undefined where somebody else could write it. */
function privateFolder(env) {
  const uid = process.getuid?.();
  if (uid === undefined) return undefined;
  try {
    const caches = env.XDG_CACHE_HOME || join(homedir(), '.cache');
    const folder = join(resolve(caches), 'stockbus');
    makeIfMissing(dirname(folder));
    makeIfMissing(folder);
    const { mode } = lstatSync(folder);
    return (mode & 0o077) === 0 && isOurs(folder, uid) ? folder : undefined;
  } catch {
    // No home, or one that cannot be written: it works without.
    return undefined;
  }
}

function makeIfMissing(folder) {
  try {
    mkdirSync(folder, 0o700);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
}

/** No folder on the way is a link, or one whose entries another user could replace. */
function isOurs(folder, uid) {
  const stats = lstatSync(folder);
  if (!stats.isDirectory() || (stats.uid !== uid && stats.uid !== 0)) return false;
  if ((stats.mode & OTHERS_MAY_WRITE) !== 0 && (stats.mode & STICKY) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || isOurs(parent, uid);
}
