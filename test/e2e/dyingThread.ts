/**
 * Loaded into a hub before anything else (`--import`): the thread that books dies around commits, now before one and now
 * after one, as often as DEATHS says; and a signal makes a callback of the process throw what its name says.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { StatementSync } from 'node:sqlite';
import { isMainThread, workerData } from 'node:worker_threads';

const { DEATHS = '0', DEATHS_FILE = '' } = process.env;
/** Commits of a thread before it dies; each lives longer than the one before. */
const FIRST = 5;

if (isMainThread) {
  process.on('SIGUSR2', () => {
    setTimeout(() => {
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    }, 0);
  });
  process.on('SIGALRM', () => {
    setTimeout(() => {
      throw new TypeError('planted');
    }, 0);
  });
} else if (workerData?.topology && deaths() < Number(DEATHS)) {
  dieAround(FIRST + deaths(), deaths() % 2 === 0);
}

function deaths(): number {
  return readFileSync(DEATHS_FILE, { encoding: 'utf8', flag: 'a+' }).length;
}

function dieAround(commit: number, isBefore: boolean): void {
  const { run } = StatementSync.prototype;
  let commits = 0;
  StatementSync.prototype.run = function (this: StatementSync, ...values: unknown[]) {
    if (this.sourceSQL !== 'COMMIT') return Reflect.apply(run, this, values);
    commits += 1;
    if (commits < commit) return Reflect.apply(run, this, values);
    if (!isBefore) Reflect.apply(run, this, values);
    appendFileSync(DEATHS_FILE, '.');
    process.exit(1);
  };
}
