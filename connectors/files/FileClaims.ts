/** Who works on a file: claims by rename, and where a file goes when it is done with. */
import type { Fault } from '../../core/errors.ts';
import { codes, formatPlace, StockbusError } from '../../core/errors.ts';
import type { Runtime } from '../../core/runtime.ts';
import { type FileStat, type FileTree, moveUnderFreeName, numbered } from './FileTree.ts';
import { isUnchanged, type SettledFile } from './SettledFiles.ts';

/** A file that this flow works on. */
export interface Claim {
  intakeId: string;
  name: string;
  path: string;
  stat: FileStat;
  /** Since when it has stood still (`monotonic`). */
  sinceMs: number;
  /** True where its sender has said that all of it is there. */
  complete: boolean;
  /** Somebody has offered it before. */
  redelivered: boolean;
  /** Times it was offered in vain, and when it may be offered again (`monotonic`). */
  attempts: number;
  notBeforeMs: number;
  /** Why nothing of it is read. */
  problem: StockbusError | undefined;
  /** What it says, where that was read before its turn. */
  content?: readonly Uint8Array[] | undefined;
}

/** Folder of the files that somebody works on. */
export const CLAIMED = '.claimed';
export const REJECTED = 'rejected';
export const FAILED = 'failed';
/** Behind the name of a file that failed: why it did. */
export const REASON = '.error.txt';
/** Failures of a folder that say of a probe that no file can be claimed there. */
const UNUSABLE = new Set(['FOLDER_WRITE_FAILED', 'FOLDER_READ_FAILED', 'FOLDER_IN_THE_WAY']);
/** So long a claim that failed is looked for: it may have been made all the same. */
const DOUBT_MS = 60_000;
const CLAIM = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})~(.+)$/s;

/** Of a file that is read before its turn. */
const MOST_AHEAD_BYTES = 64 * 1024;

async function* given(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

export class FileClaims {
  readonly #tree: FileTree;
  readonly #archive: string;
  readonly #runtime: Runtime;
  #doubtful: { intakeId: string; name: string; untilMs: number }[] = [];

  constructor(tree: FileTree, archive: string, runtime: Runtime) {
    this.#tree = tree;
    this.#archive = archive;
    this.#runtime = runtime;
  }

  /** Makes what is missing. Throws FOLDER_MISSING, or FOLDER_UNUSABLE when no file can be claimed. */
  async prepare(): Promise<void> {
    const probe = `.probe-${this.#runtime.newId()}`;
    try {
      await this.#tree.write(probe, []);
      await this.#tree.claim(probe, `${CLAIMED}/${probe}`);
      await this.#tree.remove(`${CLAIMED}/${probe}`);
    } catch (error) {
      await this.#tree.remove(probe).catch(() => false);
      if (!(error instanceof StockbusError) || !UNUSABLE.has(error.code)) throw error;
      const { message, todo } = error.fault;
      const more = todo === undefined ? {} : { todo };
      throw new StockbusError('FOLDER_UNUSABLE', message, undefined, { ...more, cause: error });
    }
  }

  /** What a crash left claimed, in the order of the claims; each keeps its intake id. */
  async leftovers(matches: (name: string) => boolean): Promise<{ mine: Claim[]; others: number }> {
    const mine: Claim[] = [];
    let others = 0;
    for (const entry of ((await this.#tree.list(CLAIMED)) ?? []).sort()) {
      const match = CLAIM.exec(entry);
      if (!match) continue;
      const [, intakeId, name] = match as unknown as [string, string, string];
      const claim = matches(name) ? await this.#claimOf(intakeId, name) : undefined;
      if (claim?.stat.kind === 'file') mine.push({ ...claim, redelivered: true });
      else others += 1;
    }
    return { mine, others };
  }

  /** Takes a file; undefined when somebody else has it. */
  async claim(file: SettledFile): Promise<Claim | undefined> {
    const intakeId = this.#runtime.newId();
    const claim = await this.#make(file.name, intakeId, file.name);
    if (!claim) return undefined;
    // What was written between the look and the claim shows as a change of what was looked at.
    const { sinceMs, complete, stat } = file;
    return { ...claim, sinceMs, complete, stat: { ...claim.stat, ...written(stat) } };
  }

  /** The same file, wherever it is now, as a new intake: there is more of it than was read. */
  async renew(path: string, name: string): Promise<Claim | undefined> {
    return this.#make(path, this.#runtime.newId(), name);
  }

  async #make(path: string, intakeId: string, name: string): Promise<Claim | undefined> {
    try {
      if (!(await this.#tree.claim(path, claimPath(intakeId, name)))) return undefined;
      return await this.#claimOf(intakeId, name);
    } catch (error) {
      const untilMs = this.#runtime.monotonic() + DOUBT_MS;
      this.#doubtful.push({ intakeId, name, untilMs });
      throw error;
    }
  }

  /** Claims that failed and were made all the same: of a tree whose answer was lost on its way. */
  async madeAfterAll(): Promise<Claim[]> {
    const made: Claim[] = [];
    for (const one of this.#doubtful) {
      const claim = await this.#claimOf(one.intakeId, one.name);
      if (claim) made.push(claim);
      if (claim || this.#runtime.monotonic() >= one.untilMs)
        this.#doubtful = this.#doubtful.filter((other) => other !== one);
    }
    return made;
  }

  async #claimOf(intakeId: string, name: string): Promise<Claim | undefined> {
    const path = claimPath(intakeId, name);
    const stat = await this.#tree.stat(path);
    const sinceMs = this.#runtime.monotonic();
    if (!stat) return undefined;
    const fresh = {
      complete: false,
      redelivered: false,
      attempts: 0,
      notBeforeMs: 0,
      problem: linkProblem(stat, name),
    };
    return { intakeId, name, path, stat, sinceMs, ...fresh };
  }

  read(claim: Claim): AsyncIterable<Uint8Array> {
    const { content } = claim;
    // An attempt after this one reads it anew.
    claim.content = undefined;
    return content ? given(content) : this.#tree.open(claim.path);
  }

  /** Reads a small file before its turn; one that cannot be read says so when it has come. */
  async readAhead(claim: Claim): Promise<void> {
    if (claim.problem || claim.stat.sizeBytes > MOST_AHEAD_BYTES) return;
    const content: Uint8Array[] = [];
    let bytes = 0;
    try {
      for await (const chunk of this.#tree.open(claim.path)) {
        content.push(chunk);
        bytes += chunk.byteLength;
        if (bytes > MOST_AHEAD_BYTES) return;
      }
    } catch (error) {
      if (error instanceof StockbusError) return;
      throw error;
    }
    claim.content = content;
  }

  async isGone(claim: Claim): Promise<boolean> {
    return (await this.#tree.stat(claim.path)) === undefined;
  }

  /** True when somebody still wrote to the file after it was looked at. */
  async hasChanged(claim: Claim): Promise<boolean> {
    const stat = await this.#tree.stat(claim.path);
    return stat !== undefined && !isUnchanged(stat, claim.stat);
  }

  /** Looks again at a claim that has not been offered; false when it was still written to. */
  async stands(claim: Claim): Promise<boolean> {
    const stat = await this.#tree.stat(claim.path);
    if (!stat || isUnchanged(stat, claim.stat)) return true;
    claim.stat = stat;
    claim.sinceMs = this.#runtime.monotonic();
    return false;
  }

  /**
   * All of it is durable: `archive/<day>/<name>`, never over another file. `before` hears where it is
   * going to be. Undefined when somebody took it away.
   */
  async archive(
    claim: Claim,
    before: (path: string) => Promise<void>,
  ): Promise<string | undefined> {
    const day = new Date(this.#runtime.now()).toISOString().slice(0, 10);
    const folder = `${this.#archive}/${day}`;
    return moveUnderFreeName(this.#tree, claim.path, folder, claim.name, before);
  }

  /** Nobody can take it in as it is: `failed/<name>`, with the reason beside it. */
  async fail(claim: Claim, flow: string, fault: Fault): Promise<void> {
    const reason = Buffer.from(failureText(claim, flow, fault, this.#runtime.now()));
    for (let number = 1; ; number += 1) {
      const name = numbered(claim.name, number);
      if (await this.#tree.stat(`${FAILED}/${name}`)) continue;
      // The reason first: a crash between the two then leaves no file without one.
      await this.#tree.write(`${FAILED}/${name}${REASON}`, [reason]);
      if ((await this.#tree.move(claim.path, `${FAILED}/${name}`)) !== 'taken') return;
    }
  }
}

const claimPath = (intakeId: string, name: string): string => `${CLAIMED}/${intakeId}~${name}`;

const written = ({ sizeBytes, mtimeMs }: FileStat): Pick<FileStat, 'sizeBytes' | 'mtimeMs'> => ({
  sizeBytes,
  mtimeMs,
});

const intakeLine = (intakeId: string): string => `intake:      ${intakeId}`;

/** Whether a reason is that of an intake. */
export const tellsOf = (reason: string, intakeId: string): boolean =>
  reason.split('\n').includes(intakeLine(intakeId));

/** What the sender reads beside what failed. */
export function failureText(
  claim: Pick<Claim, 'name' | 'intakeId'>,
  flow: string,
  fault: Fault,
  nowMs: number,
): string {
  const place = formatPlace(fault.at);
  return [
    `${claim.name} was not taken in, or only up to the place named here.`,
    '',
    `code:        ${fault.code}`,
    `what:        ${fault.message}`,
    ...(place ? [`where:       ${place}`] : []),
    `what to do:  ${fault.todo ?? codes[fault.code].todo}`,
    `flow:        ${flow}`,
    intakeLine(claim.intakeId),
    `time:        ${new Date(nowMs).toISOString()}`,
    '',
    'Once the flow is mended, or the file as it lies here: stockbus parked replay ID (stockbus parked list says the ID).',
    'Or drop a corrected file into the folder again: what was booked of it is not booked twice.',
    '',
  ].join('\n');
}

/** Longest file name, in bytes, that still leaves room for what a claim adds to it. */
export const LONGEST_NAME_BYTES = 200;

/** Why a file cannot be claimed under its name, if so. */
export function nameProblem(name: string): StockbusError | undefined {
  if (name.includes('\ufffd')) {
    const todo = 'Rename the file.';
    const message = `the file name '${name}' is not valid UTF-8`;
    return new StockbusError('FOLDER_READ_FAILED', message, undefined, { todo });
  }
  const bytes = Buffer.byteLength(name);
  if (bytes <= LONGEST_NAME_BYTES) return undefined;
  const todo = `Shorten the name to ${LONGEST_NAME_BYTES} bytes.`;
  const message = `the file name '${name.slice(0, 40)}…' has ${bytes} bytes`;
  return new StockbusError('FOLDER_READ_FAILED', message, undefined, { todo });
}

/** Why a file that was claimed is not taken in, if so: it may be the file of somebody else. */
export function linkProblem({ kind, names }: FileStat, name: string): StockbusError | undefined {
  if (kind === 'file' && (names ?? 1) <= 1) return undefined;
  const what = kind === 'file' ? `has ${names} names (hard links)` : 'is no plain file any more';
  return new StockbusError('FILE_LINKED', `'${name}' ${what}`);
}
