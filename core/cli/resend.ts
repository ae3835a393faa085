import { StockbusError } from '../errors.ts';
import { loadFolder } from '../hub/openHub.ts';
import type { Archive, ArchivedPayload } from '../ports.ts';
import { endOf, isInstant, startOf } from '../reports/instants.ts';
import { systemRuntime } from '../runtime.ts';
import { calendarOf } from '../zone.ts';
import type { CliCommand, Invocation } from './command.ts';
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
    const { options, terminal } = invocation;
    const [, ...files] = invocation.arguments;
    if (files.length === 0 && options.since === undefined && options.until === undefined) {
      const todo = 'name files, or write --since TIME --until TIME';
      throw usageError('nothing says which files', todo);
    }
    const isDry = options['dry-run'] !== undefined;
    const done = await sendAgain(await chosen(invocation), files, isDry);
    const { sent, waiting, missing } = done;
    if (isJson(invocation)) await sayJson(terminal, { dryRun: isDry, ...done });
    else {
      terminal.out(sent.map(({ path, archivedAt }) => `${path} (${archivedAt})`));
      const what = plural(sent.length, 'file');
      terminal.err([
        ...waiting.map((name) => `${name}: a file of that name waits; do it again afterwards`),
        ...missing.map((name) => `${name}: no such file lies in the archive`),
        isDry ? `${what} would be taken in once more.` : `${what} sent again.`,
      ]);
    }
    return waiting.length + missing.length > 0 ? 1 : 0;
  },
};

interface Sent {
  sent: ArchivedPayload[];
  /** Where a file of the same name is yet to be taken in. */
  waiting: string[];
  /** Of those that were named. */
  missing: string[];
}

async function sendAgain(
  { archive, isWanted }: Chosen,
  files: readonly (string | undefined)[],
  isDry: boolean,
): Promise<Sent> {
  const done: Sent = { sent: [], waiting: [], missing: [] };
  const missing = new Set(files);
  for await (const payload of archive.payloads()) {
    if (!isWanted(payload)) continue;
    missing.delete(payload.name);
    if (isDry || (await archive.offer(payload))) done.sent.push(payload);
    else done.waiting.push(payload.name);
  }
  done.missing = [...missing].map(String);
  return done;
}

interface Chosen {
  archive: Archive;
  isWanted(payload: ArchivedPayload): boolean;
}

async function chosen({
  arguments: [name = '', ...files],
  folder,
  env,
  options,
}: Invocation): Promise<Chosen> {
  const { since, until } = options;
  for (const text of [since, until]) {
    if (text !== undefined && !isInstant(text))
      throw usageError(`'${text}' is no date and no time`, 'write 2026-03-31 or 2026-03-31T12:00Z');
  }
  const { flows, config } = await loadFolder(folder, env);
  const flow = hasFlow(flows, name);
  const { spec, config: of, options: from, connector } = flow.from;
  const about = { name: connector ?? spec.name, runtime: systemRuntime() };
  const archive = spec.archive?.(of, from, about);
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
