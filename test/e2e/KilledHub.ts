/** A hub that a test kills again and again, in a place of its own, and what is in its books afterwards. */
import { deepEqual, equal } from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { openBooks } from '../../core/hub/openBooks.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { queryRows } from '../../core/query.ts';
import { systemTime } from '../../core/runtime.ts';
import { verifyStore } from '../../core/verify.ts';
import { until } from '../hubRun.ts';
import type { Pair, Workplace } from '../pairs.ts';
import { isLong } from '../runs.ts';
import { spawnHub } from '../spawnHub.ts';
import { endLeases } from './endLeases.ts';

/** How many documents go in while it is killed. */
export const documents = Number(process.env.STOCKBUS_DOCUMENTS || (isLong ? 5_000 : 200));
export const patienceMs = isLong ? 900_000 : 60_000;

export interface KilledHubParts {
  /** With config/ and flows/. */
  folder: string;
  roles: string;
  env: Readonly<Record<string, string>>;
  /** Flows that deliver. */
  sinks?: readonly string[];
  /** It asks others by turns, for which nobody is to wait. */
  hasLeases?: boolean;
}

export class KilledHub {
  readonly env: Readonly<Record<string, string>>;
  readonly #parts: KilledHubParts;
  readonly #place: Workplace;
  readonly #said: string[] = [];
  #process: ChildProcess | undefined;

  static async at(pair: Pair, parts: KilledHubParts): Promise<KilledHub> {
    return new KilledHub(parts, await pair.workplace());
  }

  private constructor(parts: KilledHubParts, place: Workplace) {
    this.#parts = parts;
    this.#place = place;
    this.env = { ...place.env, ...parts.env };
  }

  async start(): Promise<void> {
    const { folder: config, roles, hasLeases } = this.#parts;
    if (hasLeases) await endLeases(config, this.env);
    this.#process = await spawnHub({ config, roles, env: this.env, said: this.#said });
    const left = this.#said.filter((line) => line.includes('flow.left_out'));
    deepEqual(left, [], 'its flows are in order');
  }

  async kill(): Promise<void> {
    this.#process!.kill('SIGKILL');
    await once(this.#process!, 'exit');
  }

  /** Once while both work, and once after the other side was killed and began again. */
  async killBeside(
    server: { kill(): Promise<unknown>; begin(): Promise<unknown> },
    random: () => number,
  ): Promise<void> {
    await this.start();
    await wait(random() * 1_500);
    await this.kill();
    await this.start();
    await wait(random() * 600);
    await server.kill();
    await wait(random() * 300);
    await server.begin();
    await wait(random() * 600);
    await this.kill();
  }

  async booked(lines: number): Promise<void> {
    await until('all booked', async () => (await this.#bookedTimes()).size >= lines, patienceMs);
  }

  /** It ends as it is told to; each line was booked once, and `verify` finds nothing. */
  async endsWith(lines: number): Promise<void> {
    this.#process!.kill('SIGTERM');
    deepEqual(await once(this.#process!, 'exit'), [0, null]);
    const times = await this.#bookedTimes(true);
    deepEqual(
      [...times].filter(([, count]) => count !== 1),
      [],
    );
    equal(times.size, lines);
  }

  /** How often each line of a document was booked. */
  async #bookedTimes(isLast = false): Promise<Map<string, number>> {
    const { store, config, close } = await openBooks(this.#parts.folder, this.env);
    const times = new Map<string, number>();
    for await (const rows of queryRows(store, config.stock, { name: 'ledger' }, systemTime))
      for (const { kind, document, sku } of rows as unknown as Record<string, string>[]) {
        const key = `${kind} ${document} ${sku}`;
        if (kind === 'receive' || kind === 'issue') times.set(key, (times.get(key) ?? 0) + 1);
      }
    if (isLast) deepEqual((await verifyStore(store, config.stock)).differences, []);
    await close();
    return times;
  }

  /** Shows what it said last where a test of the suite has failed. */
  async remove({ test }: Mocha.Context): Promise<void> {
    if (test?.parent?.tests.some((one) => one.isFailed()))
      process.stdout.write(`${this.#said.slice(-40).join('\n')}\n`);
    const { exitCode, signalCode } = this.#process ?? { exitCode: 0 };
    if (exitCode === null && signalCode === null) await this.kill();
    const { sinks = [] } = this.#parts;
    await this.#place.remove([commandQueue(0), ...sinks.map((flow) => sinkQueue(flow))]);
  }
}
