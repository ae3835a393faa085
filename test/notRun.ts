/**
 * A suite that cannot run here says so: what, why, and the command that gets it. `test/run.ts` prints
 * all of these as the last lines, and fails in CI, where every suite must run.
 */
export interface NotRun {
  suite: string;
  reason: string;
  command: string;
}

export const notRunSuites: NotRun[] = [];

export function notRun(suite: string, reason: string, command: string): void {
  notRunSuites.push({ suite, reason, command });
}

export const serversCommand = 'node scripts/servers.ts start, then the two exports that it prints';

/** Runs the suite where `address` is known; otherwise registers why not. */
export function describeWith(
  address: string | undefined,
  variable: string,
  suite: string,
  body: (address: string) => void,
): void {
  if (address) describe(suite, () => body(address));
  else notRun(suite, `${variable} is not set`, serversCommand);
}
