import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  DELAY_LEVELS,
  DELAY_UNIT_MS,
  delayRoute,
  levelPattern,
  queuePattern,
} from '../../../core/brokers/rabbitmq/delay.ts';

const LONGEST_MS = (2 ** DELAY_LEVELS - 1) * DELAY_UNIT_MS;

/** As a topic exchange matches: `*` is one word, `#` any number of them. */
function matches(pattern: string, key: string): boolean {
  const source = pattern
    .split('.')
    .map((word) =>
      word === '*' ? '[^.]+' : word === '#' ? '.*' : word.replaceAll(/[^\w%]/g, '\\$&'),
    );
  return new RegExp(`^${source.join('\\.')}$`).test(key);
}

/** Follows the message from exchange to exchange, as RabbitMQ does. */
function travel(delayMs: number, queue: string): { waitedMs: number; hops: number; key: string } {
  const { level: entry, routingKey: key } = delayRoute(delayMs, queue);
  let waitedMs = 0;
  let hops = 0;
  for (let level = entry; level >= 0; level -= 1) {
    const held = matches(levelPattern(level, 1), key);
    assert.notEqual(held, matches(levelPattern(level, 0), key), 'it goes one way at every level');
    if (held) {
      waitedMs += DELAY_UNIT_MS * 2 ** level;
      hops += 1;
    }
  }
  return { waitedMs, hops, key };
}

describe('delays in RabbitMQ', () => {
  it('are never shorter than asked, an eighth longer at most, in a few hops', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LONGEST_MS * 0.9 }), (delayMs) => {
        const { waitedMs, hops } = travel(delayMs, 'work');
        assert.ok(waitedMs >= delayMs, `${waitedMs} for ${delayMs}`);
        assert.ok(waitedMs <= Math.max(delayMs * 1.125 + DELAY_UNIT_MS, DELAY_UNIT_MS));
        assert.ok(hops >= 1 && hops <= 4, `${hops} hops`);
      }),
    );
  });

  it('are cut to the longest that there is', () => {
    assert.equal(travel(LONGEST_MS * 50, 'work').waitedMs, LONGEST_MS);
  });

  it('end in their own queue, whatever others are called', () => {
    const names = [
      'webshop',
      'deliver.webshop',
      'webshop%2Edeliver',
      'deliver%2Ewebshop',
      '1',
      '0',
    ];
    for (const name of names) {
      const { key } = travel(5_000, name);
      assert.deepEqual(
        names.filter((other) => matches(queuePattern(other), key)),
        [name],
      );
    }
  });
});
