import { existsSync, readFileSync } from 'node:fs';

const STATUS = '/proc/self/status';

/**
 * Most bytes of memory that this process has held. On Linux the figure of getrusage(2) outlives exec, so
 * a child begins with what its parent held when it forked; /proc has that of the program alone.
 */
export function peakMemoryBytes(): number {
  const kib = existsSync(STATUS)
    ? /^VmHWM:\s+(?<kib>\d+) kB$/m.exec(readFileSync(STATUS, 'utf8'))?.groups?.kib
    : undefined;
  return 1_024 * (kib === undefined ? process.resourceUsage().maxRSS : Number(kib));
}
