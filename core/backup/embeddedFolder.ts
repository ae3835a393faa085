import { StockbusError } from '../errors.ts';

/** Where the embedded store lies. Throws BACKUP_OF_SERVER for books on a server. */
export function embeddedFolder(command: 'backup' | 'restore', storeAddress: string): string {
  if (storeAddress.startsWith('file:')) return storeAddress.slice('file:'.length);
  const message = `stockbus ${command} cannot do this yet for books on a database server`;
  throw new StockbusError('BACKUP_OF_SERVER', message);
}
