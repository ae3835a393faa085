/** Shape of what the hub says of itself. */
import type { JsonSchema } from '../../spec.ts';

const text = (description: string): JsonSchema => ({ type: 'string', description });
const object = (properties: Record<string, JsonSchema>): JsonSchema => ({
  type: 'object',
  properties,
});
const texts = (names: string): Record<string, JsonSchema> =>
  Object.fromEntries(names.split(' ').map((name) => [name, { type: 'string' }]));

export const statusSchemas: Readonly<Record<string, JsonSchema>> = {
  Status: object({
    at: text('When it was asked.'),
    well: { type: 'boolean', description: 'Nothing fails, and nothing waits for a person.' },
    checks: { type: 'object', additionalProperties: { type: 'string' } },
    troubles: {
      type: 'array',
      items: object(texts('kind what message see')),
      description: 'What is not well, worst first, and where more is said of it.',
    },
    queues: { description: 'Messages by queue; null where the broker is away.' },
    dead: { description: 'Dead letters; null where the broker is away.' },
    parked: { description: 'Parked records by flow; null where the store is away.' },
    outbox: { description: 'What is booked and not told yet; null where the store is away.' },
    stages: { description: 'What waits in flows; null where the store is away.' },
    endpoints: {
      description: 'Subscribers that do not take what is sent; null where the store is away.',
    },
    paused: { description: 'Flows that do nothing until a person resumes them.' },
    gone: { description: 'Flows that are in no file any more, and of which something is left.' },
    gaps: { description: 'Runs of batches that never came out of the broker.' },
    unappliedSeconds: { description: 'Age of the oldest batch that is accepted and not booked.' },
  }),
};
