/** A report that is asked for, and not by its schedule. */
import type { ReportFlow } from '../flow/compiledFlow.ts';
import { type LoadedFolder, openHub } from '../hub/openHub.ts';
import type { Log, Runtime } from '../runtime.ts';
import { calendarOf, isDay } from '../zone.ts';
import { type Invocation, usageError } from './command.ts';
import { isJson, sayJson } from './jsonFormat.ts';
import { plural } from './plural.ts';

/** Beside a hub at work as without one: it only reads the books. */
export async function runReport(
  invocation: Invocation,
  loaded: LoadedFolder,
  flow: ReportFlow,
  runtime: Runtime,
): Promise<number> {
  const { folder, env, terminal, options } = invocation;
  const ofMs = options.on === undefined ? undefined : startOfDay(options.on, flow.zone);
  let refused = 0;
  const log: Log = (level, event, facts) => {
    if (event === 'report.refused') refused += 1;
    runtime.log(level, event, facts);
  };
  const open = await openHub(folder, env, { ...runtime, log }, { loaded, roles: [] });
  try {
    await open.hub.writeReport(flow.name, ofMs);
  } finally {
    await open.close();
  }
  const { connector, kind } = flow.to;
  const without =
    refused === 0 ? '' : `, without ${plural(refused, 'row')} that its steps refused (see above)`;
  if (isJson(invocation)) {
    await sayJson(terminal, { flow: flow.name, to: connector ?? kind, refused });
    return refused === 0 ? 0 : 3;
  }
  terminal.out([`${flow.name} was written to ${connector ?? kind}${without}.`]);
  return refused === 0 ? 0 : 3;
}

function startOfDay(day: string, zone: string): number {
  if (!isDay(day)) throw usageError(`'${day}' is no day`, 'write one such as 2026-03-31');
  return Date.parse(calendarOf(zone).startOf(day));
}
