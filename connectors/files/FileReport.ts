/** What a source of files tells people: log and metrics, each trouble once. */
import type { Fault } from '../../core/errors.ts';
import type { LogEvent } from '../../core/logEvents.ts';
import type { Runtime } from '../../core/runtime.ts';
import { type Claim, nameProblem } from './FileClaims.ts';
import type { Reason } from './UnwantedFiles.ts';

/** Refused names that are remembered, so that each is logged once. */
const MOST_REFUSED = 1_000;
/** So many looks in vain, one after another, are told as a fault of the flow. */
const FAILED_LOOKS = 3;

export class FileReport {
  readonly #about: { name: string; flow: string; runtime: Runtime };
  /** Names that were complained about, so that each is named once. */
  readonly #refused = new Set<string>();
  #trouble: string | undefined;
  /** Looks in a row that met a trouble, and the last of these. */
  #troubles = 0;
  #lastFault: Fault | undefined;

  constructor(about: { name: string; flow: string; runtime: Runtime }) {
    this.#about = about;
  }

  /** Names that no claim can carry are left where they are, and said once each. */
  refusesName(name: string): boolean {
    const problem = nameProblem(name);
    if (!problem) return false;
    if (!this.#refused.has(name)) this.log('error', 'folder.file_refused', { ...problem.fault });
    if (this.#refused.size >= MOST_REFUSED) this.#refused.clear();
    this.#refused.add(name);
    return true;
  }

  /** Says once that the folder cannot be used, and once that it can again. */
  troubled(fault: Fault): void {
    this.#troubles += 1;
    this.#lastFault = fault;
    if (this.#trouble === fault.message) return;
    this.#trouble = fault.message;
    this.log('error', 'folder.unreadable', { ...fault });
  }

  recovered(): void {
    this.#troubles = 0;
    if (this.#trouble !== undefined) this.log('info', 'folder.readable_again');
    this.#trouble = undefined;
  }

  /** What keeps files from coming; one look in vain may be chance. */
  get fault(): Fault | undefined {
    return this.#troubles >= FAILED_LOOKS ? this.#lastFault : undefined;
  }

  unwanted(file: string, { why, pattern }: Reason): void {
    const todo = 'rename it, or give a flow a pattern that matches';
    this.log('warn', 'folder.file_unwanted', { file, why, pattern, todo });
  }

  countUnwanted(count: number): void {
    const labels = { connector: this.#about.name };
    this.#about.runtime.metrics.gauge('stockbus_folder_unwanted_files', count, labels);
  }

  retried({ name: file, intakeId }: Claim, fault: Fault): void {
    this.count('retried');
    this.log('warn', 'folder.file_retried', { file, intakeId, ...fault });
  }

  failed({ name: file, intakeId }: Claim, fault: Fault): void {
    this.count('failed');
    this.log('error', 'folder.file_failed', { file, intakeId, ...fault });
  }

  /** `again`: the intake as which all of it is taken in. */
  grew(file: {
    file: string;
    intakeId: string;
    again: string | undefined;
    readBytes: number;
    sizeBytes: number | undefined;
  }): void {
    this.count('grew');
    const todo =
      'have the sender rename the file when it is complete, write a marker file, or raise `settle`';
    this.log('error', 'folder.file_grew', { ...file, todo });
  }

  count(outcome: string): void {
    const labels = { connector: this.#about.name, flow: this.#about.flow, outcome };
    this.#about.runtime.metrics.count('stockbus_folder_files_total', 1, labels);
  }

  log(level: 'info' | 'warn' | 'error', event: LogEvent, fields: object = {}): void {
    const { name: connector, flow, runtime } = this.#about;
    runtime.log(level, event, { connector, flow, ...fields });
  }
}
