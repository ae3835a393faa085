/** A thread of its own for some roles of a hub; the other end is HubThread. */
import { parentPort, workerData } from 'node:worker_threads';
import { FaultList, faultOf } from '../errors.ts';
import type { Metrics, Runtime } from '../runtime.ts';
import { systemRuntime } from '../runtime.ts';
import type { FromThread, Measurement, ThreadTask, ToThread } from './HubThread.ts';
import { openHub } from './openHub.ts';

const port = parentPort!;
const { folder, env, roles, sealKey } = workerData as ThreadTask;
const tell = (message: FromThread): void => port.postMessage(message);

/** Measurements travel together, so that counting costs the hot path next to nothing. */
const MEASUREMENTS_EVERY_MS = 250;
let measurements: Measurement[] = [];
const measure =
  (kind: keyof Metrics) =>
  (name: string, value = 1, labels: Record<string, string> = {}): void => {
    measurements.push({ kind, name, value, labels });
  };
const flushMeasurements = (): void => {
  if (measurements.length === 0) return;
  tell({ kind: 'measured', measurements });
  measurements = [];
};

const runtime: Runtime = systemRuntime(
  (level, event, fields) => tell({ kind: 'logged', level, event, fields: fields ?? {} }),
  { count: measure('count'), gauge: measure('gauge'), observe: measure('observe') },
);

try {
  const open = await openHub(folder, env, runtime, { roles, sealKey });
  const timer = runtime.every(MEASUREMENTS_EVERY_MS, flushMeasurements);
  const stop = async (): Promise<void> => {
    try {
      await open.close();
      timer.stop();
      flushMeasurements();
      tell({ kind: 'stopped' });
    } catch (error) {
      tell({ kind: 'failed', faults: faultsOf(error) });
    }
    port.close();
  };
  port.on('message', async (message: ToThread) => {
    if (message === 'stop') await stop();
    else tell({ kind: 'health', health: await open.hub.health() });
  });
  await open.hub.start();
  tell({ kind: 'started' });
} catch (error) {
  tell({ kind: 'failed', faults: faultsOf(error) });
}

function faultsOf(error: unknown) {
  return error instanceof FaultList ? [...error.faults] : [faultOf(error)];
}
