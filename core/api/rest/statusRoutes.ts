/** How the process does. */

import { NamedSchema } from '../NamedSchema.ts';
import type { Route } from '../Route.ts';
import { shape } from '../shape.ts';

const aliveSchema = new NamedSchema('Alive', shape.object({ status: { const: 'ok' } }));

const healthSchema = new NamedSchema(
  'Health',
  shape.object(
    { ready: shape.flag() },
    {
      unappliedSince: shape.instant('When the oldest batch in hand was accepted.'),
      checks: shape.map({ type: 'string' }, 'By part: `ok`, or what is wrong with it.'),
      told: shape.map(
        { type: 'string' },
        'What a person should look at though the hub is ready: accepted batches that never came, flows that do not run.',
      ),
    },
  ),
);

const orAway = (what: object, about: string) =>
  shape.orNull(what as never, `${about}; null where that cannot be known.`);

const troubleSchema = new NamedSchema(
  'Trouble',
  shape.object(
    {
      kind: shape.choice(['down', 'waits'], '`down`: no work is done. `waits`: for a person.'),
      what: shape.choice(
        ['check', 'dead', 'parked', 'unapplied', 'outbox', 'gap', 'endpoint', 'paused', 'gone'],
        'Never renamed.',
      ),
      message: shape.text(),
      see: shape.text('Where more is said of it.'),
      href: shape.text('Where programs read more.'),
    },
    {
      of: shape.text('The flow, the endpoint or the part that it is about.'),
      since: shape.instant('Since when, where that is known.'),
      count: shape.count('How many records, messages or runs it is about.'),
      action: shape.object(
        { does: shape.choice(['resume', 'probe']), href: shape.text('Where it is posted.') },
        {},
        { description: 'What a person may do about it by one call.' },
      ),
    },
  ),
);

const statusSchema = new NamedSchema(
  'Status',
  shape.object({
    at: shape.instant('When it was asked.'),
    well: shape.flag('Nothing fails, and nothing waits for a person.'),
    checks: shape.map({ type: 'string' }, 'By part: `ok`, or what is wrong with it.'),
    troubles: shape.list(troubleSchema, 'What is not well, worst first.'),
    queues: orAway(
      shape.list(
        shape.object({
          queue: shape.text(),
          ready: shape.count(),
          waiting: shape.orNull(shape.count()),
          oldestSeconds: shape.orNull(shape.count()),
        }),
      ),
      'Messages by queue',
    ),
    dead: orAway(shape.count(), 'Dead letters'),
    parked: orAway(
      shape.list(
        shape.object({ flow: shape.text(), records: shape.count(), since: shape.instant() }),
      ),
      'Parked records by flow',
    ),
    outbox: orAway(shape.count(), 'What is booked and not told yet'),
    stages: orAway(
      shape.list(
        shape.object({
          stage: shape.text(),
          records: shape.count(),
          left: shape.count(),
          oldestSeconds: shape.orNull(shape.count()),
        }),
      ),
      'What waits in flows',
    ),
    endpoints: orAway(
      shape.list(shape.object(shape.texts('endpoint state since'))),
      'Subscribers that do not take what is sent',
    ),
    paused: orAway(
      shape.list(shape.object(shape.texts('flow since by reason'))),
      'Flows that do nothing until a person resumes them',
    ),
    gone: orAway(
      shape.list(shape.object(shape.texts('flow deployment since'))),
      'Flows that are in no file any more, and of which something is left',
    ),
    gaps: orAway(shape.count(), 'Runs of batches that never came out of the broker'),
    unappliedSeconds: orAway(
      shape.count(),
      'Age of the oldest batch that is accepted and not booked',
    ),
  }),
);

export const statusRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/healthz',
    scope: 'open',
    rows: 'none',
    summary: 'Whether the process lives.',
    answer: aliveSchema,
    isOfHealth: true,
    example: {},
    handle: async (_context, _request, response) => {
      response.json({ status: 'ok' });
    },
  },
  {
    method: 'get',
    path: '/readyz',
    scope: 'open',
    rows: 'none',
    summary: 'Whether broker and store can be reached; which of them cannot, only with the token.',
    answer: healthSchema,
    isOfHealth: true,
    example: {},
    handle: async ({ hub, trusted }, request, response) => {
      const { ready, checks, told, unappliedSince } = await hub.health();
      const details = trusted(request) ? { checks, told, unappliedSince } : {};
      response.status(ready ? 200 : 503).json({ ready, ...details });
    },
  },
  {
    method: 'get',
    path: '/v1/status',
    scope: 'flows:read',
    summary:
      'Whether all is well, and what waits where: queues, dead letters, parked records, stages.',
    answer: statusSchema,
    isOfHealth: true,
    example: {},
    handle: async ({ status }, _request, response) => {
      response.json(await status());
    },
  },
  {
    method: 'get',
    path: '/metrics',
    scope: 'flows:read',
    summary: 'Metrics for Prometheus.',
    answer: 'text/plain',
    isOfHealth: true,
    handle: async ({ metricsText }, _request, response) => {
      const text = await metricsText();
      response.type('text/plain; version=0.0.4; charset=utf-8').send(text);
    },
  },
];
