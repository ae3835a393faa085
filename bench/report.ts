/** What the bench prints. */
import { cpus, totalmem } from 'node:os';

export interface Line {
  what: string;
  /** One for each run. */
  values: readonly number[];
  unit: string;
  digits?: number;
}

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Medians below one another, with every run beside when there were several. */
export function tableOf(lines: readonly Line[]): string {
  const cells = lines.map(({ what, values, unit, digits = 0 }) => {
    const runs = values.length > 1 ? values.map((value) => formatNumber(value, digits)) : [];
    return { what, figure: formatNumber(median(values), digits), unit, runs: runs.join('  ') };
  });
  const width = (name: 'what' | 'figure' | 'unit'): number =>
    Math.max(...cells.map((cell) => cell[name].length));
  const [what, figure, unit] = [width('what'), width('figure'), width('unit')];
  return cells
    .map((cell) =>
      `  ${cell.what.padEnd(what)}  ${cell.figure.padStart(figure)} ${cell.unit.padEnd(unit)}  ${cell.runs}`.trimEnd(),
    )
    .join('\n');
}

export const formatNumber = (value: number, digits = 0): string =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

export function machineLine(): string {
  const processors = cpus();
  const memoryGiB = formatNumber(totalmem() / 2 ** 30, 1);
  const model = processors[0]?.model.trim() ?? 'unknown';
  return `${processors.length} cores (${model}), ${memoryGiB} GiB, Node ${process.version}, ${process.platform} ${process.arch}`;
}
