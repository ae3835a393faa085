/** Offers the files of a folder to a flow, one after another. */

import { basename, resolve } from 'node:path';
import { watch } from 'chokidar';
import type { Fault } from '../../core/errors.ts';
import { faultOf, isRetryable } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Accept, Source } from '../../core/ports.ts';
import type { Runtime } from '../../core/runtime.ts';
import { isUnfinishedName } from '../files/commonName.ts';
import { fileGlob } from '../files/fileGlob.ts';
import type { Claim } from './FolderClaims.ts';
import { FolderClaims, nameProblem } from './FolderClaims.ts';
import { FolderRejects, publishLeftRejects } from './FolderRejects.ts';
import { fileError } from './folderFiles.ts';
import { SettledFiles } from './SettledFiles.ts';
import { WakeUp } from './WakeUp.ts';

export interface FolderSourceOptions {
  path: string;
  pattern: string;
  settleMs: number;
  rescanMs: number;
  archive: string;
}

interface About {
  name: string;
  flow: string;
  runtime: Runtime;
}

/** Shortest time between two looks at the folder, however many events come. */
const SCAN_GAP_MS = 50;

/** Refused names that are remembered, so that each is logged once. */
const MOST_REFUSED = 1_000;

export class FolderSource implements Source {
  readonly #options: FolderSourceOptions;
  readonly #about: About;
  readonly #runtime: Runtime;
  readonly #claims: FolderClaims;
  readonly #files: SettledFiles;
  readonly #matches: (name: string) => boolean;
  readonly #wake = new WakeUp();
  /** Claimed and not yet taken in: left by a crash, or not readable just now. */
  #claimed: Claim[] = [];
  /** Names that were complained about, so that each is named once. */
  #refused = new Set<string>();
  #trouble: string | undefined;
  #watcher: ReturnType<typeof watch> | undefined;
  #running: Promise<void> | undefined;
  #stopping = false;

  constructor(options: FolderSourceOptions, about: About) {
    const glob = fileGlob(options.pattern).matches;
    this.#options = options;
    this.#about = about;
    this.#runtime = about.runtime;
    this.#matches = (name) => !isUnfinishedName(name) && glob(name) && !this.#refuse(name);
    this.#claims = new FolderClaims(about.name, options.path, options.archive);
    this.#files = new SettledFiles(options.path, this.#matches, options.settleMs);
  }

  async start(accept: Accept): Promise<void> {
    if (this.#running || this.#stopping) return;
    await this.#claims.prepare();
    const { mine, others } = await this.#claims.leftovers(this.#matches);
    this.#claimed = mine;
    const left = { resumed: mine.length, others };
    if (mine.length + others > 0) this.#log('info', 'folder_claims_found', left);
    await publishLeftRejects(this.#claims.rejected, this.#claims.claimed);
    await this.#watch();
    if (this.#stopping) await this.#watcher?.close();
    else this.#running = this.#run(accept);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake.ring();
    await this.#watcher?.close();
    await this.#running;
  }

  /** Events only hasten the next look; the rescan finds what they miss (network shares, full queues). */
  async #watch(): Promise<void> {
    const root = resolve(this.#options.path);
    const watcher = watch(root, {
      depth: 0,
      ignoreInitial: true,
      followSymlinks: false,
      ignored: (path, stats) =>
        resolve(path) !== root && (stats?.isDirectory() === true || !this.#matches(basename(path))),
    });
    this.#watcher = watcher;
    watcher.on('add', () => this.#wake.ring()).on('change', () => this.#wake.ring());
    await new Promise<void>((resolve) => {
      watcher.once('ready', resolve);
      watcher.on('error', (error) => {
        this.#log('warn', 'folder_watch_failed', { reason: String(error) });
        resolve();
      });
    });
  }

  async #run(accept: Accept): Promise<void> {
    while (!this.#stopping) {
      let waitMs = this.#options.rescanMs;
      try {
        await this.#offerClaimed(accept);
        const { ready, nextMs } = await this.#files.scan();
        waitMs = Math.min(waitMs, nextMs ?? waitMs);
        for (const file of ready) {
          if (this.#stopping) return;
          if (!(await this.#files.stands(file))) continue;
          const claim = await this.#claims.claim(file.name, this.#runtime.newId());
          if (claim) await this.#take(claim, accept);
        }
        this.#recovered();
      } catch (error) {
        this.#troubled(fileError('FOLDER_READ_FAILED', `'${this.#options.path}'`, error).fault);
      }
      if (this.#stopping) return;
      for (const claim of this.#claimed) {
        waitMs = Math.min(waitMs, claim.notBeforeMs - performance.now());
      }
      await this.#wake.wait(Math.max(waitMs, 1));
      await this.#pause(SCAN_GAP_MS);
    }
  }

  async #offerClaimed(accept: Accept): Promise<void> {
    const due = this.#claimed.filter((claim) => claim.notBeforeMs <= performance.now());
    this.#claimed = this.#claimed.filter((claim) => !due.includes(claim));
    for (const [index, claim] of due.entries()) {
      if (this.#stopping) this.#claimed.push(...due.slice(index));
      if (this.#stopping) return;
      await this.#take(claim, accept);
    }
  }

  /** Names that no claim can carry are left where they are, and said once each. */
  #refuse(name: string): boolean {
    const problem = nameProblem(name);
    if (!problem) return false;
    if (!this.#refused.has(name)) this.#log('error', 'folder_file_refused', { ...problem.fault });
    if (this.#refused.size >= MOST_REFUSED) this.#refused.clear();
    this.#refused.add(name);
    return true;
  }

  /**
   * Brings one claimed file to its end. While the world is wrong (broker away, disk full) it holds
   * the files behind it too, so that their order stays; a file that cannot be read, or moved, steps
   * aside.
   */
  async #take(claim: Claim, accept: Accept): Promise<void> {
    while (!this.#stopping) {
      const outcome = await this.#offer(claim, accept).catch((error) => {
        const { fault } = fileError('FOLDER_READ_FAILED', `'${claim.name}'`, error);
        return this.#retried(claim, fault);
      });
      if (outcome === 'done') return;
      claim.attempts += 1;
      const waitMs = this.#backoffMs(claim.attempts);
      if (outcome === 'unreadable') {
        claim.notBeforeMs = performance.now() + waitMs;
        this.#claimed.push(claim);
        return;
      }
      await this.#pause(waitMs);
    }
  }

  async #offer(claim: Claim, accept: Accept): Promise<'done' | 'unreadable' | 'again'> {
    const { intakeId, name, sizeBytes } = claim;
    const origin = { intakeId, flow: this.#about.flow, name };
    const rejects = new FolderRejects(this.#claims.rejected, intakeId, name);
    let refused: Fault | undefined;
    try {
      const body = this.#claims.read(claim);
      ({ refused } = await accept({ origin, sizeBytes, body, rejects }));
      await rejects.finish();
    } catch (error) {
      await rejects.discard();
      return this.#failed(claim, faultOf(error));
    }
    if (await this.#claims.hasChanged(claim)) {
      await rejects.discard();
      return this.#readAnew(claim);
    }
    if (refused) await this.#putAside(claim, refused);
    else await this.#insist(() => this.#claims.archive(claim, this.#runtime.now()));
    await this.#insist(() => rejects.publish());
    if (refused) return 'done';
    this.#count('taken');
    this.#log('info', 'folder_file_taken', { file: name, intakeId });
    return 'done';
  }

  async #failed(claim: Claim, fault: Fault): Promise<'done' | 'unreadable' | 'again'> {
    if (await this.#claims.isGone(claim)) return 'done';
    if (isRetryable(fault)) return this.#retried(claim, fault);
    await this.#putAside(claim, fault);
    return 'done';
  }

  #retried({ name: file, intakeId }: Claim, fault: Fault): 'unreadable' | 'again' {
    this.#count('retried');
    this.#log('warn', 'folder_file_retried', { file, intakeId, ...fault });
    return fault.code === 'FOLDER_READ_FAILED' ? 'unreadable' : 'again';
  }

  /** None of it can be taken in, or nothing after the place that the fault names. */
  async #putAside(claim: Claim, fault: Fault): Promise<void> {
    const { name: file, intakeId } = claim;
    this.#count('failed');
    this.#log('error', 'folder_file_failed', { file, intakeId, ...fault });
    await this.#insist(() =>
      this.#claims.fail(claim, this.#about.flow, fault, this.#runtime.now()),
    );
  }

  /**
   * Its writer was slower than the settle time, and only a part may have been read. It is read again
   * as another intake, once it stands still: the business keys keep anything from being booked twice.
   */
  async #readAnew(claim: Claim): Promise<'done'> {
    this.#count('changed');
    const renewed = await this.#claims.renew(claim, this.#runtime.newId());
    this.#log('warn', 'folder_file_changed', {
      file: claim.name,
      intakeId: claim.intakeId,
      again: renewed?.intakeId,
      todo: 'raise `settle`, or have the sender rename the file when it is complete',
    });
    if (!renewed) return 'done';
    renewed.notBeforeMs = performance.now() + this.#options.settleMs;
    this.#claimed.push(renewed);
    return 'done';
  }

  /** Tries until it works or the source stops; what is left undone then is done after a restart. */
  async #insist(act: () => Promise<unknown>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await act();
        return;
      } catch (error) {
        this.#log('error', 'folder_move_failed', { ...faultOf(error) });
        if (this.#stopping) return;
        await this.#pause(this.#backoffMs(attempt));
      }
    }
  }

  /** A wait that only a stop cuts short. */
  async #pause(waitMs: number): Promise<void> {
    const untilMs = performance.now() + waitMs;
    while (!this.#stopping) {
      const restMs = untilMs - performance.now();
      if (restMs <= 0) return;
      await this.#wake.wait(restMs);
    }
  }

  #backoffMs(attempt: number): number {
    const fullMs = Math.min(limits.retryFirstMs * 2 ** (attempt - 1), limits.reconnectMaxMs);
    return fullMs * (0.5 + this.#runtime.random() / 2);
  }

  /** Says once that the folder cannot be used, and once that it can again. */
  #troubled(fault: Fault): void {
    if (this.#trouble === fault.message) return;
    this.#trouble = fault.message;
    this.#log('error', 'folder_unreadable', { ...fault });
  }

  #recovered(): void {
    if (this.#trouble !== undefined) this.#log('info', 'folder_readable_again');
    this.#trouble = undefined;
  }

  #count(outcome: string): void {
    const labels = { connector: this.#about.name, flow: this.#about.flow, outcome };
    this.#runtime.metrics.count('stockbus_folder_files_total', 1, labels);
  }

  #log(level: 'info' | 'warn' | 'error', event: string, fields: object = {}): void {
    const { name: connector, flow } = this.#about;
    this.#runtime.log(level, event, { connector, flow, ...fields });
  }
}
