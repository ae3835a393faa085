/**
 * A whole hub for one case: intake with its spool, the embedded broker, apply and SQLite. Its two doors
 * are an inbox in memory, under time that the test moves, and HTTP on the loopback.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileSource, type FileSourceOptions } from '../../../connectors/files/FileSource.ts';
import type { FileFrom } from '../../../connectors/files/fileFrom.ts';
import type { FolderConfig } from '../../../connectors/folder/folderSource.ts';
import { folder } from '../../../connectors/folder.ts';
import { http } from '../../../connectors/http.ts';
import { type Api, createApi } from '../../../core/api/createApi.ts';
import { embedded } from '../../../core/brokers/embedded.ts';
import { codecs, schemas, steps } from '../../../core/catalog.ts';
import { type LoadedHub, loadHub } from '../../../core/flow/loadHub.ts';
import type { Hub } from '../../../core/hub.ts';
import { createHub } from '../../../core/hub.ts';
import type { Balance, LedgerEntry } from '../../../core/ledger.ts';
import type { IntakeReport, ParkedRecord } from '../../../core/message.ts';
import type {
  Accept,
  Broker,
  ConnectorSpec,
  Payload,
  Receipt,
  Source,
  SourceAbout,
  Store,
} from '../../../core/ports.ts';
import { rowsOf } from '../../../core/rowsOf.ts';
import type { Log, Runtime } from '../../../core/runtime.ts';
import { noMetrics, systemRuntime } from '../../../core/runtime.ts';
import { sqlite } from '../../../core/stores/sqlite.ts';
import type { VerifyReport } from '../../../core/verify.ts';
import { verifyStore } from '../../../core/verify.ts';
import { MemoryTree } from '../../MemoryTree.ts';
import { SimulatedTime } from '../../SimulatedTime.ts';

/** When all of it happens; what the generators date lies before it. */
export const NOW = Date.UTC(2026, 5, 15, 12);
const CONFIG = 'connectors:\n  inbox: { folder: { path: in } }\nstock: { valuation: average }\n';
const COMMANDS = { 'stock.receive.v1': schemas['stock.receive.v1'] };
/** A folder that is no disk, where the system has one: each case has databases of its own. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const ROLES = ['intake', 'apply'] as const;

export interface LoggedEvent {
  level: string;
  event: string;
  [field: string]: unknown;
}

/** What the HTTP interface answered. */
export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

export class Doors {
  readonly time = new SimulatedTime(NOW);
  readonly tree = new MemoryTree(this.time);
  readonly log: LoggedEvent[] = [];
  #parts!: { folder: string; loaded: LoadedHub; broker: Broker; store: Store; hub: Hub; api: Api };
  #url = '';
  /** Payloads that are being taken in, but for those that wait for the sender's time to pass. */
  #busy = 0;

  static async open(yaml: string): Promise<Doors> {
    const doors = new Doors();
    await doors.#open(yaml);
    return doors;
  }

  async #open(yaml: string): Promise<void> {
    const home = await mkdtemp(join(MEMORY, 'stockbus-ways-'));
    const log: Log = (level, event, fields = {}) => void this.log.push({ level, event, ...fields });
    // A clock that stands still: nothing may rely on two moments being two.
    const runtime: Runtime = { ...systemRuntime(log), now: () => NOW };
    const source = (_: FolderConfig, from: FileFrom, about: SourceAbout): Source =>
      this.#source(runtime, from, about);
    const connectors = [{ ...folder, source }, http] as readonly ConnectorSpec[];
    await mkdir(join(home, 'config'));
    await mkdir(join(home, 'flows'));
    await writeFile(join(home, 'config/hub.yaml'), CONFIG);
    await writeFile(join(home, 'flows/way.yaml'), yaml);
    const env = { STOCKBUS_DATA: join(home, 'data') };
    const loaded = await loadHub(home, {
      env,
      codecs,
      steps,
      connectors,
      schemas: COMMANDS,
      runtime,
    });
    await mkdir(loaded.config.dataFolder);
    const address = `file:${loaded.config.dataFolder}`;
    const store = await sqlite.open(address, runtime);
    const broker = await embedded.open(address, runtime);
    const { config, flows, checkCommand } = loaded;
    const hub = createHub({ config, flows, checkCommand, broker, store, runtime, roles: ROLES });
    const api = createApi({
      hub,
      runtime,
      writers: {},
      metricsText: async () => '',
      status: () => Promise.reject(new Error('nobody asks')),
      reload: () => Promise.reject(new Error('nobody asks')),
      settings: () => [],
      version: '0.0.0',
      config: { host: '127.0.0.1', port: 0 },
    });
    this.#parts = { folder: home, loaded, broker, store, hub, api };
    this.#url = `http://127.0.0.1:${(await api.start()).port}/v1/flows/way`;
    await hub.start();
  }

  /** The real source of files, over the inbox in memory and its time. */
  #source(hub: Runtime, from: FileFrom, about: { flow: string }): Source {
    const { now, monotonic, sleep, after, every } = this.time;
    const time = { now, monotonic, sleep, after, every };
    const options: FileSourceOptions = {
      pattern: from.pattern,
      ready: from.ready,
      settleMs: from.settle,
      recheckMs: from.recheck,
      rescanMs: from.rescan,
      archive: from.archive,
    };
    const runtime = { ...hub, ...time, metrics: noMetrics, random: () => 0 };
    const source = new FileSource(this.tree, options, { name: 'inbox', flow: about.flow, runtime });
    return {
      start: (accept) => source.start((payload) => this.#accept(accept, payload)),
      stop: () => source.stop(),
    };
  }

  async #accept(accept: Accept, payload: Payload): Promise<Receipt> {
    this.#busy += 1;
    const { inLine } = payload;
    const whole = (): Promise<void> => this.#waiting(payload.whole?.());
    const turn = (): Promise<void> => this.#waiting(inLine?.turn());
    const ofLine = inLine ? { inLine: { ...inLine, turn } } : {};
    try {
      return await accept({ ...payload, whole, ...ofLine });
    } finally {
      this.#busy -= 1;
    }
  }

  /** It does nothing until time has passed: for its own sender, or for that of one in front. */
  async #waiting(work: Promise<void> | undefined): Promise<void> {
    this.#busy -= 1;
    try {
      await work;
    } finally {
      this.#busy += 1;
    }
  }

  /** Lets the sender's time pass, and the hub finish what it does at each moment of it. */
  async pass(ms: number): Promise<void> {
    const endMs = this.time.now() + ms;
    await this.#quiet();
    for (;;) {
      const restMs = endMs - this.time.now();
      const stepMs = Math.min(this.time.nextMs ?? restMs, restMs);
      await this.time.advance(Math.max(0, stepMs));
      await this.#quiet();
      if (restMs <= 0) return;
    }
  }

  async #quiet(): Promise<void> {
    while (this.#busy > 0) await new Promise(setImmediate);
  }

  async post(body: Uint8Array, chunk: number, contentType: string): Promise<Answer> {
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < body.length; at += chunk) yield body.subarray(at, at + chunk);
    };
    const request = { method: 'POST', headers: { 'content-type': contentType } };
    const sent = chunk < body.length ? { body: chunks(), duplex: 'half' } : { body };
    const response = await fetch(this.#url, { ...request, ...sent } as RequestInit);
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }

  /** Once all of these intakes were applied. */
  async reports(intakeIds: readonly string[]): Promise<IntakeReport[]> {
    const reports: IntakeReport[] = [];
    for (const id of intakeIds) {
      for (let tries = 0; ; tries += 1) {
        const report = await this.#parts.store.intake(id);
        if (report?.done) {
          reports.push(report);
          break;
        }
        if (tries > 20_000) throw new Error(`intake ${id} is not done: ${JSON.stringify(report)}`);
        await new Promise(setImmediate);
      }
    }
    return reports;
  }

  ledger = (): Promise<LedgerEntry[]> =>
    Array.fromAsync(rowsOf((page) => this.#parts.store.ledger({}, page)));
  stock = (): Promise<Balance[]> =>
    Array.fromAsync(rowsOf((page) => this.#parts.store.stock({}, page)));
  parked = (): Promise<ParkedRecord[]> =>
    Array.fromAsync(rowsOf((page) => this.#parts.store.parked({}, page)));
  verify = (): Promise<VerifyReport> =>
    verifyStore(this.#parts.store, this.#parts.loaded.config.stock);

  async close(): Promise<void> {
    const { folder: home, broker, store, hub, api } = this.#parts;
    await api.stop();
    const stopped = hub.stop();
    await this.time.advance(1_000);
    await stopped;
    await broker.close();
    await store.close();
    await rm(home, { recursive: true });
  }
}
