import { StockbusError } from '../../errors.ts';
import { type ApiScope, grantedBy, type RouteScope } from './scopes.ts';

/** Rows that somebody may see and write; left out: all of them. */
export interface RowFilter {
  locations?: readonly string[];
  itemGroups?: readonly string[];
}

/** Who sent a request, and what he may. */
export interface Caller {
  /** As ledger, cases and the audit trail name him; `nobody`: of an open address, and not known. */
  actor: 'token' | 'local' | 'nobody' | `key:${string}` | `user:${string}`;
  /** With those that they imply. */
  scopes: ReadonlySet<ApiScope>;
  rows?: RowFilter;
  /** With `rows`: what his page markers are encrypted by, in each process the same. */
  markerKey?: Buffer;
  /** The `source` of commands that he sends: with their business key it is what they are deduplicated by. */
  source: string;
  /** Left out: what every caller has. */
  requestsPerMinute?: number;
  /** Left out: he stays. */
  expiresAt?: string;
}

const all = grantedBy(['admin']);
export const tokenCaller: Caller = { actor: 'token', scopes: all, source: 'api' };
export const localCaller: Caller = { actor: 'local', scopes: all, source: 'api' };
export const nobody: Caller = { actor: 'nobody', scopes: new Set(), source: 'api' };

export const may = ({ scopes }: Caller, wanted: RouteScope): boolean =>
  wanted === 'open' || wanted === 'known' || scopes.has(wanted);

/** Throws HTTP_SCOPE, which names the scope that is wanted. */
export function requireScope(caller: Caller, wanted: RouteScope): void {
  if (may(caller, wanted)) return;
  const message = `'${caller.actor}' lacks the scope ${wanted}, which this address wants`;
  throw new StockbusError('HTTP_SCOPE', message, undefined, {
    todo: `Call with a key that has the scope ${wanted}.`,
  });
}
