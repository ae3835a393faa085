import { userInfo } from 'node:os';

/** Who gave a command: the user that the process runs as, by name where the machine knows one. */
export const cliActor = (): string => `cli:${userName()}`;

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number that no name belongs to.
    return String(process.getuid?.() ?? '');
  }
}
