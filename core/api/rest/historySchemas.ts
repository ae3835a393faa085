/** Shape of a story: a timeline. */
import { storyKinds, waitedFor } from '../../history/story.ts';
import { NamedSchema } from '../NamedSchema.ts';
import { shape } from '../shape.ts';

const origin = shape.object(
  {
    flow: shape.text('Its flow.'),
    file: shape.text('Name of the file, or path of the request.'),
    intakeId: shape.text('Id of the payload.'),
  },
  {
    record: {
      ...{ type: 'integer', minimum: 1 },
      description: 'First record of it that it was made of, from 1, where that is known.',
    },
  },
);

const lineSchema = new NamedSchema(
  'StoryLine',
  shape.object(
    {
      lineId: shape.text(
        'Tells the line from all others of the story, and is the same whenever that is told.',
      ),
      at: shape.text('When; of what waits, since when.'),
      what: shape.choice(storyKinds, 'What happened.'),
      text: shape.text('The same in words.'),
      actor: shape.text(
        'Who did it: `flow:NAME`, `cli:USER`, `job:NAME`, …; empty where nobody is known to have.',
      ),
      links: shape.map(
        { type: 'string' },
        'Addresses of what it is about: payload, document, sku, parked, dead, reservation, order, endpoint.',
      ),
    },
    {
      for: shape.choice(waitedFor, 'Of `waits`: for what.'),
      dueAt: shape.text('Of `waits`: when that is looked at next, where somebody does by himself.'),
      origin: { ...origin, description: 'What it came in by, where that is known.' },
    },
    {
      additionalProperties: true,
      description: 'Further fields say what happened, by its kind.',
    },
  ),
);

export const historySchema = new NamedSchema(
  'History',
  shape.object({
    key: shape.text(),
    found: shape.list({ type: 'string' }, 'What the key is.'),
    lines: shape.list(lineSchema),
    isCut: shape.flag('There is more of it: the newest is told.'),
  }),
);
