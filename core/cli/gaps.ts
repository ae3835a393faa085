import { formatFault } from '../errors.ts';
import { backendOf } from '../hub/backendOf.ts';
import { openBooks } from '../hub/openBooks.ts';
import { placeOfBooks } from '../hub/placeOfBooks.ts';
import { pagesOf } from '../pagesOf.ts';
import { describeGap } from '../producers/describeGap.ts';
import { findGaps } from '../producers/findGaps.ts';
import { gapId, type SettledGap, settledGaps, settleGap } from '../producers/gapDesk.ts';
import { readProducers } from '../producers/readProducers.ts';
import { type Log, systemRuntime } from '../runtime.ts';
import { stores } from '../storeKinds.ts';
import { cliActor } from './cliActor.ts';
import type { CliCommand, Invocation } from './command.ts';
import { usageError } from './command.ts';
import { requireReason } from './deskOptions.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';
import { lineLog } from './log.ts';
import { plural } from './plural.ts';

export const gaps: CliCommand = {
  name: 'gaps',
  about:
    'Shows batches that were accepted and never came out of the broker: of which payloads, when, and what to do; `settle` ticks one off, with a reason, once its payloads were sent again; `settled` shows which ones, by whom and why.',
  arguments: [
    {
      name: 'list|settle|settled',
      about: 'Show what is missing, tick it off, or show what was ticked off.',
      choices: ['list', 'settle', 'settled'],
      optional: true,
    },
    { name: 'ID', about: 'Which one to tick off; an id from the list.', optional: true },
  ],
  options: {
    format: jsonFormat,
    reason: { value: 'TEXT', about: 'Of settle: why nobody misses it any more.' },
  },
  exitCodes: { 1: 'something is missing, or there is no such gap' },
  examples: [
    'stockbus gaps',
    'stockbus gaps --format json',
    "stockbus gaps settle 0193a7c2.0.101 --reason 'sent again from the archive'",
    'stockbus gaps settled',
  ],
  async run(invocation) {
    const [action = 'list', id] = invocation.arguments;
    if (action === 'settle') {
      if (id === undefined) throw usageError('ID is missing', 'write stockbus gaps settle ID');
      return settle(invocation, id);
    }
    if (id !== undefined)
      throw usageError(`'${id}' is one argument too many`, `write stockbus gaps settle ${id}`);
    if (action === 'settled') return listSettled(invocation);
    return list(invocation);
  },
};

async function list(invocation: Invocation): Promise<number> {
  const { folder, env, terminal } = invocation;
  const opened = await openBooks(folder, env);
  try {
    const { words, seen } = await readProducers(opened.store, logOf(terminal));
    const { gaps: found, behind } = findGaps(words, seen);
    if (isJson(invocation)) {
      const rows = found.map((gap) => ({ id: gapId(gap), ...gap }));
      await sayJson(terminal, { gaps: rows, behind });
    } else {
      terminal.out(found.flatMap((gap) => [`${gapId(gap)}  ${formatFault(describeGap(gap))}`]));
      const waiting = behind.reduce((sum, one) => sum + one.settled - one.seen, 0);
      if (waiting > 0)
        terminal.err([`${plural(waiting, 'accepted batch', 'accepted batches')} not booked yet.`]);
      if (found.length === 0) terminal.err(['Nothing is known to be missing.']);
    }
    return found.length === 0 ? 0 : 1;
  } finally {
    await opened.close();
  }
}

async function listSettled(invocation: Invocation): Promise<number> {
  const { folder, env, terminal } = invocation;
  const opened = await openBooks(folder, env);
  try {
    const found: SettledGap[] = [];
    for await (const rows of pagesOf((page) => settledGaps(opened.store, page)))
      found.push(...rows);
    if (isJson(invocation)) await sayJson(terminal, { gaps: found });
    else terminal.out(found.map(settledLine));
    if (found.length === 0) terminal.err(['Nothing was ticked off.']);
    return 0;
  } finally {
    await opened.close();
  }
}

function settledLine({ id, settledAt, by, reason, batches, payloads }: SettledGap): string {
  const names = payloads.map(({ flow, name }) => `${flow} ${name}`).join(', ');
  const of = names === '' ? '' : ` of ${names}`;
  return `${id}  ${plural(batches, 'batch', 'batches')}${of}: ${by}, ${settledAt}: ${reason}`;
}

async function settle(invocation: Invocation, id: string): Promise<number> {
  const { folder, env, terminal, options } = invocation;
  const reason = requireReason(options);
  const { storeAddress } = await placeOfBooks(folder, env);
  const kind = backendOf('store', stores, storeAddress);
  const runtime = systemRuntime(logOf(terminal));
  const store = await kind.open(storeAddress, runtime);
  try {
    const { batches } = await settleGap(store, runtime, id, { by: cliActor(), reason });
    if (isJson(invocation)) await sayJson(terminal, { settled: id, batches });
    else terminal.out([`Ticked off: ${plural(batches, 'batch', 'batches')}.`]);
    return 0;
  } finally {
    await store.close();
  }
}

const logOf = (terminal: Invocation['terminal']): Log =>
  lineLog((line) => terminal.err([line]), { format: 'text', level: 'warn' });
