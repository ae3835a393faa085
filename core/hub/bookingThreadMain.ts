/** A thread of its own for apply and relay; the other end is BookingThread. */
import { isDeepStrictEqual } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { Booking } from '../Booking.ts';
import { topologyLeft } from '../brokerTopology.ts';
import { Patience } from '../deployment/Patience.ts';
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
import type {
  Awaiting,
  BookingChange,
  BookingTask,
  FromThread,
  Measurement,
  ToThread,
} from './BookingThread.ts';
import { logProcessFaults } from './logProcessFaults.ts';
import { type Backends, openBackends } from './openBackends.ts';

const port = parentPort!;
const task = workerData as BookingTask;
const tell = (message: FromThread): void => port.postMessage(message);

/** Measurements travel together, so that counting costs the hot path next to nothing. */
const MEASUREMENTS_EVERY_MS = 250;
const RELAYED_EVERY_MS = 25;
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
const patience = new Patience(runtime, task.isPatient);
/** Of whom the booking of this thread is told, also before it is open. */
const waiting = new Set<string>();
let open: (Backends & { booking: Booking }) | undefined;
const timer = runtime.every(MEASUREMENTS_EVERY_MS, flushMeasurements);

async function start(): Promise<void> {
  const { broker, store, pair } = await patience.reached(() => openBackends(task, runtime));
  const seal = new BatchSeal(task.sealKey);
  const checkCommand = commandCheck({ ajv: messageSchemas(schemas) });
  const { policy, partitions, keepMs } = task;
  const parts = { broker, store, runtime, patience, checkCommand, seal };
  const booking = new Booking({ ...parts, policy, partitions, keepMs });
  open = { broker, store, pair, booking };
  booking.relayed.listen(tellRelayed);
  for (const intakeId of waiting) hearOf(intakeId);
  await patience.reached(() => broker.declare(task.topology));
  await booking.start(task.roles);
}

/** At once, and then once for all that came meanwhile: relay goes on many times a second. */
let relayedAgain: boolean | undefined;
function tellRelayed(): void {
  if (relayedAgain !== undefined) {
    relayedAgain = true;
    return;
  }
  relayedAgain = false;
  tell({ kind: 'relayed' });
  runtime.after(RELAYED_EVERY_MS, () => {
    const isMore = relayedAgain;
    relayedAgain = undefined;
    if (isMore) tellRelayed();
  });
}

const hearOf = (intakeId: string): void =>
  open?.booking.awaited.await(intakeId, (part) => tell({ kind: 'applied', part }));

function awaitIntake(message: Awaiting): void {
  if ('awaits' in message) {
    waiting.add(message.awaits);
    hearOf(message.awaits);
    return;
  }
  waiting.delete(message.leaves);
  open?.booking.awaited.leave(message.leaves);
}

/** One after the other; what is told meanwhile waits. */
let changing: Promise<void> = Promise.resolve();
let { topology, policy } = task;
async function change(next: BookingChange): Promise<void> {
  const changed = changing.then(async () => {
    await starting;
    const left = topologyLeft(topology, next.topology);
    topology = next.topology;
    await open?.broker.declare(topology);
    await open?.broker.undeclare(left);
    if (isDeepStrictEqual(policy, next.policy)) return;
    policy = next.policy;
    await open?.booking.change(policy);
  });
  changing = changed.catch((error: unknown) => {
    const { code, message } = faultOf(error);
    runtime.log('error', 'hub.thread_failed', { code, message });
  });
  await changing;
  tell({ kind: 'changed' });
}

async function stop(): Promise<void> {
  patience.end();
  await starting;
  await changing;
  try {
    await open?.booking.stop();
    await open?.broker.close();
    await open?.store.close();
    await flushSpans();
    timer.stop();
    flushMeasurements();
    tell({ kind: 'stopped' });
  } catch (error) {
    tell({ kind: 'failed', faults: faultsOf(error) });
  }
  port.close();
}

async function health(): Promise<Health> {
  if (!open) return { ready: false, checks: { apply: patience.waitsFor?.message ?? 'starting' } };
  const { broker, store, booking } = open;
  const pings = [broker, store].map((backend) => checkOf(runtime, () => backend.ping()));
  const [brokerCheck, storeCheck] = await Promise.all(pings);
  const apply = booking.check() ?? 'ok';
  const checks = { broker: brokerCheck!, store: storeCheck!, apply };
  return healthOf(checks, booking.unappliedSince(), booking.told());
}

port.on('message', async (message: ToThread) => {
  if (message === 'stop') await stop();
  else if (typeof message === 'object') {
    if ('policy' in message) await change(message);
    else awaitIntake(message);
  } else tell({ kind: 'health', health: await health() });
});

const starting = start().then(
  () => tell({ kind: 'started' }),
  (error: unknown) => tell({ kind: 'failed', faults: faultsOf(error) }),
);

function faultsOf(error: unknown) {
  return error instanceof FaultList ? [...error.faults] : [faultOf(error)];
}
