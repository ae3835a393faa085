/** What a caller may do. A route wants one of these; a new one is a line here. */
export const scopes = {
  'stock:read': 'Reads items, places, stock, availability, orders, reservations and lots.',
  'stock:write': 'Sends payloads and commands.',
  'ledger:read': 'Reads entries, documents, values and postings, and their history.',
  'flows:read': 'Reads how flows, reports and endpoints do: status, waits, runs, metrics.',
  'parked:read': 'Reads parked records and dead letters, with what they hold.',
  'parked:correct': 'Corrects, assigns, dismisses and reopens parked records and dead letters.',
  'parked:replay': 'Sends parked records and dead letters again.',
  'audit:read': 'Reads the audit trail: who corrected, replayed, paused or allowed what.',
  schema: 'Asks GraphQL what there is to ask (introspection).',
  admin: 'Pauses and resumes flows and endpoints, reloads, and all that the others may.',
} as const;

export type ApiScope = keyof typeof scopes;
/** What a route wants. `known`: whoever is let in, whatever he may. `open`: answers without a token. */
export type RouteScope = ApiScope | 'known' | 'open';
export const scopeNames = Object.keys(scopes) as ApiScope[];

/** What else a scope allows: nobody corrects or sends again what he may not read. */
const implied: Partial<Record<ApiScope, readonly ApiScope[]>> = {
  'parked:correct': ['parked:read'],
  'parked:replay': ['parked:read'],
  admin: scopeNames,
};

/** Scopes as they were given, with those that they imply. */
export const grantedBy = (given: readonly ApiScope[]): ReadonlySet<ApiScope> =>
  new Set(given.flatMap((scope) => [scope, ...(implied[scope] ?? [])]));
