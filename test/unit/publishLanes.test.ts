import assert from 'node:assert/strict';
import { type Code, faultOf, StockbusError } from '../../core/errors.ts';
import { PublishLanes } from '../../core/intake/PublishLanes.ts';
import { publishBatches } from '../../core/intake/publishBatches.ts';
import { limits } from '../../core/limits.ts';
import type { CommandBatch } from '../../core/message.ts';
import { OfferLine } from '../../core/ports/OfferLine.ts';
import type { BrokerMessage, PlaceInLine } from '../../core/ports.ts';
import { BatchNumbers } from '../../core/producers/BatchNumbers.ts';

const AT = '2026-11-28T00:00:00.000Z';
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A broker that answers when it is told to, and what it was given. */
class SlowBroker {
  readonly given: string[] = [];
  readonly #answers: ((error?: unknown) => void)[] = [];

  publish([message]: readonly BrokerMessage[]): Promise<void> {
    const { parts } = JSON.parse(Buffer.from(message!.body).toString()) as CommandBatch;
    this.given.push(`${parts.map(({ origin }) => origin.intakeId).join(' ')}`);
    return new Promise((resolve, reject) =>
      this.#answers.push((error) => (error === undefined ? resolve() : reject(error))),
    );
  }

  /** Answers the first that waits. */
  async answer(code?: Code): Promise<void> {
    this.#answers.shift()!(code && new StockbusError(code, 'as the test says'));
    await turn();
  }
}

describe('lanes to the queues of commands', () => {
  let broker: SlowBroker;
  let numbers: BatchNumbers;
  let lanes: PublishLanes;
  let outcomes: string[];

  beforeEach(() => {
    broker = new SlowBroker();
    numbers = new BatchNumbers('p');
    lanes = new PublishLanes({ broker, numbers });
    outcomes = [];
  });

  /** A payload of one batch. */
  const offer = (
    intakeId: string,
    { partition = 0, bytes = 10, records = 1, place }: Partial<Offered> = {},
  ): void => {
    const origin = { intakeId, flow: 'f', name: intakeId };
    const part = Buffer.from(JSON.stringify({ origin, fill: 'x'.repeat(bytes) }));
    publishBatches({ broker, lanes }, origin, [{ partition, records, part }], place).then(
      () => outcomes.push(intakeId),
      (error) => outcomes.push(`${intakeId} ${faultOf(error).code}`),
    );
  };
  interface Offered {
    partition: number;
    bytes: number;
    records: number;
    place: PlaceInLine;
  }

  it('send at once what is alone, and together what came while that was on its way, each queue for itself', async () => {
    offer('a');
    await turn();
    assert.deepEqual(broker.given, ['a'], 'nobody waits for company');
    for (const id of ['b', 'c', 'd']) offer(id);
    offer('other', { partition: 1 });
    await turn();
    assert.deepEqual(broker.given, ['a', 'other']);
    await broker.answer();
    assert.deepEqual([broker.given.at(-1), outcomes], ['b c d', ['a']]);
    await broker.answer();
    await broker.answer();
    assert.deepEqual(outcomes, ['a', 'other', 'b', 'c', 'd']);
    const [queue] = numbers.queues([], AT);
    assert.deepEqual(
      queue!.open.map(({ number, intakeId }) => `${number} ${intakeId}`),
      ['1 a', '2 b', '2 c', '2 d'],
    );
  });

  it('bound what goes together by bytes, records and parts', async () => {
    offer('a');
    const bytes = limits.joinedPartBytes - 200;
    for (let index = 0; index < 6; index += 1) offer(`b${index}`, { bytes });
    for (const id of ['c0', 'c1', 'c2']) offer(id, { records: limits.batchRecords / 2 });
    for (let index = 0; index < limits.joinedParts; index += 1) offer(`d${index}`);
    await turn();
    for (let index = 0; index < 5; index += 1) await broker.answer();
    const sizes = broker.given.map((ids) => ids.split(' ').length);
    assert.deepEqual(sizes, [1, 4, 3, 2, limits.joinedParts]);
    assert.deepEqual(broker.given[2], 'b4 b5 c0', 'in the order in which they were sent');
    assert.equal(
      sizes.reduce((sum, size) => sum + size),
      10 + limits.joinedParts,
    );
  });

  it('let large ones go beside each other, and before no small one that was sent earlier', async () => {
    const bytes = limits.joinedPartBytes;
    for (const id of ['A', 'B']) offer(id, { bytes });
    offer('c');
    for (const id of ['D', 'E']) offer(id, { bytes });
    await turn();
    assert.deepEqual(broker.given, ['A', 'B', 'c']);
    for (let index = 0; index < 3; index += 1) await broker.answer();
    assert.deepEqual(broker.given, ['A', 'B', 'c', 'D', 'E']);
  });

  it('send apart what is refused for itself, so that each hears its own fate', async () => {
    for (const id of ['a', 'b', 'c', 'd']) offer(id);
    await turn();
    await broker.answer();
    await broker.answer('PAYLOAD_TOO_LARGE');
    for (const code of [undefined, 'PAYLOAD_TOO_LARGE', undefined] as const)
      await broker.answer(code);
    assert.deepEqual(broker.given, ['a', 'b c d', 'b', 'c', 'd']);
    assert.deepEqual(outcomes, ['a', 'b', 'c PAYLOAD_TOO_LARGE', 'd']);
    // The numbers of what was refused are missed by nobody.
    const [queue] = numbers.queues([], AT);
    assert.deepEqual(
      [queue!.settled, queue!.givenUp],
      [
        5,
        [
          { from: 2, to: 2 },
          { from: 4, to: 4 },
        ],
      ],
    );
  });

  it('fail all that waits behind what could not be published, at once', async () => {
    for (const id of ['a', 'b', 'c']) offer(id);
    await turn();
    await broker.answer('BROKER_UNREACHABLE');
    assert.deepEqual(
      outcomes,
      ['a', 'b', 'c'].map((id) => `${id} BROKER_UNREACHABLE`),
    );
    offer('d');
    await turn();
    assert.deepEqual(broker.given, ['a', 'd'], 'what comes later is tried again');
  });

  describe('of payloads in a line', () => {
    it('keep their order in each queue, whichever is ready first', async () => {
      const line = new OfferLine();
      const places = ['a', 'b', 'c'].map(() => line.next());
      offer('c', { place: places[2]! });
      offer('b', { place: places[1]! });
      await turn();
      assert.deepEqual(broker.given, []);
      offer('a', { place: places[0]! });
      await turn();
      await broker.answer();
      assert.deepEqual(broker.given, ['a', 'b c']);
    });

    it('hold those behind one that failed, also those that were not sent yet, and none in front', async () => {
      const line = new OfferLine();
      const places = ['a', 'b', 'c', 'd', 'e'].map(() => line.next());
      offer('a', { place: places[0]! });
      await turn();
      await broker.answer();
      offer('b', { place: places[1]! });
      offer('c', { place: places[2]!, partition: 1 });
      await turn();
      places[3]!.passed();
      offer('e', { place: places[4]! });
      await turn();
      await broker.answer('BROKER_REFUSED');
      offer('d', { place: places[3]! });
      await turn();
      await broker.answer();
      assert.deepEqual(outcomes.sort(), [
        'a',
        'b BROKER_REFUSED',
        'c',
        'd PAYLOAD_HELD',
        'e BROKER_REFUSED',
      ]);
      assert.deepEqual(broker.given, ['a', 'b', 'c']);
    });

    it('let those behind pass one that publishes nothing', async () => {
      const line = new OfferLine();
      const [refused, next] = [line.next(), line.next()];
      offer('b', { place: next });
      refused.passed();
      await turn();
      assert.deepEqual(broker.given, ['b']);
    });

    it('wait until a large one in front is durable', async () => {
      const line = new OfferLine();
      offer('A', { place: line.next(), bytes: limits.joinedPartBytes });
      offer('b', { place: line.next() });
      await turn();
      assert.deepEqual(broker.given, ['A']);
      await broker.answer();
      assert.deepEqual(broker.given, ['A', 'b']);
    });
  });
});
