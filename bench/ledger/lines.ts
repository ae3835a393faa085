/** What the ledger's bench prints: figures with what was aimed at, and whether it was reached. */
import { formatNumber, median } from '../report.ts';
import type { BackdatedFigures } from './backdated.ts';
import type { HistoryRun, MixPlan, MixRun } from './measure.ts';
import type { LayerFigures } from './openLayers.ts';

export interface AimedLine {
  what: string;
  value: number;
  unit: string;
  digits?: number;
  /** The most that it should be. */
  aim?: number;
}

export function aimedTable(lines: readonly AimedLine[]): string {
  const cells = lines.map(({ what, value, unit, digits = 0, aim }) => [
    what,
    formatNumber(value, digits),
    unit,
    aim === undefined ? '' : `aim ≤ ${formatNumber(aim, Number.isInteger(aim) ? 0 : 1)}`,
    aim === undefined ? '' : value <= aim ? 'met' : 'MISSED',
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells
    .map(([what = '', figure = '', unit = '', aim = '', verdict = '']) =>
      [
        `  ${what.padEnd(widths[0]!)}`,
        `${figure.padStart(widths[1]!)} ${unit.padEnd(widths[2]!)}`,
        aim.padEnd(widths[3]!),
        verdict,
      ]
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const perSecond = (count: number, ms: number): number => (count * 1_000) / ms;

export function mixLines({ skus, late }: MixPlan, run: MixRun, ordered?: MixRun): AimedLine[] {
  const feed = late > 0 ? `, ${late * 100} % of them up to 30 days late` : '';
  const name = `mix on ${formatNumber(skus)} SKUs${feed}`;
  const rate = perSecond(run.documents, run.ms);
  const lines: AimedLine[] = [
    { what: `${name}: documents of one line`, value: rate, unit: 'documents/s' },
    { what: `${name}: ledger entries`, value: perSecond(run.entries, run.ms), unit: 'entries/s' },
    {
      what: `${name}: processor time`,
      value: (run.cpuMs * 1_000) / run.documents,
      unit: 'µs/document',
    },
    { what: `${name}: peak memory`, value: run.peakMB, unit: 'MB' },
  ];
  for (const { name: limit, figures } of run.raw) {
    const raw = perSecond(run.entriesInAll, figures.ms);
    lines.push({ what: `${name}: limit, ${limit}`, value: raw, unit: 'entries/s' });
    const value = perSecond(run.entries, run.ms) / raw;
    lines.push({ what: `${name}: ratio to it`, value, unit: '', digits: 2 });
  }
  if (ordered) {
    const value = rate / perSecond(ordered.documents, ordered.ms);
    lines.push({ what: `${name}: ratio to those in order`, value, unit: '', digits: 2 });
  }
  return lines;
}

export function layerLines({ layers, aloneMs, inBatchMs, firstMs }: LayerFigures): AimedLine[] {
  const lines: AimedLine[] = [];
  const both = (
    what: string,
    [few, many]: LayerFigures['layers'],
    digits: number,
    aim?: number,
  ): void => {
    const [fewLayers, manyLayers] = layers.map((count) => formatNumber(count));
    const of = `${what}, ${fewLayers} open layers`;
    lines.push({ what: of, value: few * 1_000, unit: 'µs', digits });
    lines.push({
      what: `${what}, ${manyLayers} open layers`,
      value: many * 1_000,
      unit: 'µs',
      digits,
    });
    const value = many / few;
    lines.push({ what: `${what}, ratio`, value, unit: '', digits: 2, ...(aim ? { aim } : {}) });
  };
  both('FIFO issue in its own commit', aloneMs, 0, 1.5);
  both('FIFO issue in a batch', inBatchMs, 0, 1.5);
  both('FIFO issue, the first after a start', firstMs, 0);
  return lines;
}

export function backdatedLines({ later, runs }: BackdatedFigures, aim?: number): AimedLine[] {
  const name = `receipt before ${formatNumber(later)} later movements`;
  const seconds = (of: 'bookedMs' | 'finalMs'): number =>
    median(runs.map((run) => run[of])) / 1_000;
  const corrections = median(runs.map((run) => run.corrections));
  return [
    { what: `${name}: booked`, value: seconds('bookedMs'), unit: 's', digits: 2 },
    {
      what: `${name}: all values final`,
      value: seconds('finalMs'),
      unit: 's',
      digits: 2,
      ...(aim ? { aim } : {}),
    },
    { what: `${name}: corrections posted`, value: corrections, unit: '' },
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

export function historyLines({ history, past, verify }: HistoryRun): AimedLine[] {
  const entries = formatNumber(history.entries);
  return [
    {
      what: `building a ledger of ${entries} entries, 1 % late`,
      value: perSecond(history.entries, history.ms),
      unit: 'entries/s',
    },
    ...past.questions.map(({ name, ms }) => ({
      what: `valuation ${name}`,
      value: ms / 1_000,
      unit: 's',
      digits: 2,
      aim: 1,
    })),
    { what: `rows of the last of these`, value: past.rows, unit: 'rows' },
    { what: 'verify', value: verify.ms / 1_000, unit: 's', digits: 1, aim: 60 },
    { what: 'verify: peak memory', value: verify.peakMB, unit: 'MB', aim: 300 },
  ];
}
