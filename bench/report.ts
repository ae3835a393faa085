/** What the bench prints. */
import { cpus, totalmem } from 'node:os';

export interface Line {
  what: string;
  /** One for each run. */
  values: readonly number[];
  unit: string;
  digits?: number;
  /** The most or the least that it should be. */
  aim?: { atMost: number } | { atLeast: number };
  /** Why there is no value. */
  notRun?: string;
}

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Medians below one another, with the aim of each, and every run beside when there were several. */
export function tableOf(lines: readonly Line[]): string {
  const rows = lines.map(cellsOf);
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...rows.map((row) => row[column]!.length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 1 ? cell.padStart(widths[1]!) : cell.padEnd(widths[column] ?? 0),
        )
        .reduce((line, cell, column) => line + (column === 2 ? ' ' : '  ') + cell, '')
        .trimEnd(),
    )
    .join('\n');
}

function cellsOf({ what, values, unit, digits = 0, aim, notRun }: Line): string[] {
  const wished = aim ? aimText(aim) : '';
  if (values.length === 0) return [what, 'not run', '', wished, '', notRun ?? ''];
  const runs = values.length > 1 ? values.map((value) => formatNumber(value, digits)) : [];
  const value = median(values);
  const verdict = aim ? (isMet(value, aim) ? 'met' : 'MISSED') : '';
  return [what, formatNumber(value, digits), unit, wished, verdict, runs.join('  ')];
}

function aimText(aim: NonNullable<Line['aim']>): string {
  const [sign, value] = 'atMost' in aim ? ['≤', aim.atMost] : ['≥', aim.atLeast];
  return `aim ${sign} ${value}`;
}

const isMet = (value: number, aim: NonNullable<Line['aim']>): boolean =>
  'atMost' in aim ? value <= aim.atMost : value >= aim.atLeast;

export const formatNumber = (value: number, digits = 0): string =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

export const perSecond = (count: number, ms: number): number => (count * 1_000) / ms;

export function machineLine(): string {
  const processors = cpus();
  const memoryGiB = formatNumber(totalmem() / 2 ** 30, 1);
  const model = processors[0]?.model.trim() ?? 'unknown';
  return `${processors.length} cores (${model}), ${memoryGiB} GiB, Node ${process.version}, ${process.platform} ${process.arch}`;
}
