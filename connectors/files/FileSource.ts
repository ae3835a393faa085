/** Offers the files of a folder to a flow in their order, small ones side by side. */
import { backoffMs } from '../../core/backoff.ts';
import type { Fault } from '../../core/errors.ts';
import { faultOf, isRetryable, StockbusError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Accept, PlaceInLine, Refuse, Source } from '../../core/ports.ts';
import type { Runtime } from '../../core/runtime.ts';
import { isUnfinishedName } from './commonName.ts';
import type { Claim } from './FileClaims.ts';
import { FAILED, FileClaims } from './FileClaims.ts';
import { FileRejects, publishLeftRejects } from './FileRejects.ts';
import { FileReport } from './FileReport.ts';
import type { FileStat, FileTree } from './FileTree.ts';
import type { FolderWatch } from './FolderWatch.ts';
import { fileGlob } from './fileGlob.ts';
import { type OfferOutcome, OffersAtOnce } from './OffersAtOnce.ts';
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

/** Shortest time between two looks at the folder, however many events come. */
const SCAN_GAP_MS = 50;
/** Small files that are taken in at a time, where no tree says how many it bears. */
const FILES_AT_ONCE = 64;

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

  get fault(): Fault | undefined {
    return this.#report.fault;
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
    const offers = this.#offersTo(accept);
    try {
      for await (const claim of files.turns()) {
        // A claim that had no turn is offered after the next start.
        if (this.#stopping) break;
        await offers.add(claim);
      }
    } finally {
      await offers.end();
      this.#claimed.push(...(await files.end()));
    }
  }

  #offersTo(accept: Accept): OffersAtOnce {
    const { ahead = 1 } = this.#options;
    return new OffersAtOnce(
      ahead > 1 ? ahead : FILES_AT_ONCE,
      (claim, inLine) => this.#offerOnce(claim, accept, inLine),
      (claim) => this.#pause(this.#waitMsOf(claim)),
    );
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
    const offers = this.#offersTo(accept);
    try {
      for (let claim = due[0]; claim && !this.#stopping; claim = due[0]) {
        const stands = await this.#claims.stands(claim);
        due.shift();
        if (stands) await offers.add(claim);
        else this.#putOff(claim, this.#options.settleMs);
      }
    } finally {
      // Where the tree cannot be asked they are due at the next look.
      this.#claimed.push(...due);
      await offers.end();
    }
  }

  /**
   * While the world is wrong (broker away, disk full) a file holds those behind it, so that their order stays; one
   * that cannot be read steps aside.
   */
  async #offerOnce(claim: Claim, accept: Accept, inLine?: PlaceInLine): Promise<OfferOutcome> {
    // It is offered after the next start, and so are those behind it.
    if (this.#stopping) return 'done';
    try {
      return await this.#offer(claim, accept, inLine);
    } catch (error) {
      return this.#retried(claim, faultOf(error));
    }
  }

  /** It is offered again by itself, later. */
  #putOff(claim: Claim, waitMs: number): void {
    claim.notBeforeMs = this.#runtime.monotonic() + waitMs;
    this.#claimed.push(claim);
  }

  /** The wait after one more attempt in vain. */
  #waitMsOf(claim: Claim): number {
    claim.attempts += 1;
    const bounds = { firstMs: limits.retryFirstMs, maxMs: limits.reconnectMaxMs };
    return backoffMs(claim.attempts, bounds, this.#runtime.random());
  }

  async #offer(claim: Claim, accept: Accept, inLine?: PlaceInLine): Promise<OfferOutcome> {
    const { intakeId, name, stat } = claim;
    const origin = { intakeId, flow: this.#about.flow, name };
    const rejects = new FileRejects(this.#tree, origin, (fault) => this.#putAway.tell(fault));
    let refused: Fault | undefined;
    try {
      if (claim.problem) throw claim.problem;
      const body = this.#claims.read(claim);
      const whole = (): Promise<void> => this.#whole(claim);
      const { sizeBytes, mtimeMs: modified } = stat;
      const { redelivered } = claim;
      const facts = { origin, redelivered, sizeBytes, modified, body, whole, rejects };
      claim.redelivered = true;
      ({ refused } = await accept({ ...facts, ...(inLine ? { inLine } : {}) }));
      await rejects.finish();
    } catch (error) {
      await rejects.discard();
      return this.#failed(claim, faultOf(error));
    }
    // Durable, whatever becomes of the file.
    inLine?.passed();
    await this.#settle(claim, refused, rejects);
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

  async #failed(claim: Claim, fault: Fault): Promise<OfferOutcome> {
    if (await this.#claims.isGone(claim)) return 'done';
    if (fault.code === 'PAYLOAD_GREW') return this.#readAgain(claim);
    // What is wrong is told of the one in front.
    if (fault.code === 'PAYLOAD_HELD') return 'again';
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

  #retried(claim: Claim, fault: Fault): OfferOutcome {
    this.#report.retried(claim, fault);
    if (fault.code !== 'FOLDER_READ_FAILED') return 'again';
    this.#putOff(claim, this.#waitMsOf(claim));
    return 'done';
  }

  /** None of it can be taken in, or nothing after the place that the fault names. */
  async #putAside(claim: Claim, fault: Fault, rejects?: FileRejects): Promise<void> {
    this.#report.failed(claim, fault);
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
    const sizes = { readBytes: stat.sizeBytes, sizeBytes: now?.sizeBytes };
    this.#report.grew({ file, intakeId, again: renewed?.intakeId, ...sizes });
    if (renewed) this.#putOff(renewed, this.#options.settleMs);
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
