/** Offers the files of a folder to a flow, one after another. */
import { backoffMs } from '../../core/backoff.ts';
import type { Fault } from '../../core/errors.ts';
import { faultOf, isRetryable, StockbusError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Accept, Refuse, Source } from '../../core/ports.ts';
import type { Runtime } from '../../core/runtime.ts';
import { isUnfinishedName } from './commonName.ts';
import type { Claim } from './FileClaims.ts';
import { FAILED, FileClaims } from './FileClaims.ts';
import { FileRejects, publishLeftRejects } from './FileRejects.ts';
import { FileReport } from './FileReport.ts';
import type { FileStat, FileTree } from './FileTree.ts';
import { fileGlob } from './fileGlob.ts';
import { PutAway } from './PutAway.ts';
import { readyMarker } from './readyMarker.ts';
import { type ArchivedFile, SecondLooks } from './SecondLooks.ts';
import { type FolderLook, type SettledFile, SettledFiles } from './SettledFiles.ts';
import { TurnsAhead } from './TurnsAhead.ts';
import { type Reason, UnwantedFiles, type WantedFiles } from './UnwantedFiles.ts';
import { WakeUp } from './WakeUp.ts';

export interface FileSourceOptions {
  pattern: string;
  settleMs: number;
  recheckMs: number;
  rescanMs: number;
  archive: string;
  /** Name of the marker file; undefined where there are none. */
  ready: string | undefined;
  /** Files that are claimed, and read where they are small, before it is their turn: of a tree that answers slowly. */
  ahead?: number | undefined;
}

export interface FileSourceAbout {
  name: string;
  flow: string;
  runtime: Runtime;
  /** What all flows take from this folder, where it is for this source to tell what nobody wants. */
  wanted?: readonly WantedFiles[] | undefined;
}

/** Hastens the next look at the folder; the rescan finds what it misses (network shares, full queues). */
export interface FolderWatch {
  /** `changed` is the name of a file that somebody writes, or gives its permissions, where it lies. */
  start(ring: (changed?: string) => void): Promise<void>;
  stop(): Promise<void>;
}

/** Shortest time between two looks at the folder, however many events come. */
const SCAN_GAP_MS = 50;
type Later = (claim: Claim, work: Promise<void>) => Promise<void>;

export class FileSource implements Source {
  readonly #tree: FileTree;
  readonly #options: FileSourceOptions;
  readonly #about: FileSourceAbout;
  readonly #runtime: Runtime;
  readonly #watch: FolderWatch;
  readonly #report: FileReport;
  readonly #claims: FileClaims;
  readonly #files: SettledFiles;
  readonly #looks: SecondLooks;
  readonly #unwanted: UnwantedFiles | undefined;
  readonly #putAway: PutAway;
  readonly #matches: (name: string) => boolean;
  readonly #wake: WakeUp;
  /** Claimed and not yet taken in: left by a crash, not readable just now, or written to again. */
  #claimed: Claim[] = [];
  #refuseTo: Refuse = async () => undefined;
  #running: Promise<void> | undefined;
  #stopping = false;

  constructor(
    tree: FileTree,
    options: FileSourceOptions,
    about: FileSourceAbout,
    watch: FolderWatch = { start: async () => undefined, stop: async () => undefined },
  ) {
    const glob = fileGlob(options.pattern);
    const marker = options.ready === undefined ? undefined : readyMarker(options.ready);
    const { runtime } = about;
    this.#tree = tree;
    this.#options = options;
    this.#about = about;
    this.#runtime = runtime;
    this.#watch = watch;
    this.#report = new FileReport(about);
    this.#matches = (name) =>
      glob.matches(name) &&
      !isUnfinishedName(name) &&
      marker?.fileOf(name) === undefined &&
      !this.#report.refusesName(name);
    this.#wake = new WakeUp(runtime);
    this.#claims = new FileClaims(tree, options.archive, runtime);
    const { settleMs, recheckMs } = options;
    this.#files = new SettledFiles(tree, this.#matches, { settleMs, marker }, runtime);
    this.#looks = new SecondLooks(tree, recheckMs, runtime);
    const { wanted } = about;
    this.#unwanted = wanted && new UnwantedFiles(tree, wanted, recheckMs, runtime);
    this.#putAway = new PutAway(runtime, (fault) =>
      this.#report.log('error', 'folder.move_failed', { ...fault }),
    );
  }

  async start(accept: Accept, refuse?: Refuse): Promise<void> {
    if (this.#running || this.#stopping) return;
    if (refuse) this.#refuseTo = refuse;
    await this.#claims.prepare();
    const { mine, others } = await this.#claims.leftovers(this.#matches);
    this.#claimed = mine;
    const left = { resumed: mine.length, others };
    if (mine.length + others > 0) this.#report.log('info', 'folder.claims_found', left);
    await this.#putAway.do([() => publishLeftRejects(this.#tree)]);
    await this.#looks.begin(this.#matches);
    await this.#watch.start((changed) => {
      if (changed !== undefined) this.#files.noteChanged(changed);
      this.#wake.ring();
    });
    if (this.#stopping) await this.#watch.stop();
    else this.#running = this.#run(accept);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake.ring();
    await this.#watch.stop();
    await this.#running;
    await this.#tree.close?.();
  }

  /** True for a name that a watch need not hasten anything for. */
  ignores(name: string): boolean {
    const { ready } = this.#options;
    return !this.#matches(name) && (!ready || readyMarker(ready).fileOf(name) === undefined);
  }

  async #run(accept: Accept): Promise<void> {
    while (!this.#stopping) {
      const waits = [this.#options.rescanMs];
      try {
        await this.#putAway.tryDue();
        this.#claimed.push(...(await this.#claims.madeAfterAll()));
        await this.#looks.lookAtDue((file, now) => this.#grewInArchive(file, now));
        await this.#offerClaimed(accept);
        waits.push((await this.#takeReady(accept)) ?? this.#options.rescanMs);
        this.#report.recovered();
      } catch (error) {
        this.#report.troubled(faultOf(error));
      }
      if (this.#stopping) break;
      const nowMs = this.#runtime.monotonic();
      waits.push(...this.#claimed.map(({ notBeforeMs }) => notBeforeMs - nowMs));
      waits.push(...[this.#looks.nextMs, this.#putAway.nextMs].filter((ms) => ms !== undefined));
      await this.#wake.wait(Math.max(1, Math.min(...waits)));
      await this.#pause(SCAN_GAP_MS);
    }
    // What cannot be put away now is, after the next start.
    await this.#putAway.tryAll();
  }

  /** Takes what is complete; gives the wait until more may be. */
  async #takeReady(accept: Accept): Promise<number | undefined> {
    const look = await this.#files.scan();
    if (!look)
      throw new StockbusError('FOLDER_READ_FAILED', `'${this.#tree.name}': it is not there`);
    await this.#tellUnwanted(look);
    await this.#takeInTurn(look.ready, accept);
    if (this.#stopping) return undefined;
    // Others may have come while these were taken in.
    return look.ready.length > 0 ? 0 : look.nextMs;
  }

  async #takeInTurn(ready: readonly SettledFile[], accept: Accept): Promise<void> {
    const { ahead = 1 } = this.#options;
    const files = new TurnsAhead(ready, ahead, async (file) => {
      if (this.#stopping || !(await this.#files.stands(file))) return undefined;
      const claim = await this.#claim(file);
      if (claim && ahead > 1) await this.#claims.readAhead(claim);
      return claim;
    });
    const later: Later = (claim, work) => {
      if (ahead === 1) return work;
      return files.follow(
        work.catch((error) => {
          this.#retried(claim, faultOf(error));
          this.#stepAside(claim);
        }),
      );
    };
    try {
      for await (const claim of files.turns()) {
        // A claim that had no turn is offered after the next start.
        if (this.#stopping) break;
        await this.#take(claim, accept, later);
      }
    } finally {
      this.#claimed.push(...(await files.end()));
    }
  }

  /** Claims a file, with its marker. */
  async #claim(file: SettledFile): Promise<Claim | undefined> {
    const claim = await this.#claims.claim(file);
    const { ready } = this.#options;
    if (claim && ready !== undefined)
      await this.#putAway.do([() => this.#tree.remove(readyMarker(ready).of(file.name))]);
    return claim;
  }

  async #tellUnwanted({ names, stats, matching }: FolderLook): Promise<void> {
    if (!this.#unwanted) return;
    const tell = (file: string, reason: Reason): void => this.#report.unwanted(file, reason);
    const kindOf = (name: string): FileStat['kind'] | undefined =>
      matching.has(name) ? 'file' : stats?.get(name)?.kind;
    const count = await this.#unwanted.look(names, tell, kindOf);
    this.#report.countUnwanted(count);
  }

  async #offerClaimed(accept: Accept): Promise<void> {
    const nowMs = this.#runtime.monotonic();
    const due = this.#claimed.filter((claim) => claim.notBeforeMs <= nowMs);
    this.#claimed = this.#claimed.filter((claim) => !due.includes(claim));
    for (const [index, claim] of due.entries()) {
      if (this.#stopping) this.#claimed.push(...due.slice(index));
      if (this.#stopping) return;
      if (await this.#claims.stands(claim)) {
        await this.#take(claim, accept);
      } else {
        claim.notBeforeMs = this.#runtime.monotonic() + this.#options.settleMs;
        this.#claimed.push(claim);
      }
    }
  }

  /**
   * Brings one claimed file to its end. While the world is wrong (broker away, disk full) it holds
   * the files behind it too, so that their order stays; a file that cannot be read steps aside.
   */
  async #take(claim: Claim, accept: Accept, later: Later = (_, work) => work): Promise<void> {
    while (!this.#stopping) {
      const outcome = await this.#offer(claim, accept, later).catch((error) =>
        this.#retried(claim, faultOf(error)),
      );
      if (outcome === 'done') return;
      if (outcome === 'unreadable') return this.#stepAside(claim);
      await this.#pause(this.#waitMsOf(claim));
    }
  }

  /** It is offered again by itself, later. */
  #stepAside(claim: Claim): void {
    claim.notBeforeMs = this.#runtime.monotonic() + this.#waitMsOf(claim);
    this.#claimed.push(claim);
  }

  /** The wait after one more attempt in vain. */
  #waitMsOf(claim: Claim): number {
    claim.attempts += 1;
    const bounds = { firstMs: limits.retryFirstMs, maxMs: limits.reconnectMaxMs };
    return backoffMs(claim.attempts, bounds, this.#runtime.random());
  }

  async #offer(
    claim: Claim,
    accept: Accept,
    later: Later,
  ): Promise<'done' | 'unreadable' | 'again'> {
    const { intakeId, name, stat } = claim;
    const origin = { intakeId, flow: this.#about.flow, name };
    const rejects = new FileRejects(this.#tree, origin, (fault) => this.#putAway.tell(fault));
    let refused: Fault | undefined;
    try {
      if (claim.problem) throw claim.problem;
      const body = this.#claims.read(claim);
      const whole = (): Promise<void> => this.#whole(claim);
      const { sizeBytes, mtimeMs: modified } = stat;
      ({ refused } = await accept({ origin, sizeBytes, modified, body, whole, rejects }));
      await rejects.finish();
    } catch (error) {
      await rejects.discard();
      return this.#failed(claim, faultOf(error));
    }
    await later(claim, this.#settle(claim, refused, rejects));
    return 'done';
  }

  /** What came of it is durable: it goes to where it belongs. */
  async #settle(claim: Claim, refused: Fault | undefined, rejects: FileRejects): Promise<void> {
    if (await this.#claims.hasChanged(claim)) {
      await rejects.discard();
      await this.#readAgain(claim);
    } else if (refused) await this.#putAside(claim, refused, rejects);
    else await this.#archive(claim, rejects);
  }

  /**
   * Nothing in the file says that it ends here: it must have stood still for longer than writers
   * pause, unless its sender has said that it is complete.
   */
  async #whole(claim: Claim): Promise<void> {
    for (;;) {
      if (await this.#claims.hasChanged(claim)) {
        throw new StockbusError('PAYLOAD_GREW', `'${claim.name}' was still being written`);
      }
      const { recheckMs, settleMs } = this.#options;
      const restMs = claim.sinceMs + recheckMs - this.#runtime.monotonic();
      if (claim.complete || restMs <= 0) return;
      await this.#pause(Math.min(restMs, Math.max(settleMs, 1)));
      if (this.#stopping) throw new StockbusError('SHUTTING_DOWN', 'the hub is stopping');
    }
  }

  async #archive(claim: Claim, rejects: FileRejects): Promise<void> {
    const { name, intakeId, stat } = claim;
    const { sizeBytes, mtimeMs } = stat;
    const noted = (path: string): ArchivedFile => ({ intakeId, name, path, sizeBytes, mtimeMs });
    let path: string | undefined;
    await this.#putAway.do([
      async () => {
        path = await this.#claims.archive(claim, (to) => this.#looks.note(noted(to)));
        if (path === undefined) await this.#looks.forget(intakeId);
        else this.#looks.await(noted(path));
      },
      () => rejects.publish(),
    ]);
    this.#report.count('taken');
    this.#report.log('info', 'folder.file_taken', { file: name, intakeId });
  }

  async #failed(claim: Claim, fault: Fault): Promise<'done' | 'unreadable' | 'again'> {
    if (await this.#claims.isGone(claim)) return 'done';
    if (fault.code === 'PAYLOAD_GREW') return this.#readAgain(claim);
    if (isRetryable(fault)) return this.#retried(claim, fault);
    await this.#refuseWhole(claim, fault);
    await this.#putAside(claim, fault);
    return 'done';
  }

  /** It waits for a person, before it is out of the way. */
  async #refuseWhole(claim: Claim, fault: Fault): Promise<void> {
    const { intakeId, name, stat, problem } = claim;
    const { flow, name: connector } = this.#about;
    const about = { origin: { intakeId, flow, name }, place: `${connector}: ${FAILED}/${name}` };
    const bytes = problem ? {} : { sizeBytes: stat.sizeBytes, body: this.#claims.read(claim) };
    await this.#refuseTo({ ...about, ...bytes }, fault);
  }

  #retried({ name: file, intakeId }: Claim, fault: Fault): 'unreadable' | 'again' {
    this.#report.count('retried');
    this.#report.log('warn', 'folder.file_retried', { file, intakeId, ...fault });
    return fault.code === 'FOLDER_READ_FAILED' ? 'unreadable' : 'again';
  }

  /** None of it can be taken in, or nothing after the place that the fault names. */
  async #putAside(claim: Claim, fault: Fault, rejects?: FileRejects): Promise<void> {
    const { name: file, intakeId } = claim;
    this.#report.count('failed');
    this.#report.log('error', 'folder.file_failed', { file, intakeId, ...fault });
    await this.#putAway.do([
      () => this.#claims.fail(claim, this.#about.flow, fault),
      async () => rejects?.publish(),
    ]);
  }

  /**
   * Its writer was slower than the settle time, and only a part was read. It is read again as another
   * intake, once it stands still: the business keys keep anything from being booked twice.
   */
  async #readAgain(claim: Claim): Promise<'done'> {
    const renewed = await this.#claims.renew(claim.path, claim.name);
    this.#grew(claim, renewed);
    return 'done';
  }

  async #grewInArchive(file: ArchivedFile, now: FileStat): Promise<void> {
    const renewed = await this.#claims.renew(file.path, file.name);
    // Another hub was first.
    if (renewed) this.#grew({ ...file, stat: file }, renewed, now);
  }

  #grew(
    { name: file, intakeId, stat }: { name: string; intakeId: string; stat: { sizeBytes: number } },
    renewed: Claim | undefined,
    now: { sizeBytes: number } | undefined = renewed?.stat,
  ): void {
    this.#report.count('grew');
    const sizes = { readBytes: stat.sizeBytes, sizeBytes: now?.sizeBytes };
    const todo =
      'have the sender rename the file when it is complete, write a marker file, or raise `settle`';
    const again = renewed?.intakeId;
    this.#report.log('error', 'folder.file_grew', { file, intakeId, again, ...sizes, todo });
    if (!renewed) return;
    renewed.notBeforeMs = this.#runtime.monotonic() + this.#options.settleMs;
    this.#claimed.push(renewed);
  }

  /** A wait that only a stop cuts short. */
  async #pause(waitMs: number): Promise<void> {
    const untilMs = this.#runtime.monotonic() + waitMs;
    while (!this.#stopping) {
      const restMs = untilMs - this.#runtime.monotonic();
      if (restMs <= 0) return;
      await this.#wake.wait(restMs);
    }
  }
}
