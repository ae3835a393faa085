import { deepEqual, equal } from 'node:assert/strict';
import { MongoClient } from 'mongodb';
import { commandsTo, type SeenCommand } from './commandsTo.ts';
import type { StorePlace } from './storeContract.ts';
import { openAt } from './withStore.ts';

export function describeMongodbStages(place: StorePlace): void {
  it('counts what waits in stages and what has left them by indexes, and reads none of it', async () => {
    const asked: SeenCommand[] = [];
    const address = place.fresh();
    const proxy = await commandsTo(address, (command) => {
      if (command.name === 'aggregate') asked.push(command);
    });
    const store = await openAt(proxy.address);
    const client = await MongoClient.connect(address);
    try {
      const row = { since: '2026-01-01T00:00:00.000Z', waiting: 2, body: 'x' };
      const rows = ['A', 'B'].map((key) => ({ key, expected: '', row }));
      const outs = ['1', '2', '3'].map((id) => ({ id, body: 'x'.repeat(10_000) }));
      await store.commitStage({ id: 'c', stage: 's', rows, outs });
      asked.splice(0);
      const since = row.since;
      deepEqual(await store.stages(), [{ stage: 's', waiting: 4, since, outs: 3 }]);
      equal(asked.length, 2);
      for (const { body } of asked) {
        const { aggregate, pipeline, hint } = body;
        const explain = { aggregate, pipeline, hint, cursor: {} };
        const told = await client.db().command({ explain, verbosity: 'executionStats' });
        equal(/"stage":"(COLLSCAN|FETCH)"/.exec(JSON.stringify(told))?.[0], undefined, aggregate);
      }
    } finally {
      await client.close();
      await store.close();
      proxy.close();
    }
  });
}
