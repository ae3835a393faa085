import { StockbusError } from '../errors.ts';
import { loadFolder } from '../hub/openHub.ts';
import type { Archive, ArchivedPayload } from '../ports.ts';
import { endOf, isInstant, startOf } from '../reports/instants.ts';
import { calendarOf } from '../zone.ts';
import type { CliCommand } from './command.ts';
import { usageError } from './command.ts';
import { hasFlow } from './hasFlow.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';
import { plural } from './plural.ts';

export const resend: CliCommand = {
  name: 'resend',
  about:
    'Has files of an archive taken in once more, by their time or their names: what was booked of them is booked once, what was lost on the way is booked now.',
  arguments: [
    { name: 'FLOW', about: 'The flow that took them in.' },
    {
      name: 'FILE',
      about: 'Only files of these names, as they lie in the archive.',
      optional: true,
      many: true,
    },
  ],
  options: {
    since: {
      value: 'TIME',
      about: 'Only files that were archived then or later: a day, or a time with its zone.',
    },
    until: { value: 'TIME', about: 'Only files that were archived then or before.' },
    'dry-run': { about: 'Say which, and move nothing.' },
    format: jsonFormat,
  },
  exitCodes: { 1: 'of some nothing could be done: a file of that name waits, or is not there' },
  examples: [
    'stockbus resend erp-purchase-receipts --since 2026-11-27T22:00Z --until 2026-11-27T23:30Z',
    'stockbus resend erp-purchase-receipts receipts-0815.csv',
    'stockbus resend erp-purchase-receipts --since 2026-11-27 --dry-run',
  ],
  async run(invocation) {
    const { arguments: given, options, folder, env, terminal } = invocation;
    const [flow = '', ...files] = given;
    if (files.length === 0 && options.since === undefined && options.until === undefined) {
      throw usageError(
        'nothing says which files',
        'name files, or write --since TIME --until TIME',
      );
    }
    const { archive, isWanted } = await chosen({ flow, folder, env, options, files });
    const isDry = options['dry-run'] !== undefined;
    const kept: string[] = [];
    const missing = new Set(files);
    const sent: ArchivedPayload[] = [];
    for await (const payload of archive.payloads()) {
      if (!isWanted(payload)) continue;
      missing.delete(payload.name);
      if (!isDry && !(await archive.offer(payload))) kept.push(payload.name);
      else {
        sent.push(payload);
        if (!isJson(invocation)) terminal.out([`${payload.path} (${payload.archivedAt})`]);
      }
    }
    for (const name of kept)
      terminal.err([`${name}: a file of that name waits to be taken in; do it again afterwards`]);
    for (const name of missing) terminal.err([`${name}: no such file lies in the archive`]);
    const what = plural(sent.length, 'file');
    terminal.err([isDry ? `${what} would be taken in once more.` : `${what} sent again.`]);
    if (isJson(invocation)) {
      const files = sent.map(({ path, archivedAt }) => ({ path, archivedAt }));
      await sayJson(terminal, { dryRun: isDry, files, kept, missing: [...missing] });
    }
    return kept.length + missing.size > 0 ? 1 : 0;
  },
};

interface Chosen {
  archive: Archive;
  isWanted(payload: ArchivedPayload): boolean;
}

async function chosen(asked: {
  flow: string;
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
  options: Readonly<Record<string, string | undefined>>;
  files: readonly (string | undefined)[];
}): Promise<Chosen> {
  const { flow: name, folder, env, options, files } = asked;
  const { since, until } = options;
  for (const text of [since, until]) {
    if (text !== undefined && !isInstant(text))
      throw usageError(`'${text}' is no date and no time`, 'write 2026-03-31 or 2026-03-31T12:00Z');
  }
  const { flows, config } = await loadFolder(folder, env);
  const flow = hasFlow(flows, name);
  const { spec, config: of, options: from, connector } = flow.from;
  const archive = spec.archive?.(of, from);
  if (!archive) {
    const message = `'${name}' reads from ${connector ?? spec.name}, which keeps no archive`;
    const todo = 'have the sender send it again: what was booked of it is booked once';
    throw new StockbusError('ARCHIVE_MISSING', message, undefined, { todo });
  }
  const calendar = calendarOf(config.stock.zone);
  const first = since === undefined ? '' : startOf(since, calendar);
  const last = until === undefined ? '~' : endOf(until, calendar);
  const isWanted = ({ name: file, archivedAt }: ArchivedPayload): boolean =>
    archivedAt >= first && archivedAt <= last && (files.length === 0 || files.includes(file));
  return { archive, isWanted };
}
