/** The lines of the ledger's bench: figures, and what was aimed at. */
import { formatNumber, type Line, median, perSecond } from '../report.ts';
import type { BackdatedFigures } from './backdated.ts';
import type { Kind, LateFigures, Order } from './late.ts';
import type { HistoryRun, MixPlan, MixRun } from './measure.ts';
import type { LayerFigures } from './openLayers.ts';

export function mixLines({ skus, late }: MixPlan, run: MixRun, ordered?: MixRun): Line[] {
  const feed = late > 0 ? `, ${late * 100} % of them up to 30 days late` : '';
  const name = `mix on ${formatNumber(skus)} SKUs${feed}`;
  const rate = perSecond(run.documents, run.ms);
  const lines: Line[] = [
    { what: `${name}: documents of one line`, values: [rate], unit: 'documents/s' },
    {
      what: `${name}: ledger entries`,
      values: [perSecond(run.entries, run.ms)],
      unit: 'entries/s',
    },
    { what: `${name}: processor time`, values: [cpuOfMix(run)], unit: 'µs/document', digits: 1 },
    { what: `${name}: peak memory`, values: [run.peakMB], unit: 'MB' },
  ];
  for (const { name: limit, figures } of run.raw) {
    const raw = perSecond(run.entriesInAll, figures.ms);
    lines.push({ what: `${name}: limit, ${limit}`, values: [raw], unit: 'entries/s' });
    const ratio = perSecond(run.entries, run.ms) / raw;
    lines.push({ what: `${name}: ratio to it`, values: [ratio], unit: '', digits: 2 });
  }
  if (ordered) {
    const ratio = rate / perSecond(ordered.documents, ordered.ms);
    lines.push({ what: `${name}: ratio to those in order`, values: [ratio], unit: '', digits: 2 });
  }
  return lines;
}

/** µs a document. */
export const cpuOfMix = ({ cpuMs, documents }: MixRun): number => (cpuMs * 1_000) / documents;

export function lateLines(
  kind: Kind,
  order: Order,
  { rows, finalMs, longestTurnMs }: LateFigures,
  inOrder?: LateFigures,
): Line[] {
  const name = `${formatNumber(rows)} rows of one SKU, ${kind}, ${orderNames[order]}`;
  const lines: Line[] = [
    {
      ...{ what: `${name}: processor time, all values final`, values: [(finalMs * 1_000) / rows] },
      ...{ unit: 'µs/row', digits: 1 },
    },
    { what: `${name}: longest turn of the thread`, values: [longestTurnMs], unit: 'ms' },
  ];
  if (inOrder) {
    const values = [finalMs / inOrder.finalMs];
    const aim = { atMost: 2 };
    lines.push({ what: `${name} / in order`, values, unit: '', digits: 2, aim });
  }
  return lines;
}

const orderNames: Record<Order, string> = {
  'in order': 'in order',
  after: 'before one that came first',
  reverse: 'from the last to the first',
  shuffled: 'in a random order',
};

export function layerLines({ layers, aloneMs, inBatchMs, firstMs }: LayerFigures): Line[] {
  const lines: Line[] = [];
  const both = (what: string, times: LayerFigures['layers'], most?: number): void => {
    for (const [which, ms] of times.entries()) {
      const of = `${what}, ${formatNumber(layers[which]!)} open layers`;
      lines.push({ what: of, values: [ms * 1_000], unit: 'µs' });
    }
    const [few, many] = times;
    const ratio: Line = { what: `${what}, ratio`, values: [many / few], unit: '', digits: 2 };
    lines.push(most === undefined ? ratio : { ...ratio, aim: { atMost: most } });
  };
  both('FIFO issue in its own commit', aloneMs, 1.5);
  both('FIFO issue in a batch', inBatchMs, 1.5);
  both('FIFO issue, the first after a start', firstMs);
  return lines;
}

export function backdatedLines({ later, runs }: BackdatedFigures, most?: number): Line[] {
  const name = `receipt before ${formatNumber(later)} later movements`;
  const seconds = (of: 'bookedMs' | 'finalMs'): number[] => runs.map((run) => run[of] / 1_000);
  const corrections = median(runs.map((run) => run.corrections));
  const final: Line = {
    ...{ what: `${name}: all values final`, values: seconds('finalMs'), unit: 's', digits: 2 },
  };
  return [
    { what: `${name}: booked`, values: seconds('bookedMs'), unit: 's', digits: 2 },
    most === undefined ? final : { ...final, aim: { atMost: most } },
    { what: `${name}: corrections posted`, values: [corrections], unit: '' },
  ];
}

/** How the background of the last receipt went on, in one line; nothing where there was none. */
export function progressOf({ runs }: BackdatedFigures): string {
  const steps = (runs.at(-1)?.progress ?? []).map(
    ([ms, done, total]) =>
      `${formatNumber(done)} of ${formatNumber(total)} after ${formatNumber(ms / 1_000, 1)} s`,
  );
  return steps.length === 0 ? '' : `  progress of the last: ${steps.join(', ')}`;
}

export function historyLines({ history, past, verify, bareRead }: HistoryRun): Line[] {
  const built = `ledger of ${formatNumber(history.entries)} entries of 24 months, 1 % late`;
  const rate = perSecond(history.entries, history.ms);
  const questions = past.questions.map(({ name, ms }): Line => {
    const what = `valuation ${name}`;
    return { what, values: ms.map((one) => one / 1_000), unit: 's', digits: 2 };
  });
  const slowest = Math.max(...past.questions.map(({ ms }) => median(ms)));
  return [
    { what: `${built}: building it`, values: [rate], unit: 'entries/s' },
    ...questions,
    {
      ...{
        what: `valuation at a past date, the slowest of these (${formatNumber(past.rows)} rows)`,
      },
      ...{ values: [slowest / 1_000], unit: 's', digits: 2, aim: { atMost: 0.2 } },
    },
    { what: 'verify', values: [verify.ms / 1_000], unit: 's', digits: 1 },
    {
      what: `bare read of its ${formatNumber(bareRead.rows)} rows`,
      ...{ values: bareRead.ms.map((ms) => ms / 1_000), unit: 's', digits: 2 },
    },
    {
      what: 'verify / bare read',
      values: [verify.ms / median(bareRead.ms)],
      ...{ unit: '×', digits: 1, aim: { atMost: 3 } },
    },
    { what: 'verify: peak memory', values: [verify.peakMB], unit: 'MB', aim: { atMost: 200 } },
  ];
}
