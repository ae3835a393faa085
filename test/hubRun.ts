/** A hub in this process over a fixture folder, for end-to-end suites. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Role } from '../core/flow/hubConfig.ts';
import { type OpenHub, openHub } from '../core/hub/openHub.ts';
import type { IntakeReport } from '../core/message.ts';
import type { Log } from '../core/runtime.ts';
import { systemRuntime } from '../core/runtime.ts';
import type { Workplace } from './pairs.ts';

export interface LogLine {
  level: string;
  event: string;
  fields: Record<string, unknown>;
}

export interface HubRun extends OpenHub {
  /** What the hub logged so far. */
  lines: LogLine[];
}

export const startHub = (
  fixture: string,
  place: Workplace,
  roles?: readonly Role[],
): Promise<HubRun> => startHubIn(join('test/fixtures', fixture), place, roles);

/** Over a folder that is no fixture. */
export async function startHubIn(
  folder: string,
  { data, env }: Workplace,
  roles: readonly Role[] = ['intake', 'apply', 'relay', 'deliver'],
): Promise<HubRun> {
  const lines: LogLine[] = [];
  const log: Log = (level, event, fields = {}) => lines.push({ level, event, fields });
  await mkdir(join(data, 'in'), { recursive: true });
  const open = await openHub(folder, env, systemRuntime(log), { roles });
  await open.hub.start();
  return { ...open, lines };
}

/**
 * Waits until `condition` gives something; fails after `timeoutMs` with what was awaited. A look that takes
 * long (at all events, in books that are opened for it) is taken less often: it keeps the hub from its work.
 */
export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 60_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const before = performance.now();
    const result = await condition();
    if (result) return result;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await wait(Math.min(500, Math.max(20, 3 * (performance.now() - before))));
  }
}

/** Waits until `count` payloads were taken in and applied; their reports in the order of intake. */
export async function reportsOf(
  run: HubRun,
  count: number,
  timeoutMs?: number,
): Promise<IntakeReport[]> {
  const taken = await until(
    `${count} payloads`,
    () => {
      const done = run.lines.filter(({ event }) => event === 'intake.done');
      return done.length >= count && done;
    },
    timeoutMs,
  );
  const reports: IntakeReport[] = [];
  for (const { fields } of taken) {
    const id = String(fields.intakeId);
    const report = await until(
      `intake ${id}`,
      async () => {
        const found = await run.store.intake(id);
        return found?.done && found;
      },
      timeoutMs,
    );
    reports.push(report);
  }
  return reports;
}
