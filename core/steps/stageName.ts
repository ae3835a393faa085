import { optional, text } from '../spec.ts';

/** What a stage may be called among those of its kind in a flow. */
export const stageName = optional(
  text(
    'What it is called among those of its kind in this flow: by that what waits in it is found again when the flow has changed. Left out: the flow that it awaits (of several the first), else no more than its kind. Two of one flow may not be called the same.',
    { pattern: /^[a-z0-9]+(-[a-z0-9]+)*$/, shape: 'lower-case letters, digits and dashes' },
  ),
);
