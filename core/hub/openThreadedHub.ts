import { isDeepStrictEqual } from 'node:util';
import { brokerTopology } from '../brokerTopology.ts';
import type { Patience } from '../deployment/Patience.ts';
import type { Role } from '../flow/hubConfig.ts';
import { type Health, healthOf } from '../health.ts';
import type { Hub } from '../hub.ts';
import { RelayBell } from '../relay/RelayBell.ts';
import { newKey, type Runtime } from '../runtime.ts';
import { type BookingChange, BookingThread } from './BookingThread.ts';
import { boundHeap } from './boundHeap.ts';
import { addressesOf, type LoadedFolder, loadFolder, type OpenHub, openHub } from './openHub.ts';
import { SupervisedBooking } from './SupervisedBooking.ts';

type Env = Readonly<Record<string, string | undefined>>;

const bookingRoles: readonly Role[] = ['apply', 'relay'];

/** What either of them finds wrong. */
function worseOf(mine: Health['checks'], others: Health['checks']): Health['checks'] {
  const wrong = Object.entries(others).filter(([name, check]) => check !== 'ok' || !mine[name]);
  return { ...mine, ...Object.fromEntries(wrong) };
}

/**
 * A hub whose booking (apply and relay) runs in a thread of its own, beside intake, deliver and API:
 * parsing files and booking stock then share two cores. With only one side of the roles, a plain hub.
 */
export async function openThreadedHub(
  folder: string,
  env: Env,
  runtime: Runtime,
  choice: {
    roles?: readonly Role[];
    loaded?: LoadedFolder;
    patience?: Patience;
    by?: string;
  } = {},
): Promise<OpenHub> {
  boundHeap();
  const loaded = choice.loaded ?? (await loadFolder(folder, env, runtime));
  const roles = choice.roles ?? loaded.config.roles;
  const booking = roles.filter((role) => bookingRoles.includes(role));
  const others = roles.filter((role) => !bookingRoles.includes(role));
  const split = booking.length > 0 && others.length > 0;
  const sealKey = newKey();
  const mine = split ? others : roles;
  const open = await openHub(folder, env, runtime, { ...choice, loaded, roles: mine, sealKey });
  if (!split) return open;
  const { config } = loaded;
  const { partitions } = config.apply;
  const task = {
    ...addressesOf(config),
    ...{ partitions, keepMs: config.events.keepMs, roles: booking, sealKey },
    isPatient: choice.patience?.isPatient ?? false,
  };
  // One that begins anew knows flows and rules as they are by then: of a queue that is gone it makes none again.
  const changeable = (): BookingChange => {
    const { policy } = open.hub;
    return { policy, topology: brokerTopology(open.hub.running(), partitions) };
  };
  const relayed = new RelayBell();
  const thread = new SupervisedBooking(
    () => new BookingThread({ ...task, ...changeable() }, runtime, relayed),
    runtime,
  );
  const follow = tellingOf(thread, changeable);
  const stop = async (): Promise<void> => {
    await open.hub.stop();
    await thread.stop();
  };
  const hub: Hub = {
    store: open.store,
    ...{ desk: open.hub.desk, pauses: open.hub.pauses, door: open.hub.door },
    ...{ commands: open.hub.commands, applied: thread, relayed },
    start: async () => {
      await thread.started();
      await open.hub.start();
    },
    accept: (flow, payload) => open.hub.accept(flow, payload),
    refusal: () => open.hub.refusal(),
    inboundFlows: () => open.hub.inboundFlows(),
    flows: () => open.hub.flows(),
    running: () => open.hub.running(),
    get policy() {
      return open.hub.policy;
    },
    reload: async (next, by) => {
      try {
        return await open.hub.reload(next, by);
      } finally {
        await follow();
      }
    },
    keyOfRead: (flow, record) => open.hub.keyOfRead(flow, record),
    health: async () => {
      const [mine, booking] = await Promise.all([open.hub.health(), thread.health()]);
      const told = { ...mine.told, ...booking.told };
      return healthOf(worseOf(mine.checks, booking.checks), booking.unappliedSince, told);
    },
    settle: (ms) => open.hub.settle(ms),
    release: (stage, kind) => open.hub.release(stage, kind),
    writeReport: (flow, ofMs) => open.hub.writeReport(flow, ofMs),
    stop,
  };
  const close = async (): Promise<void> => {
    await stop();
    await open.close();
  };
  return { ...open, hub, close };
}

/** Tells the thread what is another than it was told last, also where a reload failed half-way: the next would find no change. */
function tellingOf(
  thread: Pick<SupervisedBooking, 'change'>,
  now: () => BookingChange,
): () => Promise<void> {
  let told = now();
  return async () => {
    const next = now();
    if (!isDeepStrictEqual(told, next)) await thread.change(next);
    told = next;
  };
}
