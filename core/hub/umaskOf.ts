import { StockbusError } from '../errors.ts';

/** What nobody else of this machine may do with what this process makes. */
const PRIVATE = 0o077;

/** `STOCKBUS_UMASK=027` lets the group of the hub's user read what it writes. */
export function umaskOf(env: Readonly<Record<string, string | undefined>>): number {
  const text = env.STOCKBUS_UMASK;
  if (text === undefined || text === '') return PRIVATE;
  if (/^0?[0-7]{3}$/.test(text)) return parseInt(text, 8);
  throw new StockbusError('CONFIG_BAD_VALUE', `STOCKBUS_UMASK is '${text}', no umask`, undefined, {
    todo: 'write three octal digits, such as 077 or 027',
  });
}
