import { formatFault, StockbusError } from '../errors.ts';
import { backendOf } from '../hub/backendOf.ts';
import { openBooks } from '../hub/openBooks.ts';
import { placeOfBooks } from '../hub/placeOfBooks.ts';
import { describeGap } from '../producers/describeGap.ts';
import { findGaps } from '../producers/findGaps.ts';
import { gapId, settleGap } from '../producers/gapId.ts';
import { readProducers } from '../producers/readProducers.ts';
import { type Log, systemRuntime } from '../runtime.ts';
import { stores } from '../storeKinds.ts';
import type { CliCommand, Invocation } from './command.ts';
import { usageError } from './command.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';
import { lineLog } from './log.ts';
import { plural } from './plural.ts';

export const gaps: CliCommand = {
  name: 'gaps',
  about:
    'Shows batches that were accepted and never came out of the broker: of which payloads, when, and what to do; `settle` ticks one off once its payloads were sent again.',
  arguments: [
    {
      name: 'list|settle',
      about: 'Show what is missing, or tick it off.',
      choices: ['list', 'settle'],
      optional: true,
    },
    { name: 'ID', about: 'Which one to tick off; an id from the list.', optional: true },
  ],
  options: { format: jsonFormat },
  exitCodes: { 1: 'something is missing, or there is no such gap' },
  examples: ['stockbus gaps', 'stockbus gaps --format json', 'stockbus gaps settle 0193a7c2.0.101'],
  async run(invocation) {
    const [action = 'list', id] = invocation.arguments;
    if (action === 'settle') {
      if (id === undefined) throw usageError('ID is missing', 'write stockbus gaps settle ID');
      return settle(invocation, id);
    }
    if (id !== undefined)
      throw usageError(`'${id}' is one argument too many`, `write stockbus gaps settle ${id}`);
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

async function settle(invocation: Invocation, id: string): Promise<number> {
  const { folder, env, terminal } = invocation;
  const { storeAddress } = await placeOfBooks(folder, env);
  const kind = backendOf('store', stores, storeAddress);
  const store = await kind.open(storeAddress, systemRuntime(logOf(terminal)));
  try {
    const { words, seen } = await readProducers(store, logOf(terminal));
    const gap = findGaps(words, seen).gaps.find((one) => gapId(one) === id);
    if (!gap) throw unknownGap(id);
    await settleGap(store, gap);
    if (isJson(invocation)) await sayJson(terminal, { settled: id, batches: gap.batches });
    else terminal.out([`Ticked off: ${plural(gap.batches, 'batch', 'batches')}.`]);
    return 0;
  } finally {
    await store.close();
  }
}

const logOf = (terminal: Invocation['terminal']): Log =>
  lineLog((line) => terminal.err([line]), { format: 'text', level: 'warn' });

const unknownGap = (id: string): StockbusError =>
  new StockbusError('GAP_UNKNOWN', `there is no gap '${id}'`, undefined, {
    todo: 'see stockbus gaps',
  });
