import { existsSync, readFileSync } from 'node:fs';

const STAT = '/proc/self/stat';
const TICKS_A_SECOND = 100;

/**
 * Processor time of this process and, on Linux, of those that it started and that have ended: what a
 * test costs whatever else the machine does.
 */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000 + secondsOfChildren();
}

function secondsOfChildren(): number {
  if (!existsSync(STAT)) return 0;
  // The name of the program, which may hold blanks, ends with a bracket; the state follows, then numbers.
  const fields = readFileSync(STAT, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const [user, system] = fields.slice(13, 15).map(Number) as [number, number];
  return (user + system) / TICKS_A_SECOND;
}
