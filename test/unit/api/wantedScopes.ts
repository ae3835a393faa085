/** What each address wants, written by hand: an address that is added is put here as well, so that somebody decides it. */
import type { RouteScope } from '../../../core/api/auth/scopes.ts';

export const wantedScopes: Readonly<Record<RouteScope, string>> = {
  open: `
    POST /v1/webhooks/{flow}
    GET /healthz
    GET /readyz
    GET /v1/session
    POST /v1/session
    GET /v1/session/oidc
    GET /v1/session/oidc/callback
  `,
  known: `
    GET /
    GET /openapi.json
    GET /v1/openapi
    GET /v1/errors/{code}
    GET /v1/messages/{id}
    GET /v1/search
    DELETE /v1/session
    GET /v1/jobs/{id}
    GET /graphql
    POST /graphql
    GET /asyncapi.json
  `,
  // Of fields of GraphQL.
  schema: '',
  'stock:read': `
    GET /v1/reservations
    GET /v1/reservations/{id}
    GET /v1/items
    GET /v1/items/{sku}
    GET /v1/locations
    GET /v1/orders
    GET /v1/stock
    GET /v1/available
    GET /v1/trace
    GET /v1/stock/{sku}
    GET /v1/events
  `,
  'stock:write': `
    POST /v1/bulk/{type}
    POST /v1/flows/{flow}
    POST /v1/stock/receipts
    POST /v1/stock/issues
    POST /v1/stock/transfers
    POST /v1/stock/adjustments
    POST /v1/stock/counts
    POST /v1/stock/returns
    POST /v1/stock/status-changes
    POST /v1/stock/productions
    POST /v1/stock/openings
    POST /v1/stock/landed-costs
    POST /v1/stock/invoices
    POST /v1/stock/revaluations
    POST /v1/stock/methods
    POST /v1/stock/cancellations
    POST /v1/reservations
    PATCH /v1/reservations/{id}
    POST /v1/reservations/{id}/commit
    POST /v1/reservations/{id}/void
    POST /v1/items
    POST /v1/locations
    POST /v1/orders
  `,
  'ledger:read': `
    GET /v1/valuation
    GET /v1/ledger
    GET /v1/statement
    GET /v1/explain
    GET /v1/journal/batches
    GET /v1/roll-forward
    GET /v1/journal
    GET /v1/trial
    GET /v1/ageing
    GET /v1/open-items
    GET /v1/slow-movers
    GET /v1/abc
    GET /v1/documents
    GET /v1/unpriced
    GET /v1/uncosted
    GET /v1/unmatched-returns
    GET /v1/recosts
    GET /v1/closing
    GET /v1/periods
    GET /v1/history/{key}
    GET /v1/documents/{number}
  `,
  'flows:read': `
    GET /v1/flows/map
    GET /v1/messages
    GET /v1/deployments
    GET /v1/flows
    GET /v1/stages
    GET /v1/endpoints
    GET /v1/endpoints/{name}
    GET /v1/attempts
    GET /v1/runs
    GET /v1/status
    GET /metrics
  `,
  'parked:read': `
    GET /v1/jobs/{id}/parked
    POST /v1/parked/{id}/rehearse
    POST /v1/parked/rehearse
    GET /v1/parked
    GET /v1/parked/groups
    GET /v1/parked/{id}
    GET /v1/dead
    GET /v1/dead/groups
    GET /v1/dead/{id}
  `,
  'parked:correct': `
    POST /v1/parked/correct
    POST /v1/parked/dismiss
    POST /v1/parked/assign
    POST /v1/parked/reopen
    POST /v1/dead/dismiss
    POST /v1/dead/assign
    POST /v1/parked/{id}/correct
    POST /v1/parked/{id}/dismiss
    POST /v1/parked/{id}/assign
    POST /v1/parked/{id}/reopen
    POST /v1/dead/{id}/dismiss
    POST /v1/dead/{id}/assign
  `,
  'parked:replay': `
    POST /v1/parked/replay
    POST /v1/dead/replay
    POST /v1/dead/{id}/replay
    POST /v1/parked/{id}/replay
  `,
  'audit:read': `
    GET /v1/audit-trail
  `,
  admin: `
    GET /v1/config
    POST /v1/periods/closings
    POST /v1/periods/reopenings
    POST /v1/flows/{flow}/pause
    POST /v1/flows/{flow}/resume
    POST /v1/reload
    GET /v1/keys
    POST /v1/keys
    POST /v1/keys/{id}/rotate
    DELETE /v1/keys/{id}
    POST /v1/endpoints/{name}/pause
    POST /v1/endpoints/{name}/resume
    POST /v1/endpoints/{name}/probe
  `,
};
