import { StockbusError } from '../errors.ts';
import { storyFacts } from '../history/storyFacts.ts';
import { type WholeDocument, wholeDocument } from '../history/wholeDocument.ts';
import { openBooks } from '../hub/openBooks.ts';
import type { ReportSpec } from '../reports/ReportSpec.ts';
import { reportOf } from '../reports/reports.ts';
import { systemTime } from '../runtime.ts';
import type { CliCommand, Invocation } from './command.ts';
import { usageError } from './command.ts';
import { storyLines } from './history.ts';
import { sayJson } from './jsonFormat.ts';
import { reportCommand } from './reports.ts';
import { cell, tableLines } from './table.ts';

const list = reportCommand('documents');

export const documentsCommand: CliCommand = {
  ...list,
  about:
    'Shows which documents moved what, a row for each document and SKU; or one by its number: what it moved, where it came from, what refers to it, what of it is parked, and who was told.',
  arguments: [{ name: 'NUMBER', about: 'One document, with all of it.', optional: true }],
  exitCodes: { 1: 'nothing is known of the document' },
  async run(invocation) {
    const [number] = invocation.arguments;
    if (number === undefined) return list.run(invocation);
    const { format = 'table', ...others } = invocation.options;
    const [other] = Object.keys(others).filter((name) => name !== 'config');
    if (other !== undefined) throw usageError(`--${other} is of the list`, 'leave out NUMBER');
    if (format !== 'table' && format !== 'json')
      throw usageError(`one document is no ${format}`, 'write --format json, or leave it out');
    return one(invocation, number, format === 'json');
  },
};

async function one(
  { folder, env, terminal }: Invocation,
  number: string,
  isJson: boolean,
): Promise<number> {
  const { store, config, close } = await openBooks(folder, env);
  try {
    const facts = await wholeDocument({ store, policy: config.stock }, number, systemTime);
    if (!facts) throw new StockbusError('HISTORY_UNKNOWN', `nothing is known of '${number}'`);
    if (isJson) await sayJson(terminal, { ...facts, story: storyFacts(facts.story) });
    else terminal.out(documentLines(facts));
    return 0;
  } finally {
    await close();
  }
}

function documentLines({ document, skus, entries, referring, story }: WholeDocument): string[] {
  const [first] = skus;
  const referred =
    referring.length === 0
      ? []
      : [
          'Documents that refer to it:',
          '',
          ...tableLines(shownOf(reportOf('documents')), referring),
          '',
        ];
  if (!first)
    return [`${document} has booked nothing itself.`, '', ...referred, ...storyLines(story)];
  const about = [
    ['From', `${first.source}, message ${first.messageId}, by ${first.actor}`],
    ['Day', `${first.day}; recorded ${first.recordedAt}`],
    ['Partner', first.partner],
    ['Refers to', first.reference],
  ].filter(([, value]) => value !== '');
  return [
    `${document}`,
    ...about.map(([name, value]) => `  ${`${name}:`.padEnd(11)}${value}`),
    '',
    ...tableLines(shownOf(reportOf('ledger'), 'document'), entries),
    '',
    ...referred,
    ...storyLines(story),
  ];
}

/** `same` is in all rows. */
const shownOf = ({ columns }: ReportSpec, same?: string) =>
  columns
    .filter(({ field, title, isRare }) => title !== undefined && !isRare && field !== same)
    .map(({ field, title, isDecimal }) => cell(field, title, isDecimal));
