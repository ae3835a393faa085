/**
 * `npm run bench -- files`: how fast files are taken in from where they lie, as a ratio to a folder of this machine.
 * docs/performance.md says what each figure means.
 */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runChild } from './child.ts';
import type { FileFigures } from './fileFigures.ts';
import { type FilePlace, makePlace, type PlaceName, placeNames } from './filePlaces.ts';
import { embeddedEnv } from './measurePair.ts';
import { type Line, machineLine, median, tableOf } from './report.ts';

const usage = `usage: npm run bench -- files [options]
  --place NAME             ${placeNames.join(', ')}; may be repeated (default all; the folder is always measured)
  --mb N                   size of the file whose rate is measured (default 100)
  --large-mb N             size of the file whose memory is (default 1000)
  --files N                small files of three rows in one folder (default 10000)
  --runs N                 runs whose median is printed, places in turn (default 1)
`;

const TIMEOUT_MS = 1_900_000;
const HEADER = 'Document,Item,Quantity,Keep,Text\n';
const ROWS_AT_ONCE = 20_000;

type Runs = Record<string, FileFigures[]>;

/** The exit code: missed aims are printed and are no failure. Throws where a measurement did not end. */
export async function benchFiles(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      place: { type: 'string', multiple: true },
      mb: { type: 'string', default: '100' },
      'large-mb': { type: 'string', default: '1000' },
      files: { type: 'string', default: '10000' },
      runs: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const chosen = placeNames.filter((name) => values.place?.includes(name) ?? true);
  const numbers = [values.mb, values['large-mb'], values.files, values.runs].map(Number);
  const [mb, largeMB, files, runs] = numbers as [number, number, number, number];
  const isKnown = chosen.length === (values.place ?? placeNames).length;
  if (values.help || !isKnown || runs < 1 || !numbers.every((one) => one >= 0)) {
    (values.help ? process.stdout : process.stderr).write(usage);
    return values.help ? 0 : 2;
  }
  const others = chosen.filter((name) => name !== 'folder');
  const [rate, large, small]: [Runs, Runs, Runs] = [{}, {}, {}];
  for (let run = 0; run < runs; run += 1) {
    for (const place of ['folder', ...others] as PlaceName[]) {
      if (mb > 0) await add(rate, place, measureOne(place, mb));
      if (files > 0) await add(small, place, measureMany(place, files));
      if (largeMB > 0 && place !== 'folder') await add(large, place, measureOne(place, largeMB));
    }
  }
  const lines = [
    ...linesOf(rate, `${mb} MB`, 'rows', ({ rows }) => rows, 0.7),
    ...linesOf(small, `${files} files`, 'files', () => files, 0.5),
    ...Object.entries(large).flatMap(([place, figures]) => largeLines(place, figures, largeMB)),
  ];
  process.stdout.write(`machine  ${machineLine()}\n\n${tableOf(lines)}\n`);
  return 0;
}

async function add(all: Runs, place: PlaceName, measured: Promise<FileFigures>): Promise<void> {
  process.stderr.write(`… ${place}\n`);
  const figures = await measured;
  all[place] = [...(all[place] ?? []), figures];
}

function linesOf(
  runs: Runs,
  what: string,
  unit: string,
  countOf: (figures: FileFigures) => number,
  atLeast: number,
): Line[] {
  const rates = Object.entries(runs).map(([place, figures]) => {
    const values = figures.map((one) => (countOf(one) / one.takenMs) * 1_000);
    return { place, values, figures };
  });
  const base = median(rates[0]?.values ?? [1]);
  return rates.flatMap(({ place, values, figures }) => [
    { what: `${what}, ${place}`, values, unit: `${unit}/s` },
    {
      what: '  processor',
      values: figures.map(({ cpuMs }) => cpuMs / 1_000),
      unit: 's',
      digits: 1,
    },
    { what: '  memory', values: figures.map(({ peakMB }) => peakMB), unit: 'MB' },
    ...(place === 'folder'
      ? []
      : [
          {
            what: '  of the folder’s rate',
            values: values.map((value) => value / base),
            ...{ unit: '', digits: 2, aim: { atLeast } },
          },
        ]),
  ]);
}

const largeLines = (place: string, figures: readonly FileFigures[], mb: number): Line[] => [
  {
    what: `${mb} MB, ${place}`,
    values: figures.map(({ rows, takenMs }) => (rows / takenMs) * 1_000),
    unit: 'rows/s',
  },
  { what: '  memory', values: figures.map(({ peakMB }) => peakMB), unit: 'MB' },
];

async function measureOne(kind: PlaceName, mb: number): Promise<FileFigures> {
  const place = await makePlace(kind, 'some');
  try {
    writeLarge(join(place.inbox, 'large.csv'), mb * 1e6);
    return await measured(place, 1);
  } finally {
    await place.remove();
  }
}

async function measureMany(kind: PlaceName, files: number): Promise<FileFigures> {
  const place = await makePlace(kind, 'all');
  try {
    for (let file = 0; file < files; file += 1)
      writeFileSync(join(place.inbox, `${file}.csv`), HEADER + rowsFrom(file * 3, 3));
    return await measured(place, files);
  } finally {
    await place.remove();
  }
}

async function measured(
  { folder, data, env, fill }: FilePlace,
  files: number,
): Promise<FileFigures> {
  await fill();
  return runChild<FileFigures>('fileFigures.ts', {
    args: [folder, data, String(files)],
    env: { ...embeddedEnv, ...env },
    timeoutMs: TIMEOUT_MS,
  });
}

function writeLarge(path: string, bytes: number): void {
  const file = openSync(path, 'w');
  try {
    let written = writeSync(file, HEADER);
    for (let row = 0; written < bytes; row += ROWS_AT_ONCE)
      written += writeSync(file, rowsFrom(row, ROWS_AT_ONCE));
  } finally {
    closeSync(file);
  }
}

/** One in a thousand says that it is to be kept. */
function rowsFrom(first: number, count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const row = first + index;
    const keep = row % 1_000 === 0 ? 1 : 0;
    return `D${row},ITEM-${row % 997},${1 + (row % 9)},${keep},received at the gate of the main hall\n`;
  });
  return rows.join('');
}
