/** What PostgreSQL, or the way to it, says, as one of our errors. */
import { StockbusError } from '../../core/errors.ts';

/** Of what it says, so much is shown: it may quote a value of a row. */
const SHOWN_CHARACTERS = 200;

/** Classes of SQLSTATE: who asks is not let in; what is asked is wrong, or not allowed. */
const DENIED = new Set(['28']);
const REFUSED = new Set(['22', '25', '26', '3D', '3F', '42', '0A']);

export function postgresError(error: unknown, address: string): StockbusError {
  if (error instanceof StockbusError) return error;
  const { code = '', message } = error as { code?: string; message: string };
  const { host, pathname } = new URL(address);
  const said = message || code || String(error);
  const shown = said.length > SHOWN_CHARACTERS ? `${said.slice(0, SHOWN_CHARACTERS)}…` : said;
  const isSqlState = /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E');
  const of = isSqlState ? code.slice(0, 2) : '';
  const text = `the database ${host}${pathname}: ${shown}${isSqlState ? ` (${code})` : ''}`;
  const options = { cause: error };
  if (DENIED.has(of)) return new StockbusError('SQL_DENIED', text, undefined, options);
  if (REFUSED.has(of)) return new StockbusError('SQL_REFUSED', text, undefined, options);
  if (isSqlState) return new StockbusError('SQL_FAILED', text, undefined, options);
  return new StockbusError('SQL_UNREACHABLE', text, undefined, options);
}
