/** Shape of a story: a timeline. */
import { storyKinds, waitedFor } from '../../history/story.ts';
import type { JsonSchema } from '../../spec.ts';

const text = (description: string): JsonSchema => ({ type: 'string', description });

const origin: JsonSchema = {
  type: 'object',
  description: 'What it came in by, where that is known.',
  required: ['flow', 'file', 'intakeId'],
  properties: {
    flow: text('Its flow.'),
    file: text('Name of the file, or path of the request.'),
    intakeId: text('Id of the payload.'),
    record: {
      type: 'integer',
      minimum: 1,
      description: 'First record of it that it was made of, from 1, where that is known.',
    },
  },
};

const line: JsonSchema = {
  type: 'object',
  description: 'Further fields say what happened, by its kind.',
  required: ['lineId', 'at', 'what', 'text', 'actor', 'links'],
  properties: {
    lineId: text(
      'Tells the line from all others of the story, and is the same whenever that is told.',
    ),
    at: text('When; of what waits, since when.'),
    what: { type: 'string', enum: [...storyKinds], description: 'What happened.' },
    text: text('The same in words.'),
    actor: text(
      'Who did it: `flow:NAME`, `cli:USER`, `job:NAME`, …; empty where nobody is known to have.',
    ),
    for: { type: 'string', enum: [...waitedFor], description: 'Of `waits`: for what.' },
    dueAt: text('Of `waits`: when that is looked at next, where somebody does by himself.'),
    origin,
    links: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description:
        'Addresses of what it is about: payload, document, sku, parked, dead, reservation, order, endpoint.',
    },
  },
};

export const historySchemas: Readonly<Record<string, JsonSchema>> = {
  StoryLine: line,
  History: {
    type: 'object',
    required: ['key', 'found', 'lines', 'isCut'],
    properties: {
      key: { type: 'string' },
      found: { type: 'array', items: { type: 'string' }, description: 'What the key is.' },
      lines: { type: 'array', items: { $ref: '#/components/schemas/StoryLine' } },
      isCut: { type: 'boolean', description: 'There is more of it: the newest is told.' },
    },
  },
};
