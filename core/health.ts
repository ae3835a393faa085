/** Whether a hub, or a part of it, can do its work. */
import { faultOf } from './errors.ts';

export interface Health {
  ready: boolean;
  /** By part: `ok`, or what is wrong with it. */
  checks: Record<string, string>;
}

/** Ready where all of them are. */
export const healthOf = (checks: Health['checks']): Health => ({
  ready: Object.values(checks).every((check) => check === 'ok'),
  checks,
});

/** `ok`, or why the part does not answer. */
export async function checkOf(ping: () => Promise<void>): Promise<string> {
  try {
    await ping();
    return 'ok';
  } catch (error) {
    return faultOf(error).message;
  }
}
