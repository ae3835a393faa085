import { stages as kinds } from '../catalog.ts';
import { formatFault, nearestName, StockbusError } from '../errors.ts';
import type { CompiledFlow } from '../flow/compiledFlow.ts';
import { stageNames } from '../flow/goneStages.ts';
import { loadFolder, type OpenHub } from '../hub/openHub.ts';
import { othersThan } from '../hub/othersThan.ts';
import { whenBooked } from '../hub/whenBooked.ts';
import type { StageSpec } from '../ports.ts';
import { systemRuntime } from '../runtime.ts';
import type { Released } from '../stages/StageRelease.ts';
import type { Invocation } from './command.ts';
import { isJson, sayJson } from './jsonFormat.ts';
import { lineLog } from './log.ts';
import { openForRun } from './openForRun.ts';
import { plural } from './plural.ts';

/** `stockbus waiting release`: parks what waits in a stage that no flow has any more. Resolves with the exit code. */
export async function releaseStage(invocation: Invocation, stage: string): Promise<number> {
  const { folder, env, terminal } = invocation;
  const log = lineLog((line) => terminal.err([line]), { format: 'text', level: 'error' });
  const runtime = systemRuntime(log);
  const loaded = await loadFolder(folder, env, runtime);
  refuseInUse(stage, loaded.flows);
  const { open } = await openForRun(invocation, loaded, runtime);
  try {
    const released = await open.hub.release(stage, await kindOf(stage, open, folder));
    for (const id of released.intakes) await whenBooked(open.store, id, runtime);
    if (isJson(invocation)) await sayJson(terminal, { stage, ...released });
    else terminal.out(toldOf(stage, released));
    return released.queued + released.unread.length > 0 ? 1 : 0;
  } finally {
    await open.close();
  }
}

function refuseInUse(stage: string, flows: readonly CompiledFlow[]): void {
  if (!stageNames(flows).has(stage)) return;
  const message = `a flow has the step '${stage}', which decides by itself about what waits there`;
  const todo = 'release only what no flow has any more';
  throw new StockbusError('STAGE_UNKNOWN', message, undefined, { todo });
}

async function kindOf(
  stage: string,
  { store, flows, config }: OpenHub,
  folder: string,
): Promise<StageSpec> {
  const own = stageNames(flows);
  const others = await othersThan(config, folder, store);
  const left = others
    .stagesLeft(await store.stages())
    .map((one) => one.stage)
    .filter((name) => !own.has(name));
  const kind = kinds.find(({ name }) => name === stage.split('/')[1]?.split('-')[0]);
  if (kind && left.includes(stage)) return kind;
  const near = nearestName(stage, left);
  const all = left.length > 0 ? `there are ${left.join(', ')}` : 'there are none';
  throw new StockbusError('STAGE_UNKNOWN', `no flow has left a step '${stage}'`, undefined, {
    todo: near === undefined ? all : `did you mean '${near}'?`,
  });
}

function toldOf(stage: string, { parked, queued, unread }: Released): string[] {
  const told =
    parked > 0
      ? [`${plural(parked, 'record')} of '${stage}' parked: stockbus parked list`]
      : [`Nothing waited in '${stage}'.`];
  if (queued > 0)
    told.push(
      `${plural(queued, 'batch', 'batches')} of its queue are in the hands of another hub, or wait to be tried again: stop that hub, or do it again later.`,
    );
  return [...told, ...unread.map((fault) => `What cannot be read stays: ${formatFault(fault)}`)];
}
