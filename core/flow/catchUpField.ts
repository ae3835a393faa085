import { choice } from '../spec.ts';

/** What is made up for of runs that were due while no hub was at work. */
const catchUps = ['last', 'all', 'none'] as const;
export type CatchUp = (typeof catchUps)[number];

export const catchUpField = choice(
  'What is made up for of times at which no hub was at work: the last of them, all, or none.',
  catchUps,
);
