/** The whole road on samples: files arrive, stock is booked, a subscriber is told, finance gets a file. */
import { copyFile, mkdir, readdir, rename, utimes } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { StockbusError } from '../errors.ts';
import type { Endpoint } from '../flow/compiledFlow.ts';
import type { OpenHub } from '../hub/openHub.ts';
import { openHub } from '../hub/openHub.ts';
import { whenBooked } from '../hub/whenBooked.ts';
import type { IntakeReport } from '../message.ts';
import { queryPage } from '../query.ts';
import { rowsOf } from '../rowsOf.ts';
import { systemRuntime, systemTime } from '../runtime.ts';
import { isObject } from '../spec.ts';
import { tupleKey } from '../tupleKey.ts';
import { verifyStore } from '../verify.ts';
import { apiOf, httpAddress, prometheusMeter } from './apiOf.ts';
import type { CliCommand, Invocation } from './command.ts';
import { IntakeLog } from './demo/IntakeLog.ts';
import { WebhookReceiver } from './demo/WebhookReceiver.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';
import { lineLog } from './log.ts';
import { countsInWords } from './outcomeLines.ts';
import { packageFacts } from './packageFacts.ts';
import { whyOf } from './parkedLines.ts';
import { parkedOf } from './parkedOf.ts';
import { plural } from './plural.ts';
import { onEndingSignals } from './signals.ts';
import { cell, tableLines } from './table.ts';
import type { Terminal } from './terminal.ts';
import { describeVerify } from './verify.ts';

/** Flow, its sample in flows/samples, and the name under which a partner would drop it. */
const drops = [
  ['item-master-data', 'item-master-data.csv', 'items-2026-03.csv'],
  ['erp-purchase-receipts', 'erp-purchase-receipts.csv', 'receipts-2026-03.csv'],
  ['crm-orders-shipped', 'crm-orders-shipped.json', 'orders-2026-03.json'],
  ['warehouse-transfers', 'warehouse-transfers.xml', 'transfers-2026-03.xml'],
  ['webshop-returns', 'webshop-returns.json', 'returns-2026-03.json'],
] as const;

const ROWS_SHOWN = 20;
const PARKED_SHOWN = 10;
/** Longest wait for one file, and for the last call of the webhook. */
const WAIT_MS = 20_000;

const stockColumns = [
  cell('sku', 'SKU'),
  cell('location', 'Location'),
  cell('status', 'Status'),
  cell('onHand', 'On hand', true),
];
const valuationColumns = [
  cell('sku', 'SKU'),
  cell('quantity', 'Quantity', true),
  cell('unitCost', 'Unit cost', true),
  cell('value', 'Value', true),
  cell('currency', ''),
];

export const demo: CliCommand = {
  name: 'demo',
  about:
    'Shows the whole road on samples, in data/demo; on a terminal it then serves the console until it is stopped.',
  arguments: [],
  options: {
    stay: { about: 'Serve the console until it is stopped, elsewhere than on a terminal, too.' },
    format: {
      ...jsonFormat,
      about: 'Default: text. JSON: one value at the end: what became of it.',
    },
  },
  examples: ['stockbus demo', 'stockbus demo --stay'],
  async run(invocation) {
    const { workingFolder, env } = invocation;
    const terminal = spokenTo(invocation);
    const data = resolve(workingFolder, env.STOCKBUS_DATA || 'data/demo');
    const receiver = new WebhookReceiver(systemTime, (changes) =>
      terminal.out([`    webshop ← ${plural(changes, 'change')}, signature good`]),
    );
    const demoEnv = {
      ...env,
      STOCKBUS_DATA: data,
      STOCKBUS_PORT: env.STOCKBUS_PORT || '0',
      STOCKBUS_WEBSHOP_URL: await receiver.start(),
      STOCKBUS_WEBSHOP_SECRET: receiver.secret,
    };
    const intakes = new IntakeLog(
      lineLog((line) => terminal.err([line]), { format: 'text', level: 'error' }),
    );
    const { metrics, text } = await prometheusMeter();
    const runtime = systemRuntime(intakes.log, metrics);
    try {
      const open = await openHub(packageFacts().folder, demoEnv, runtime);
      const api = await apiOf(open, runtime, text);
      try {
        await open.hub.start();
        const { port } = await api.start();
        terminal.out([
          `Stockbus demo on ${open.pair}; data in ${shown(invocation, data)}`,
          `While it runs the hub answers at ${httpAddress('127.0.0.1', port)}`,
          '',
        ]);
        const code = await show({ ...invocation, terminal }, open, intakes, receiver);
        const stays = invocation.options.stay !== undefined || terminal.attended;
        if (stays && !isJson(invocation)) await served(terminal, httpAddress('127.0.0.1', port));
        return code;
      } finally {
        await api.stop();
        await open.close();
      }
    } finally {
      await receiver.stop();
    }
  },
};

/** Until somebody stops it: what was shown can be looked at. */
async function served(terminal: Terminal, address: string): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  const stopListening = onEndingSignals(() => stopped.resolve());
  terminal.out([
    '',
    `The console, with all of this in it: ${address}/console`,
    'Ctrl+C ends the demo.',
  ]);
  await stopped.promise;
  stopListening();
}

/** Programs hear of the end alone. */
function spokenTo(invocation: Invocation): Terminal {
  const { terminal } = invocation;
  return isJson(invocation) ? { ...terminal, out: () => undefined } : terminal;
}

const shown = ({ workingFolder }: Invocation, path: string): string => {
  const near = relative(workingFolder, path);
  return near !== '' && !near.startsWith('..') ? near : path;
};

async function show(
  invocation: Invocation,
  open: OpenHub,
  intakes: IntakeLog,
  receiver: WebhookReceiver,
): Promise<number> {
  const { terminal } = invocation;
  const before = await sellable(open);
  const reports: IntakeReport[] = [];
  for (const [flow, sample, name] of drops) {
    const report = await drop(open, intakes, flow, sample, name);
    reports.push(report);
    terminal.out(await describeReport(open, report));
  }
  const told = await tellWebshop(open, receiver, before);
  terminal.out(['', told.text]);
  terminal.out(await writeValuation(invocation, open));
  terminal.out(await tables(open));
  const report = await verifyStore(open.store, open.config.stock);
  terminal.out(describeVerify(report));
  terminal.out(nextSteps(invocation, reports, open));
  const isGood = told.good && report.differences.length === 0;
  if (isJson(invocation)) {
    const payloads = reports.map(({ origin: { flow, name }, records, booked, exists, parked }) => {
      return { flow, file: name, records, booked, exists, parked };
    });
    const told = { calls: receiver.calls, changes: receiver.changes };
    await sayJson(terminal, { result: isGood ? 'right' : 'wrong', payloads, told });
  }
  return isGood ? 0 : 1;
}

async function drop(
  open: OpenHub,
  intakes: IntakeLog,
  flowName: string,
  sample: string,
  name: string,
): Promise<IntakeReport> {
  const flow = open.flows.find((candidate) => candidate.name === flowName);
  if (flow?.direction !== 'inbound') {
    throw new StockbusError('FLOW_UNKNOWN', `the demo needs the flow '${flowName}'`);
  }
  const folder = folderOf(flow.from);
  const taken = intakes.taken(name);
  await copyFile(join(packageFacts().folder, 'flows/samples', sample), join(folder, `.${name}`));
  // Its content is older than its name, so that the hub knows it to be complete.
  await utimes(join(folder, `.${name}`), 0, 0);
  await rename(join(folder, `.${name}`), join(folder, name));
  const late = new AbortController();
  const timer = systemTime.after(WAIT_MS, () =>
    late.abort(new StockbusError('INTERNAL', `${name} was not taken in within ${WAIT_MS} ms`)),
  );
  try {
    const { intakeId } = await Promise.race([taken, aborted(late.signal)]);
    return await whenBooked(open.store, intakeId, systemTime, undefined, late.signal);
  } finally {
    timer.stop();
  }
}

/** Rejects with the reason of the signal. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

function folderOf({ connector, config }: Endpoint): string {
  if (isObject(config) && typeof config.path === 'string') return resolve(config.path);
  throw new StockbusError('CONFIG_BAD_VALUE', `the demo needs a folder for '${connector}'`);
}

async function describeReport(open: OpenHub, report: IntakeReport): Promise<string[]> {
  const { origin, records, filtered, messages } = report;
  const counts = [
    plural(records, 'record'),
    `${filtered} filtered`,
    plural(messages, 'message'),
    countsInWords(report),
  ];
  const lines = [`${origin.name} → ${origin.flow}`, `    ${counts.join(', ')}`];
  for (const parked of await parkedOf(open.store, report, PARKED_SHOWN)) {
    lines.push(`    parked: record ${parked.record}: ${whyOf(parked)}`);
  }
  return lines;
}

/** Versions of the balances that the webshop is told of, by SKU and location. */
async function sellable({ store }: OpenHub): Promise<Map<string, [string, string, number]>> {
  const versions = new Map<string, [string, string, number]>();
  for await (const { sku, place, status, version } of rowsOf((page) => store.stock({}, page))) {
    if (status === 'available') versions.set(tupleKey(sku, place), [sku, place, version]);
  }
  return versions;
}

/** Waits until the subscriber knows of every balance that changed, in its newest version. */
async function tellWebshop(
  open: OpenHub,
  receiver: WebhookReceiver,
  before: Map<string, [string, string, number]>,
): Promise<{ good: boolean; text: string }> {
  const changed = [...(await sellable(open))].filter(
    ([key, [, , version]]) => before.get(key)?.[2] !== version,
  );
  const knows = (): boolean =>
    changed.every(([, [sku, place, version]]) => receiver.version(sku, place) >= version);
  const settled = (): boolean => knows() || receiver.refused > 0;
  const good = (await receiver.until(settled, WAIT_MS)) && knows();
  const calls = `${plural(receiver.changes, 'change')} in ${plural(receiver.calls, 'signed call')}`;
  if (changed.length === 0)
    return { good, text: 'Nothing changed, so the webshop was told nothing.' };
  if (!good) return { good, text: `The webshop was told only ${calls}; see the log above.` };
  const figures = plural(changed.length, 'balance');
  return {
    good,
    text: `The webshop was told ${calls}; every signature is good, and it knows all ${figures} as the books have them.`,
  };
}

async function writeValuation(invocation: Invocation, open: OpenHub): Promise<string[]> {
  const flow = open.flows.find(({ name }) => name === 'valuation-daily');
  if (flow?.direction !== 'report') {
    throw new StockbusError('FLOW_UNKNOWN', "the demo needs the flow 'valuation-daily'");
  }
  const folder = folderOf(flow.to);
  await mkdir(folder, { recursive: true });
  const before = new Set(await readdir(folder));
  await open.hub.writeReport(flow.name);
  const file = (await readdir(folder)).find((name) => !before.has(name) && !name.startsWith('.'));
  return [`Finance got its valuation: ${shown(invocation, join(folder, file ?? ''))}`, ''];
}

async function tables({ store, config }: OpenHub): Promise<string[]> {
  const page = { limit: ROWS_SHOWN };
  const stock = await queryPage(store, config.stock, { name: 'stock' }, page, systemTime);
  const valuation = await queryPage(store, config.stock, { name: 'valuation' }, page, systemTime);
  const more = (next: string | undefined): string[] => (next === undefined ? [''] : ['…', '']);
  return [
    ...tableLines(stockColumns, stock.rows),
    ...more(stock.next),
    ...tableLines(valuationColumns, valuation.rows),
    ...more(valuation.next),
  ];
}

function nextSteps(
  invocation: Invocation,
  reports: readonly IntakeReport[],
  { config }: OpenHub,
): string[] {
  const data = shown(invocation, config.dataFolder);
  const again = reports.every(({ booked }) => booked === 0);
  const stockbus = `STOCKBUS_DATA=${data} npx stockbus`;
  return [
    '',
    again
      ? 'All of it was booked before, so this run booked nothing: the same documents are never booked twice.'
      : 'Run the demo again: the same files are taken in, and nothing is booked twice.',
    '',
    'What to look at next:',
    `  ${stockbus} ledger ESP-1KG      every entry behind a balance`,
    `  ${stockbus} parked list         what waits for a person, and why`,
    `  ${stockbus} start               the same hub, until you stop it; drop a file in ${data}/inbox/erp`,
    '  flows/erp-purchase-receipts.yaml                a flow: the only place where integration logic lives',
    '  README.md                                       your first flow in five minutes',
  ];
}
