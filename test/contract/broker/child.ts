/**
 * A process that a test kills in the middle: `node child.ts publish|hold ADDRESS QUEUE`.
 * It tells on its output what it has done, one line each.
 */
import { faultOf } from '../../../core/errors.ts';
import type { Broker } from '../../../core/ports.ts';
import { openAt } from './backends.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Publishes without end, four calls at a time. */
async function publish(broker: Broker, queue: string): Promise<void> {
  const one = async (start: number): Promise<void> => {
    for (let number = start; ; number += 4) {
      const body = Buffer.from(`body of ${number}`);
      await broker.publish([{ id: `m${number}`, to: { queue }, body, contentType: 'text/plain' }]);
      say(`confirmed m${number}`);
    }
  };
  await Promise.all([0, 1, 2, 3].map(one));
}

/** Settles nothing. */
async function hold(broker: Broker, queue: string): Promise<void> {
  await broker.consume(queue, 3, (delivery) => say(`held ${delivery.id}`));
}

const [mode, address = '', queue = ''] = process.argv.slice(2);
const work = { publish, hold }[mode ?? ''];
try {
  await work?.(await openAt(address), queue);
} catch (error) {
  say(`failed ${faultOf(error).code}`);
  process.exit(1);
}
