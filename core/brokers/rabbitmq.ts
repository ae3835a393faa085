import type { BrokerSpec } from '../ports.ts';

/**
 * RabbitMQ 3.10 or later: quorum queues, publisher confirms, delayed retry without a plugin, dead
 * letters in a queue of their own.
 */
export const rabbitmq: BrokerSpec = {
  name: 'rabbitmq',
  about: 'RabbitMQ with quorum queues: for production, and for more than one process.',
  schemes: ['amqp:', 'amqps:'],
  // The driver is loaded only where it is used.
  load: () => import('./rabbitmq/RabbitmqBroker.ts'),
  async open(address, runtime) {
    const { openRabbitmq } = await import('./rabbitmq/RabbitmqBroker.ts');
    return openRabbitmq(address, runtime);
  },
  async look(address, runtime, queues) {
    const { openRabbitmq } = await import('./rabbitmq/RabbitmqBroker.ts');
    const broker = await openRabbitmq(address, runtime);
    try {
      return await broker.look(queues);
    } finally {
      await broker.close();
    }
  },
};
