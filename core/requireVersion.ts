import { StockbusError } from './errors.ts';

/** Of what is kept or sent nothing is guessed at: what was written in another version is refused. */
export function requireVersion(what: string, found: unknown, known: number): void {
  if (found === known) return;
  const said = found === undefined ? 'without a version' : `of version ${JSON.stringify(found)}`;
  throw new StockbusError('FORMAT_UNKNOWN', `${what} is ${said}, this Stockbus reads ${known}`);
}
