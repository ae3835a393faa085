import assert from 'node:assert/strict';
import { brokers } from '../../../core/brokerKinds.ts';
import { backendOf } from '../../../core/hub/backendOf.ts';
import type { Broker, BrokerLook } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { describeWith } from '../../notRun.ts';
import {
  type Backend,
  type Capability,
  embeddedBackend,
  type Place,
  rabbitmqBackend,
} from './backends.ts';
import { type Bench, capabilities, cases, isCode } from './contract.ts';

describe('broker contract: embedded', () => contract(embeddedBackend));

describeWith(
  process.env.STOCKBUS_TEST_BROKER,
  'STOCKBUS_TEST_BROKER',
  'broker contract: rabbitmq',
  (address) => contract(rabbitmqBackend(address)),
);

function contract(backend: Backend): void {
  const queues: string[] = [];
  const open: Broker[] = [];
  let place: Place;

  before(async () => {
    place = await backend.place();
  });
  after(() => place.remove(queues));
  afterEach(async () => {
    await Promise.all(open.splice(0).map((broker) => broker.close()));
  });

  const bench = async (): Promise<Bench> => {
    const number = queues.length;
    const [queue, other] = [`work.${number}`, `work.${number + 1}`] as const;
    queues.push(queue, other);
    const another = async (): Promise<Broker> => {
      const next = await place.open();
      open.push(next);
      return next;
    };
    const broker = await another();
    await broker.declare({ queues: [queue, other], subscriptions: [] });
    const reopen = async (): Promise<Broker> => {
      await broker.close();
      return another();
    };
    const { address } = place;
    const look = (queues: readonly string[]): Promise<BrokerLook> =>
      backendOf('broker', brokers, address).look(address, systemRuntime(), queues);
    return { backend, place, broker, queue, other, another, reopen, look };
  };

  for (const [title, run] of Object.entries(cases)) it(title, async () => run(await bench()));

  for (const [capability, run] of Object.entries(capabilities)) {
    const lack = backend.lacks[capability as Capability];
    if (!lack) it(capability, async () => run(await bench()));
    else {
      it(`lacks: ${capability}, since ${lack.reason}`, async () => {
        const outcome = run(await bench());
        await assert.rejects(outcome, (error) => isCode(error, lack.code));
      });
    }
  }
}
