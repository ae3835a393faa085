/**
 * A suite that cannot run here says so: what, why, and the command that gets it. `test/run.ts` prints
 * all of these as the last lines, and fails in CI, where every suite must run that
 * needs nothing from outside.
 */
export interface NotRun {
  suite: string;
  reason: string;
  command: string;
  /** It needs what is no part of this repository: where that is not, nobody can ask for it. */
  isOutside?: true;
}

export const notRunSuites: NotRun[] = [];

export function notRun(suite: string, reason: string, command: string): void {
  notRunSuites.push({ suite, reason, command });
}

/** Where the folder that is kept beside this repository is not there at all. */
export function notRunOutside(suite: string, reason: string, command: string): void {
  notRunSuites.push({ suite, reason, command, isOutside: true });
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
