import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatFault, formatPlace } from '../errors.ts';
import type { TestedCase, TestRun } from '../flow/test/FlowTester.ts';
import { type CliCommand, type Invocation, usageError } from './command.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';
import { plural } from './plural.ts';
import { runTests } from './runTests.ts';
import type { Terminal } from './terminal.ts';

export const testFlows: CliCommand = {
  name: 'test',
  about:
    'Runs the tests that lie beside flows (NAME.test.yaml): what goes in, and all that comes out.',
  arguments: [
    {
      name: 'FLOW',
      about: 'Flows whose tests are run. Left out: all.',
      optional: true,
      many: true,
    },
  ],
  options: {
    format: jsonFormat,
    update: { about: 'Write what came into the tests that expected something else.' },
    coverage: { about: 'Say which steps, conditions and messages of the flows no test reaches.' },
    threshold: {
      value: 'PERCENT',
      about: 'With --coverage: fail where less than this is reached.',
    },
  },
  exitCodes: { 1: 'a test failed, or too little is reached' },
  examples: ['stockbus test', 'stockbus test erp-purchase-receipts --coverage --threshold 90'],
  async run(invocation) {
    const { terminal, options, folder } = invocation;
    const threshold = thresholdOf(options);
    const run = await runTests(invocation);
    const updated = options.update === undefined ? [] : run.updates;
    for (const { file, text } of updated) await writeFile(resolve(folder, file), text);
    terminal.err(run.faults.map(formatFault));
    if (isJson(invocation)) return sayTests(run, threshold, invocation);
    const failed = run.cases.filter(({ differences }) => differences.length > 0);
    if (options.update === undefined) for (const one of failed) terminal.out(failureLines(one));
    terminal.out([
      ...updated.map(({ file }) => `${file} now expects what came; see that it is right.`),
      ...summary(run, options.update === undefined ? failed.length : 0),
    ]);
    const isCovered = options.coverage === undefined || sayCoverage(run, threshold, terminal);
    const isLeft = failed.length > 0 && options.update === undefined;
    return isLeft || run.faults.length > 0 || !isCovered ? 1 : 0;
  },
};

/** All of it at once: what failed, what was updated, what is reached. */
async function sayTests(
  run: TestRun,
  threshold: number,
  { options, terminal }: Invocation,
): Promise<number> {
  const isUpdated = options.update !== undefined;
  const failed = isUpdated ? [] : run.cases.filter(({ differences }) => differences.length > 0);
  const { points, reached, percent } = reachedBy(run);
  const unreached = points.filter(({ isReached }) => !isReached);
  await sayJson(terminal, {
    tests: run.cases.length,
    failed,
    faults: run.faults,
    untested: run.untested,
    updated: isUpdated ? run.updates.map(({ file }) => file) : [],
    coverage:
      options.coverage === undefined
        ? null
        : {
            ...{ points: points.length, reached, percent },
            unreached: unreached.map(({ at, unreached: what }) => ({ at, what })),
          },
  });
  const isCovered = options.coverage === undefined || percent >= threshold;
  return failed.length > 0 || run.faults.length > 0 || !isCovered ? 1 : 0;
}

function reachedBy({ coverage, files }: TestRun) {
  const points = coverage.points((file) => files.has(file));
  const reached = points.filter(({ isReached }) => isReached).length;
  const percent = points.length === 0 ? 100 : Math.floor((reached * 100) / points.length);
  return { points, reached, percent };
}

function thresholdOf({ threshold, coverage }: Invocation['options']): number {
  if (threshold === undefined) return 0;
  if (coverage === undefined) throw usageError('--threshold is of no use without --coverage');
  const percent = /^\d{1,3}$/.test(threshold) ? parseInt(threshold, 10) : 101;
  if (percent > 100) throw usageError(`'${threshold}' is no percentage`, 'write one from 0 to 100');
  return percent;
}

/** Reasons of one test that are shown. */
const REASONS_SHOWN = 10;

function failureLines({ at, flow, about, differences, faults }: TestedCase): string[] {
  const reasons = faults.slice(0, REASONS_SHOWN).map((fault) => `    ${formatFault(fault)}`);
  return [
    `FAILED ${formatPlace(at)} ${flow}${about === '' ? '' : `: ${about}`}`,
    ...differences.map((difference) => `  ${formatPlace(difference.at)} ${difference.message}`),
    ...reasons,
  ];
}

function summary({ cases, untested }: TestRun, failed: number): string[] {
  const flows = new Set(cases.map(({ flow }) => flow)).size;
  const of = `${plural(cases.length, 'test')} of ${plural(flows, 'flow')}`;
  const lines = [failed === 0 ? `${of} passed.` : `${failed} of ${of} failed.`];
  if (untested.length > 0) lines.push(`Without a test: ${untested.join(', ')}`);
  return lines;
}

/** True where enough is reached. */
function sayCoverage(run: TestRun, threshold: number, terminal: Terminal): boolean {
  const { points, reached, percent } = reachedBy(run);
  const lines = points
    .filter(({ isReached }) => !isReached)
    .map(({ at, unreached }) => `  ${formatPlace(at)} ${unreached}`);
  const verdict = percent < threshold ? `, less than ${threshold} %` : '';
  terminal.out([
    `${reached} of ${plural(points.length, 'point')} reached, ${percent} %${verdict}`,
    ...lines,
  ]);
  return percent >= threshold;
}
