/** The functions in which the time goes, from the .cpuprofile files of one run: one file a thread. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatNumber } from './report.ts';

interface CpuProfile {
  nodes: {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
  }[];
  samples: number[];
  timeDeltas: number[];
}

export interface SelfTime {
  /** `main`, `thread 1`, … */
  thread: string;
  name: string;
  place: string;
  selfMs: number;
}

const NOT_WORK = new Set(['(idle)', '(root)']);

/** Longest first; waiting is left out. */
export function selfTimes(folder: string): SelfTime[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  return files
    .flatMap((name) => {
      const profile = JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile;
      return selfTimesOf(profile, threadOf(name));
    })
    .sort((a, b) => b.selfMs - a.selfMs);
}

/** The longest of them, a line each. */
export function profileTable(folder: string, lines: number): string {
  const times = selfTimes(folder);
  const total = times.reduce((sum, { selfMs }) => sum + selfMs, 0);
  const rows = times.slice(0, lines).map(({ thread, name, place, selfMs }) => {
    const share = `${formatNumber((selfMs * 100) / total, 1)} %`;
    return `  ${formatNumber(selfMs).padStart(7)}  ${share.padStart(6)} ${thread.padEnd(9)} ${name}  ${place}`.trimEnd();
  });
  return ['  self ms  share  thread    function', ...rows].join('\n');
}

/** CPU.<date>.<time>.<pid>.<thread>.<number>.cpuprofile */
function threadOf(file: string): string {
  const thread = file.split('.').at(-3);
  return thread === '0' ? 'main' : `thread ${thread}`;
}

function selfTimesOf({ nodes, samples, timeDeltas }: CpuProfile, thread: string): SelfTime[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, SelfTime>();
  for (const [index, sample] of samples.entries()) {
    const frame = frames.get(sample);
    if (!frame || NOT_WORK.has(frame.functionName)) continue;
    const place = frame.url ? `${shortUrl(frame.url)}:${frame.lineNumber + 1}` : '';
    const name = frame.functionName || '(anonymous)';
    const key = `${name} ${place}`;
    const found = times.get(key) ?? { thread, name, place, selfMs: 0 };
    found.selfMs += timeDeltas[index]! / 1_000;
    times.set(key, found);
  }
  return [...times.values()];
}

/** From the root of the project, or the package that it is in. */
function shortUrl(url: string): string {
  if (!url.startsWith('file:')) return url;
  const path = fileURLToPath(url);
  const inPackage = path.split('/node_modules/').at(-1)!;
  if (inPackage !== path) return inPackage;
  const root = fileURLToPath(new URL('..', import.meta.url));
  return path.startsWith(root) ? path.slice(root.length) : basename(path);
}
