/**
 * Histories through the real hub on the embedded broker and SQLite, which is killed in the middle of
 * them: every batch is published twice, and afterwards the books are as the oracle has them. Each
 * history takes some starts of a process, so there are few.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import type { OpenHub } from '../../core/hub/openHub.ts';
import { openHub } from '../../core/hub/openHub.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import type { BatchPart, Command } from '../../core/message.ts';
import { systemRuntime } from '../../core/runtime.ts';
import { verifyStore } from '../../core/verify.ts';
import { until } from '../hubRun.ts';
import { patience, runs } from '../runs.ts';
import { spawnHub } from '../spawnHub.ts';
import { Books, commandOf, itemDoc, policyOf } from './Books.ts';
import { checkAny } from './check.ts';
import { saidBy, saidByOracle } from './compare.ts';
import type { Doc, History } from './documents.ts';
import { describeHistory } from './documents.ts';
import { histories, movements } from './histories.ts';

const folder = 'test/property/hub';
const share = 0.01;
const life = histories({
  events: [...movements, 'landed', 'cancel', 'reserve', 'reserve', 'commit', 'void'],
  negative: ['allow'],
}).map(({ setting, docs }) => ({ setting, docs: docs.map(withoutEnd) }));

/** The hub goes by the clock of today, by which all that ends has ended. */
function withoutEnd(doc: Doc): Doc {
  const { expiresAt, ...data } = doc.data;
  return { ...doc, data };
}

describe(`a hub that is killed again and again (${runs(share)} histories)`, function () {
  this.timeout(patience(share) * 10);

  after(() => assert.ok(hits > 0, 'no kill met a message that was not settled'));

  it('1. Replay, 9. Idempotency, 10. Atomicity: everything is booked, once, and as if nothing had happened', () =>
    checkAny(
      fc.tuple(life, fc.array(fc.integer({ min: 0, max: 150 }), { minLength: 1, maxLength: 3 })),
      ([history, kills]) => `${describeHistory(history)}\n\nkilled after ${kills.join(', ')} ms`,
      async ([{ setting, docs }, kills]) => {
        const usual = { minorDigits: 2, closedPeriod: 'refuse' } as const;
        const data = await mkdtemp(join(tmpdir(), 'stockbus-'));
        try {
          await live({ setting: { ...setting, ...usual }, docs }, kills, data);
        } finally {
          await rm(data, { recursive: true, force: true, maxRetries: 3 });
        }
      },
      share,
    ));
});

/** Kills after which messages lay in the broker, in hand or waiting. */
let hits = 0;

function messagesIn(data: string): number {
  const db = new DatabaseSync(join(data, 'broker.db'), { readOnly: true });
  const queue = commandQueue(0);
  const row = db.prepare('SELECT count(*) AS n FROM messages WHERE queue = ?').get(queue);
  db.close();
  return Number(row?.n);
}

async function live(history: History, kills: readonly number[], data: string): Promise<void> {
  const env = { STOCKBUS_DATA: data };
  const open = await openHub(folder, env, systemRuntime(), { roles: [] });
  try {
    await open.hub.start();
    const sent = await publish(open, history);
    // The first at once: whatever the machine, it meets messages in hand.
    for (const after of [0, ...kills]) {
      const hub = await spawnHub({ config: folder, roles: 'apply,relay', env });
      await wait(after);
      hub.kill('SIGKILL');
      await once(hub, 'exit');
      if (messagesIn(data) > 0) hits += 1;
    }
    const hub = await spawnHub({ config: folder, roles: 'apply,relay', env });
    for (const { intakeId } of sent) {
      await until(`batch ${intakeId}`, async () => (await open.store.intake(intakeId))?.done);
    }
    hub.kill('SIGTERM');
    await once(hub, 'exit');
    await agree(
      open,
      history,
      sent.flatMap(({ commands }) => commands),
    );
  } finally {
    await open.close();
  }
}

/** In batches of three, each twice, as a broker does that never heard of the first. */
async function publish(
  { broker }: OpenHub,
  { setting, docs }: History,
): Promise<{ intakeId: string; commands: Command[] }[]> {
  const all = [...setting.items.map(itemDoc), ...docs];
  const sent: { intakeId: string; commands: Command[] }[] = [];
  for (let first = 0; first < all.length; first += 3) {
    const some = all.slice(first, first + 3);
    const commands = some.map((doc, index) => commandOf(doc, '/test', undefined, index + 1));
    const intakeId = `batch ${first}`;
    const part: BatchPart = {
      origin: { intakeId, flow: 'test', name: 'test' },
      ...{ index: 0, records: commands.length, filtered: 0, commands, parked: [], batches: 1 },
    };
    const body = Buffer.from(JSON.stringify({ v: 1, parts: [part] }));
    const to = { queue: commandQueue(0) };
    const message = { to, body, contentType: 'application/json' };
    await broker.publish([
      { ...message, id: intakeId },
      { ...message, id: `${intakeId} again` },
    ]);
    sent.push({ intakeId, commands });
  }
  return sent;
}

async function agree({ store }: OpenHub, history: History, commands: Command[]): Promise<void> {
  const { setting, docs } = history;
  const known = new Set((await store.inbox(commands)).map(({ id }) => id));
  const { rows: reservations } = await store.reservations({}, { limit: 1_000 });
  const committed = new Set(
    reservations.flatMap(({ log }) =>
      log.filter(({ result }) => result === 'committed').map(({ messageId }) => messageId),
    ),
  );
  const booked = docs.filter((doc) => {
    const { id } = commandOf(doc, '/test', undefined, 1);
    return known.has(id) && (doc.type !== 'reservation.commit.v1' || committed.has(id));
  });
  assert.deepEqual(await saidBy(new Books(setting, store)), saidByOracle(setting, booked));
  assert.deepEqual((await verifyStore(store, policyOf(setting))).differences, []);
}
