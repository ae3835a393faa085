import { StockbusError } from '../errors.ts';
import { Historian } from '../history/Historian.ts';
import type { SnapshotStep } from '../history/snapshotOf.ts';
import type { Story, StoryLine } from '../history/story.ts';
import { storyFacts } from '../history/storyFacts.ts';
import { openBooks } from '../hub/openBooks.ts';
import type { CliCommand } from './command.ts';
import { escapeControls } from './escapeControls.ts';

export const history: CliCommand = {
  name: 'history',
  about:
    'Tells what became of a document, of what refers to a number, of a SKU, a lot, a partner, an order, a message, a file or a payload: when it came, what was parked or booked of it, and which subscribers took it.',
  arguments: [
    {
      name: 'KEY',
      about:
        'Number of a document, order or reservation, or what such a thing refers to, a SKU, a lot, a partner, the key of a message, the name of a file, the id of an intake or of a parked record.',
    },
  ],
  options: {
    format: {
      value: 'FORMAT',
      about: 'text for people, json for programs. Default: text.',
      choices: ['text', 'json'],
    },
  },
  exitCodes: { 1: 'nothing is known of it' },
  examples: [
    'stockbus history WE-26-0311',
    'stockbus history receipts-0311.csv',
    'stockbus history ESP-1KG --format json',
  ],
  async run({ arguments: [key = ''], options, folder, env, terminal }) {
    const { store, config, close } = await openBooks(folder, env);
    try {
      const story = await new Historian({ store, policy: config.stock }, key).tell();
      if (options.format === 'json') terminal.out([JSON.stringify(storyFacts(story), null, 2)]);
      else if (story.lines.length > 0) terminal.out(storyLines(story));
      if (story.lines.length === 0) throw unknown(key);
      if (story.isCut) terminal.err(['There is more of it than is told here.']);
      return 0;
    } finally {
      await close();
    }
  },
};

const unknown = (key: string): StockbusError =>
  new StockbusError('HISTORY_UNKNOWN', `nothing is known of '${key}'`);

export function storyLines({ lines }: Story): string[] {
  if (lines.length === 0) return [];
  const width = Math.max(...lines.map(({ what }) => what.length));
  const indent = ' '.repeat(INSTANT + width + 4);
  return folded(lines).flatMap(({ at, what, text, facts, more }) => [
    escapeControls(`${at.padEnd(INSTANT)}  ${what.padEnd(width)}  ${text}${more}`),
    ...(what === 'snapshot' ? stepLines(facts.steps as SnapshotStep[]) : []).map((line) =>
      escapeControls(indent + line),
    ),
  ]);
}

/** A subscriber that was away for a day was asked some hundred times by the same message: one line, and for programs all. */
function folded(lines: readonly StoryLine[]): (StoryLine & { more: string })[] {
  const told: { line: StoryLine; more: number; last: string }[] = [];
  for (const line of lines) {
    const before = told.at(-1);
    if (before && isSameFailure(before.line, line)) {
      before.more += 1;
      before.last = line.at;
    } else told.push({ line, more: 0, last: '' });
  }
  return told.map(({ line, more, last }) => ({
    ...line,
    more: more === 0 ? '' : `; ${more} more ${more === 1 ? 'time' : 'times'} until ${last}`,
  }));
}

const isSameFailure = (one: StoryLine, other: StoryLine): boolean =>
  one.what === 'failed' &&
  other.what === 'failed' &&
  (['sink', 'message', 'code', 'answer'] as const).every(
    (fact) => one.facts[fact] === other.facts[fact],
  );

/** What there was after each step that changed it. */
function stepLines(steps: readonly SnapshotStep[]): string[] {
  const name = ({ step, at }: SnapshotStep): string =>
    at === undefined ? step : `${step} (${at})`;
  return steps
    .filter(({ value }) => value !== undefined)
    .map((step) => `${name(step)}: ${JSON.stringify(step.value)}`);
}

const INSTANT = '2026-03-11T10:00:00.000Z'.length;
