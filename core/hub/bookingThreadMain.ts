/** A thread of its own for apply and relay; the other end is BookingThread. */
import { parentPort, workerData } from 'node:worker_threads';
import { Booking } from '../Booking.ts';
import { FaultList, faultOf } from '../errors.ts';
import { commandCheck } from '../flow/commandCheck.ts';
import { messageSchemas } from '../flow/messageSchemas.ts';
import { checkOf, type Health, healthOf } from '../health.ts';
import { flushSpans } from '../history/tracing.ts';
import { BatchSeal } from '../intake/BatchSeal.ts';
import type { MetricName } from '../metricNames.ts';
import type { Metrics, Runtime } from '../runtime.ts';
import { systemRuntime } from '../runtime.ts';
import { schemas } from '../schemaKinds.ts';
import type { BookingTask, FromThread, Measurement, ToThread } from './BookingThread.ts';
import { logProcessFaults } from './logProcessFaults.ts';
import { openBackends } from './openBackends.ts';

const port = parentPort!;
const task = workerData as BookingTask;
const tell = (message: FromThread): void => port.postMessage(message);

/** Measurements travel together, so that counting costs the hot path next to nothing. */
const MEASUREMENTS_EVERY_MS = 250;
let measurements: Measurement[] = [];
const measure =
  (kind: keyof Metrics) =>
  (name: MetricName, value = 1, labels: Record<string, string> = {}): void => {
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

logProcessFaults(runtime.log);
try {
  const { broker, store } = await openBackends(task, runtime);
  const seal = new BatchSeal(task.sealKey);
  const checkCommand = commandCheck({ ajv: messageSchemas(schemas) });
  const { policy, partitions, keepMs } = task;
  const parts = { broker, store, runtime, checkCommand, seal, policy, partitions, keepMs };
  const booking = new Booking(parts);
  const timer = runtime.every(MEASUREMENTS_EVERY_MS, flushMeasurements);
  const stop = async (): Promise<void> => {
    try {
      await booking.stop();
      await broker.close();
      await store.close();
      await flushSpans();
      timer.stop();
      flushMeasurements();
      tell({ kind: 'stopped' });
    } catch (error) {
      tell({ kind: 'failed', faults: faultsOf(error) });
    }
    port.close();
  };
  const health = async (): Promise<Health> => {
    const pings = [broker, store].map((backend) => checkOf(runtime, () => backend.ping()));
    const [brokerCheck, storeCheck] = await Promise.all(pings);
    const apply = booking.check() ?? 'ok';
    const checks = { broker: brokerCheck!, store: storeCheck!, apply };
    return healthOf(checks, booking.unappliedSince(), booking.told());
  };
  port.on('message', async (message: ToThread) => {
    if (message === 'stop') await stop();
    else tell({ kind: 'health', health: await health() });
  });
  await broker.declare(task.topology);
  await booking.start(task.roles);
  tell({ kind: 'started' });
} catch (error) {
  tell({ kind: 'failed', faults: faultsOf(error) });
}

function faultsOf(error: unknown) {
  return error instanceof FaultList ? [...error.faults] : [faultOf(error)];
}
