/** Nobody hands out what he does not have: neither scopes nor days nor requests. */
import { StockbusError } from '../../errors.ts';
import type { ApiKey } from './ApiKey.ts';
import { type Caller, requireScope } from './Caller.ts';
import type { KeyWish } from './KeyDesk.ts';

type Granted = Pick<ApiKey, 'scopes' | 'expiresAt' | 'requestsPerMinute'>;

/** Throws HTTP_SCOPE, ACCESS_UNFIT. */
export function refuseEscalation(caller: Caller, granted: Granted): void {
  for (const scope of granted.scopes) requireScope(caller, scope);
  const { expiresAt: end, requestsPerMinute: most } = caller;
  if (end !== undefined && (granted.expiresAt === undefined || granted.expiresAt > end))
    throw unfit('expires', `the key would live longer than '${caller.actor}', which ends ${end}`);
  const { requestsPerMinute: wanted } = granted;
  if (most !== undefined && (wanted === undefined || wanted > most))
    throw unfit('requestsPerMinute', `'${caller.actor}' itself has ${most} requests a minute`);
}

/** What was not said is as the caller has it. Throws HTTP_SCOPE, ACCESS_UNFIT. */
export function withinCaller(caller: Caller, wish: KeyWish): KeyWish {
  const { expiresAt, requestsPerMinute } = caller;
  const bounded = {
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
    ...wish,
  };
  refuseEscalation(caller, bounded);
  return bounded;
}

const unfit = (field: string, message: string): StockbusError =>
  new StockbusError('ACCESS_UNFIT', message, { field });
