import type { TrailHead } from '../auditTrail.ts';
import { formatFault } from '../errors.ts';
import { auditThreads } from '../hub/AuditThread.ts';
import { boundHeap } from '../hub/boundHeap.ts';
import { type OpenBooks, openBooks } from '../hub/openBooks.ts';
import { describeGap } from '../producers/describeGap.ts';
import { findGaps } from '../producers/findGaps.ts';
import { gapId } from '../producers/gapDesk.ts';
import { readProducers } from '../producers/readProducers.ts';
import { endOf, isInstant } from '../reports/instants.ts';
import {
  document as documentParameter,
  type ReportParameter,
  sku as skuParameter,
} from '../reports/parameters.ts';
import { silentLog, systemTime } from '../runtime.ts';
import { type AuditSample, verifySome } from '../verify/verifySome.ts';
import type { AuditProgress, VerifyReport } from '../verify.ts';
import { verifyStore } from '../verify.ts';
import { calendarOf } from '../zone.ts';
import type { CliCommand, Invocation } from './command.ts';
import { usageError } from './command.ts';
import { ProgressMeter } from './ProgressMeter.ts';
import { plural } from './plural.ts';

export const verify: CliCommand = {
  name: 'verify',
  about:
    'Recomputes every balance, reservation, cost pool, layer, value and posting from the ledger alone, checks its chain of hashes, and names what differs.',
  arguments: [{ name: 'SKU', about: 'Only these SKUs.', optional: true, many: true }],
  options: {
    document: { value: 'NUMBER', about: 'Only the SKUs of this document, and its message.' },
    'known-at': {
      value: 'TIME',
      about: 'Moment for the digest: entries recorded up to then count. Default: all.',
    },
    expect: {
      value: 'DIGEST',
      about: 'Digest that was noted down at that moment; another is a difference.',
    },
    'expect-trail': {
      value: 'NUMBER:HASH',
      about:
        'End of the audit trail that was noted down; that it is there no more is a difference.',
    },
    format: { value: 'FORMAT', about: 'Default: text.', choices: ['text', 'json'] },
  },
  examples: [
    'stockbus verify',
    'stockbus verify --known-at 2026-03-31 --expect 3q2-7w',
    'stockbus verify A-100 B-7',
    'stockbus verify --document GR-1 --format json',
  ],
  async run({ arguments: skus, folder, env, terminal, options }) {
    const sample = sampleOf(skus, options);
    const { 'known-at': knownAt, expect, format = 'text' } = options;
    const expectTrail = trailHeadOf(options['expect-trail']);
    if (knownAt !== undefined && !isInstant(knownAt)) throw noInstant(knownAt);
    // By seven tenths, as a hub, it would hold some 30 MB more; by less than this it would hold no less.
    boundHeap(40);
    const opened = await openBooks(folder, env);
    const meter = new ProgressMeter(terminal, systemTime.monotonic);
    const isShown = terminal.attended && format === 'text';
    const progress = isShown ? { progress: drawnBy(meter) } : {};
    try {
      const report = sample
        ? await verifySome(opened.store, opened.config.stock, sample, progress)
        : await verifyAll(opened, { knownAt, expect, expectTrail, ...progress });
      meter.clear();
      if (format === 'json') await terminal.outBytes(Buffer.from(verifyJson(report)));
      else terminal.out(describeVerify(report));
      return report.differences.length + (report.gaps ?? []).length === 0 ? 0 : 1;
    } finally {
      meter.clear();
      await opened.close();
    }
  },
};

const drawnBy =
  (meter: ProgressMeter): AuditProgress =>
  (skus, of) =>
    meter.update({ step: 'auditing', done: of === 0 ? 1 : skus / of, skus, of });

type TrailEnd = Pick<TrailHead, 'number' | 'hash'>;

interface Asked {
  knownAt: string | undefined;
  expect: string | undefined;
  expectTrail: TrailEnd | undefined;
  progress?: AuditProgress;
}

async function verifyAll(
  { store, storeAddress, config }: OpenBooks,
  { knownAt, expect, expectTrail, ...rest }: Asked,
): Promise<VerifyReport> {
  const helpers = auditThreads(storeAddress, store);
  const calendar = calendarOf(config.stock.zone);
  try {
    const report = await verifyStore(store, config.stock, {
      helpers,
      ...rest,
      ...(knownAt === undefined ? {} : { knownAt: endOf(knownAt, calendar) }),
      ...(expect === undefined ? {} : { expect }),
      ...(expectTrail === undefined ? {} : { expectTrail }),
    });
    const { words, seen } = await readProducers(store, silentLog);
    return { ...report, gaps: findGaps(words, seen).gaps };
  } finally {
    await Promise.all(helpers.map((helper) => helper.close()));
  }
}

/** Undefined: all. */
function sampleOf(
  skus: Invocation['arguments'],
  options: Invocation['options'],
): AuditSample | undefined {
  const { document } = options;
  if (skus.length === 0 && document === undefined) return undefined;
  if (skus.length > 0 && document !== undefined) {
    throw usageError('a document names its SKUs itself', 'name SKUs, or a document');
  }
  for (const option of ['known-at', 'expect', 'expect-trail']) {
    if (options[option] === undefined) continue;
    const todo = 'leave out what is to be audited, and all is';
    throw usageError(`--${option} is of what stands for all SKUs`, todo);
  }
  if (document !== undefined) return { document: read(documentParameter, '--document', document) };
  return { skus: skus.map((sku) => read(skuParameter, 'SKU', sku ?? '')) };
}

function read({ read, shape }: ReportParameter, where: string, text: string): string {
  const name = read(text);
  if (typeof name === 'string') return name;
  throw usageError(`${where} does not take '${text}'`, `write ${shape}`);
}

function trailHeadOf(text: string | undefined): TrailEnd | undefined {
  if (text === undefined) return undefined;
  const [, number, hash] = /^([1-9]\d{0,11}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (number && hash) return { number: parseInt(number, 10), hash };
  throw usageError(`'${text}' is no end of a trail`, 'write it as verify says it, such as 12:ab…');
}

const noInstant = (text: string) =>
  usageError(`'${text}' is no date and no time`, 'write 2026-03-31 or 2026-03-31T12:00Z');

/** One object in one line. Fields are never renamed and never left out; what there is none of is null. */
export function verifyJson(report: VerifyReport): string {
  const { skus, entries, differences, more, pending, knownAt, digest, only = null } = report;
  const trail = (report.trail?.entries ?? 0) > 0 ? report.trail : null;
  const gaps = report.gaps?.map((gap) => ({ id: gapId(gap), ...gap })) ?? null;
  const result = differences.length === 0 ? 'right' : 'wrong';
  const proof = { knownAt: knownAt === '' ? null : knownAt, digest: digest === '' ? null : digest };
  const said = { result, skus, entries, differences, more, pending, ...proof, only, gaps, trail };
  return `${JSON.stringify(said)}\n`;
}

/** The verdict first: whatever a SKU is called, nothing stands before it. */
export function describeVerify(report: VerifyReport): string[] {
  const { skus, entries, differences, more, pending, knownAt, digest, only } = report;
  const read = `${plural(entries, 'ledger entry', 'ledger entries')} of ${plural(skus, 'SKU')}`;
  const waiting = pending.map(
    ({ sku, at, done, total }) =>
      `${sku} is being re-costed from ${at} on (${done} of ${total} facts): its values are not final`,
  );
  const rest = only ? [onlyLine(only)] : [];
  const proof = [
    ...(digest === '' ? rest : [`Digest of the ledger as known at ${knownAt}: ${digest}`]),
    ...trailLine(report),
  ];
  const books = only ? 'What was asked for is' : 'The books are';
  if (differences.length === 0) {
    const right = `${books} right: ${read} give every balance, pool, layer and value as it is kept.`;
    return [right, ...gapLines(report), ...waiting, ...proof];
  }
  const lines = differences.map(({ sku, check, message }) => `${sku} ${check}: ${message}`);
  if (more > 0) lines.push(`… and ${plural(more, 'more difference')}`);
  const count = plural(differences.length + more, 'difference');
  const wrong = `${books} NOT right: ${count} in ${read}.`;
  return [wrong, ...lines, ...gapLines(report), ...waiting, ...proof];
}

/** Not of the books: what never came into them. */
function gapLines({ gaps = [] }: VerifyReport): string[] {
  if (gaps.length === 0) return [];
  return [
    'NOT all that was accepted is in them:',
    ...gaps.map((gap) => `${gapId(gap)} ${formatFault(describeGap(gap))}`),
  ];
}

function trailLine({ trail }: VerifyReport): string[] {
  if (!trail || trail.entries === 0) return [];
  const { number, hash } = trail.head;
  return [
    `Audit trail: ${plural(trail.entries, 'entry', 'entries')}, the last is ${number}:${hash}`,
  ];
}

const SKUS_NAMED = 10;

function onlyLine(only: readonly string[]): string {
  const named = only.slice(0, SKUS_NAMED).join(', ');
  const more = only.length - SKUS_NAMED;
  const rest = more > 0 ? ` and ${plural(more, 'more SKU')}` : '';
  return `Of others nothing is said, and there is no digest. Audited: ${named}${rest}`;
}
