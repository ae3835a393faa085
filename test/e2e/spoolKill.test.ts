/** kill -9 while a payload waits in the file of the spool, and while it is published from there. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { IntakeReport } from '../../core/message.ts';
import { HubFolder, HubProcess } from '../HubProcess.ts';
import { until } from '../hubRun.ts';
import { notRunOutside } from '../notRun.ts';

/** Over 4 MiB of commands, which are more than waits in memory. */
const ROWS = 30_000;
const text = `d,s,q\n${Array.from({ length: ROWS }, (_, row) => `D${row},S${row % 50},1\n`).join('')}`;

/** About one batch. */
const BATCH_BYTES = 100_000;

const flow = `flow: rows
from: { folder: in, pattern: "*.csv", settle: 20ms, recheck: 100ms }
read: csv
steps:
  - map: { document: d, at: '"2026-01-01T00:00:00Z"', sku: s, location: '"W"', quantity: $decimal(q), unitCost: '"1"' }
key: d
to: stock.receive.v1
`;
const config = `http: { port: 0 }
connectors:
  in: { folder: { path: "\${STOCKBUS_DATA}/in" } }
`;

/** Files of the spool have no name any more, but the process holds them open. */
function isSpooling({ pid }: HubProcess): boolean {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some((name) => {
    try {
      return /\/spool\/[^/]+ \(deleted\)$/.test(readlinkSync(join(folder, name)));
    } catch {
      return false;
    }
  });
}

const suite = 'kill -9 of a hub whose payload is larger than memory';
if (process.platform === 'linux') describe(suite, whileSpooling);
else notRunOutside(suite, 'only /proc shows files without a name', 'run it on Linux');

function whileSpooling(): void {
  let folder: HubFolder;
  let hub: HubProcess;

  beforeEach(async () => {
    folder = new HubFolder({ 'config/hub.yaml': config, 'flows/rows.yaml': flow });
    hub = await HubProcess.start(folder);
  });

  afterEach(async () => {
    await hub.end();
    folder.remove();
  });

  const report = async (id: unknown): Promise<IntakeReport> => {
    const answer = await fetch(`${hub.url}/v1/messages/${id}`);
    return (await answer.json()) as IntakeReport;
  };

  /** What the broker has written so far. */
  const published = (): number => statSync(join(folder.data, 'broker.db-wal')).size;

  /** Kills it while the file of the spool is there; the payload was then not acknowledged. */
  const killWhile = async (phase: 'spooled' | 'published'): Promise<void> => {
    await until('the spool', () => isSpooling(hub));
    const before = published();
    if (phase === 'published') await until('a batch', () => published() > before + BATCH_BYTES);
    assert.ok(isSpooling(hub), 'the kill came too late');
    await hub.end('SIGKILL');
    assert.deepEqual(hub.lines('intake.done'), [], 'the kill came too late');
    hub = await HubProcess.start(folder);
  };

  const booksAreWhole = async (id: unknown): Promise<void> => {
    const { booked, exists, parked } = await until('the books', async () => {
      const found = await report(id);
      return found.done && found;
    });
    assert.deepEqual([booked + exists, parked], [ROWS, 0]);
    const answer = await fetch(`${hub.url}/v1/stock?limit=1000`);
    const { rows } = (await answer.json()) as { rows: { onHand: string }[] };
    assert.equal(rows.length, 50);
    for (const { onHand } of rows) assert.equal(onHand, String(ROWS / 50));
    await hub.end();
    const args = ['bin/stockbus.js', 'verify', '--config', folder.path];
    const env = { ...process.env, STOCKBUS_DATA: folder.data };
    const verify = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
    assert.equal(verify.status, 0, verify.stdout + verify.stderr);
  };

  for (const phase of ['spooled', 'published'] as const) {
    it(`books a file once that was being ${phase}`, async () => {
      folder.drop('rows.csv', text);
      await killWhile(phase);
      const { intakeId } = await hub.logged('intake.done');
      await booksAreWhole(intakeId);
    }).timeout(120_000);

    it(`books a body once that was being ${phase} and is sent again`, async () => {
      const broken = assert.rejects(hub.post('rows', text));
      await killWhile(phase);
      await broken;
      const sent = await hub.post('rows', text);
      assert.equal(sent.status, 202);
      await booksAreWhole(((await sent.json()) as { intakeId: string }).intakeId);
    }).timeout(120_000);
  }
}
