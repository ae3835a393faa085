/** An inbox in memory under time that a test moves: what a sender does, and what a source makes of it. */
import { FileSource, type FileSourceOptions } from '../connectors/files/FileSource.ts';
import type { FolderWatch } from '../connectors/files/FolderWatch.ts';
import type { WantedFiles } from '../connectors/files/UnwantedFiles.ts';
import type { Accept, Payload, Receipt, Refuse } from '../core/ports.ts';
import type { Metrics, Runtime } from '../core/runtime.ts';
import { receiptOf, textOf } from './contract/connector/connectorContract.ts';
import { MemoryTree } from './MemoryTree.ts';
import { SimulatedTime, simulatedRuntime } from './SimulatedTime.ts';

export interface LoggedEvent {
  level: string;
  event: string;
  [field: string]: unknown;
}

/** The n-th id that the runtime of an inbox gives. */
export const intakeId = (number: number): string =>
  `01980000-0000-7000-8000-${String(number).padStart(12, '0')}`;

export const defaults: FileSourceOptions = {
  pattern: '*',
  settleMs: 2_000,
  recheckMs: 60_000,
  rescanMs: 5_000,
  archive: 'archive',
  ready: undefined,
};

export class Inbox {
  readonly time = new SimulatedTime();
  readonly tree = new MemoryTree(this.time);
  readonly log: LoggedEvent[] = [];
  readonly counts = new Map<string, number>();
  readonly gauges = new Map<string, number>();
  /** What was offered and read, in order. */
  readonly taken: { name: string; text: string; intakeId: string }[] = [];
  readonly runtime: Runtime;
  readonly #sources: FileSource[] = [];

  constructor() {
    const metrics: Metrics = {
      count: (name, by = 1, { outcome = '' } = {}) => {
        const key = `${name} ${outcome}`;
        this.counts.set(key, (this.counts.get(key) ?? 0) + by);
      },
      gauge: (name, value) => void this.gauges.set(name, value),
      observe: () => undefined,
    };
    const log: Runtime['log'] = (level, event, fields = {}) => {
      this.log.push({ level, event, ...fields });
    };
    let ids = 0;
    const newId = (): string => {
      ids += 1;
      return intakeId(ids);
    };
    const parts = { log, metrics, random: () => 0 };
    this.runtime = { ...simulatedRuntime(this.time, parts), newId };
  }

  /** A source over this inbox, started; another one stands for the process after a restart. */
  async open(
    accept: Accept = this.take,
    options: Partial<FileSourceOptions> = {},
    wanted?: readonly WantedFiles[],
  ): Promise<FileSource> {
    const about = { name: 'inbox', flow: 'receipts', runtime: this.runtime, wanted };
    const { watchers } = this.tree;
    let heard: ((changed?: string) => void) | undefined;
    const watch: FolderWatch = {
      start: async (ring) => {
        heard = ring;
        watchers.add(ring);
      },
      stop: async () => {
        if (heard) watchers.delete(heard);
      },
    };
    const source = new FileSource(this.tree, { ...defaults, ...options }, about, watch);
    this.#sources.push(source);
    await source.start(accept, this.refuse);
    await this.time.advance(0);
    return source;
  }

  /** Reads a payload and takes it in. */
  readonly take = async (payload: Payload): Promise<Receipt> => {
    const text = await textOf(payload.body);
    const { name, intakeId: id } = payload.origin;
    this.taken.push({ name, text, intakeId: id });
    return receiptOf(payload);
  };

  /** What is refused whole: its name, why, and how much of it may be read. */
  refused: string[] = [];
  refuse: Refuse = async ({ origin, body, place }, { code }) => {
    const text = body ? await textOf(body) : 'not read';
    this.refused.push(`${place} ${origin.intakeId} ${code} ${text}`);
  };

  get names(): string[] {
    return this.taken.map(({ name }) => name);
  }

  get texts(): string[] {
    return this.taken.map(({ text }) => text);
  }

  told(event: string): LoggedEvent[] {
    return this.log.filter((one) => one.event === event);
  }

  /** Names in the archive, whatever the day. */
  get archived(): string[] {
    return this.tree.files('archive').map((path) => path.replace(/^[^/]*\//, ''));
  }

  async close(): Promise<void> {
    const stopped = Promise.all(this.#sources.map((source) => source.stop()));
    await this.time.advance(1_000);
    await stopped;
  }
}
