import type { Booking } from '../Booking.ts';
import { Deliver, waitingEndpoints } from '../deliver.ts';
import { checkOf, type Health, healthOf } from '../health.ts';
import type { HubSetup } from '../hubSetup.ts';
import type { FlowDoor } from './FlowDoor.ts';
import type { FlowRunners } from './FlowRunners.ts';

interface LookedAt extends Pick<HubSetup, 'broker' | 'store' | 'runtime'> {
  booking: Booking;
  door: FlowDoor;
  runners: FlowRunners;
}

/** How a hub does, whatever does not answer; `hub`: whether it starts, stops, or is at work. */
export async function healthOfHub(
  { broker, store, runtime, booking, door, runners }: LookedAt,
  hub: 'starting' | 'ok' | 'stopping',
): Promise<Health> {
  const pings = [() => broker.ping(), () => store.ping(), () => door.pingSpool()];
  const answers = await Promise.all(pings.map((ping) => checkOf(runtime, ping)));
  const [ofBroker, ofStore, spool] = answers as [string, string, string];
  const checks: Health['checks'] = { hub, broker: ofBroker, store: ofStore, spool };
  const apply = booking.check();
  if (apply !== undefined) checks.apply = apply;
  const { stages, outs } = runners;
  const held = stages.map(({ waitsFor }) => waitsFor).find((fault) => fault);
  if (stages.length > 0) checks.stages = held?.message ?? 'ok';
  const delivers = outs.filter((part) => part instanceof Deliver);
  const told = { ...booking.told(), ...waitingEndpoints(delivers), ...runners.warnings() };
  return healthOf(checks, booking.unappliedSince(), told);
}
