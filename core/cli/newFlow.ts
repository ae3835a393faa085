import { readFile, writeFile } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { codecs, schemas } from '../catalog.ts';
import { formatFault, StockbusError } from '../errors.ts';
import { draftFlow, type FlowDraft } from '../flow/draft/draftFlow.ts';
import { readSample } from '../flow/draft/readSample.ts';
import { isCommandType } from '../flow/messageShape.ts';
import { loadFolder } from '../hub/openHub.ts';
import { systemRuntime } from '../runtime.ts';
import { type CliCommand, type Invocation, unknownName } from './command.ts';
import { draftFrom } from './draftFrom.ts';
import { writeNew } from './init/writeNew.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';
import { runTests } from './runTests.ts';

const commandTypes = Object.keys(schemas).filter((type) => isCommandType(type, schemas));

export const newFlow: CliCommand = {
  name: 'new',
  about: 'Drafts a flow for a sample that you have, with its test: format, dates, numbers, fields.',
  arguments: [
    { name: 'WHAT', about: 'What is made: flow.', choices: ['flow'] },
    { name: 'SAMPLE', about: 'A file as it will come. It is copied into flows/samples.' },
  ],
  options: {
    name: { value: 'NAME', about: 'Of the flow. Left out: that of the sample.' },
    to: {
      value: 'TYPE',
      about: 'What it makes, such as stock.receive.v1. Left out: what the names say.',
    },
    format: jsonFormat,
    from: {
      value: 'CONNECTOR',
      about:
        'A connector of config/hub.yaml (folder, sftp, s3, mail, webhooks), or http. Left out: the first folder that takes files in.',
    },
  },
  exitCodes: { 1: 'the draft has faults that you are told, or the sample cannot be read' },
  examples: [
    'stockbus new flow receipts.csv',
    'stockbus new flow counts.json --to stock.count.v1',
    'stockbus new flow orders.json --from webshop',
  ],
  async run(invocation) {
    const { folder, workingFolder, env, options } = invocation;
    const [, path] = invocation.arguments as readonly [string, string];
    const bytes = await bytesOf(resolve(workingFolder, path));
    const { config, flows } = await loadFolder(folder, env, undefined, { soundOnly: true });
    const sampleName = basename(path);
    const name = options.name ?? flowNameOf(sampleName);
    const { to: type } = options;
    if (type !== undefined && !isCommandType(type, schemas))
      throw unknownName('message', type, commandTypes);
    const sample = await readSample(bytes, sampleName, codecs);
    const from = draftFrom(sampleName, config, flows, options.from);
    const order = { name, sampleName, ...from, ...(type === undefined ? {} : { type }) };
    const draft = draftFlow(order, sample, schemas);
    const test = testOf(name, sampleName, draft);
    const files = {
      [`flows/${name}.yaml`]: draft.yaml,
      [`flows/${name}.test.yaml`]: test,
      [`flows/samples/${sampleName}`]: bytes,
    };
    const written = await writeNew(folder, files, [`flows/samples/${sampleName}`]);
    return complete(name, draft, written, invocation);
  },
};

/** Expects nothing yet. What takes the time at which it comes in is given one. */
function testOf(name: string, sampleName: string, { yaml }: FlowDraft): string {
  const lines = [`flow: ${name}`, 'tests:', '  - about: the sample'];
  lines.push(`    input: samples/${JSON.stringify(sampleName).slice(1, -1)}`);
  if (yaml.includes('$payload.received'))
    lines.push(`    now: ${new Date(systemRuntime().now()).toISOString()}`);
  return `${lines.join('\n')}\n`;
}

/** Lets the test expect what the draft makes, and says what is left to do. */
async function complete(
  name: string,
  draft: FlowDraft,
  files: readonly string[],
  invocation: Invocation,
): Promise<number> {
  const { terminal, folder } = invocation;
  const run = await runTests({ ...invocation, arguments: [name] });
  for (const { file, text } of run.updates) await writeFile(join(folder, file), text);
  if (isJson(invocation)) {
    await sayJson(terminal, { flow: name, files, open: draft.open, faults: run.faults });
    return run.faults.length > 0 ? 1 : 0;
  }
  terminal.out(files.map((file) => `  ${file}`));
  terminal.out(draft.open.map((line) => `To decide: ${line}`));
  terminal.err(run.faults.map(formatFault));
  if (run.faults.length > 0) {
    terminal.out([`Correct flows/${name}.yaml, then: stockbus test ${name} --update`]);
    return 1;
  }
  terminal.out([
    `The test expects what the draft makes of the sample: read both, then stockbus try ${name} flows/samples/…`,
  ]);
  return 0;
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const what = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new StockbusError('FILE_UNREADABLE', `'${path}' ${what}`, undefined, { cause: error });
  }
}

/** Lower-case letters, digits and dashes, without what differs from file to file. */
function flowNameOf(sample: string): string {
  const stem = sample.slice(0, sample.length - extname(sample).length);
  const name = stem
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/(-?\d+)+$/, '')
    .replace(/^-+|-+$/g, '');
  return name === '' ? 'drafted' : name;
}
