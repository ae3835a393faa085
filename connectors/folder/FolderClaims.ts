/** Who works on a file: claims by rename, and where a file goes when it is done with. */
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '../../core/errors.ts';
import { codes, formatPlace, StockbusError } from '../../core/errors.ts';
import {
  errorCode,
  exists,
  fileError,
  moveUnderFreeName,
  moveUnlessTaken,
  numbered,
} from './folderFiles.ts';

/** A file that this folder's flow works on. */
export interface Claim {
  intakeId: string;
  name: string;
  path: string;
  sizeBytes: number;
  mtimeMs: number;
  /** Times it was offered in vain, and when it may be offered again (`performance.now`). */
  attempts: number;
  notBeforeMs: number;
}

const CLAIMED = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})~(.+)$/s;
const READ_ONLY_NO_LINKS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);
const READ_CHUNK_BYTES = 256 * 1024;

export class FolderClaims {
  readonly path: string;
  readonly claimed: string;
  readonly rejected: string;
  readonly #archive: string;
  readonly #failed: string;
  readonly #connector: string;

  constructor(connector: string, path: string, archive: string) {
    this.#connector = connector;
    this.path = path;
    this.claimed = join(path, '.claimed');
    this.rejected = join(path, 'rejected');
    this.#failed = join(path, 'failed');
    this.#archive = join(path, archive);
  }

  /** Makes the folder. Throws FOLDER_MISSING, or FOLDER_UNUSABLE when no file can be claimed in it. */
  async prepare(): Promise<void> {
    const where = `connector '${this.#connector}': '${this.path}'`;
    try {
      await mkdir(this.path, { recursive: true });
    } catch (error) {
      throw fileError(
        errorCode(error) === 'EEXIST' ? 'FOLDER_UNUSABLE' : 'FOLDER_MISSING',
        where,
        error,
      );
    }
    const probe = join(this.path, `.probe-${process.pid}`);
    const claimedProbe = join(this.claimed, `.probe-${process.pid}`);
    try {
      await mkdir(this.claimed, { recursive: true });
      await writeFile(probe, '');
      await rename(probe, claimedProbe);
      await rm(claimedProbe);
    } catch (error) {
      throw fileError('FOLDER_UNUSABLE', where, error);
    }
  }

  /** What a crash left claimed, in the order of the claims; each keeps its intake id. */
  async leftovers(matches: (name: string) => boolean): Promise<{ mine: Claim[]; others: number }> {
    const mine: Claim[] = [];
    let others = 0;
    for (const entry of (await readdir(this.claimed)).sort()) {
      const match = CLAIMED.exec(entry);
      if (!match) continue;
      const [, intakeId, name] = match as unknown as [string, string, string];
      const claim = matches(name) ? await this.#claimOf(intakeId, name) : undefined;
      if (claim) mine.push(claim);
      else others += 1;
    }
    return { mine, others };
  }

  /** Takes a file; undefined when somebody else has it, or it is no plain file any more. */
  async claim(name: string, intakeId: string): Promise<Claim | undefined> {
    const path = join(this.path, name);
    try {
      await rename(path, this.#claimPath(intakeId, name)).catch(async (error: unknown) => {
        // The folder may have been removed and made anew, without the one that claims go to.
        if (errorCode(error) !== 'ENOENT' || !(await exists(path))) throw error;
        await mkdir(this.claimed, { recursive: true });
        await rename(path, this.#claimPath(intakeId, name));
      });
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw fileError('FOLDER_READ_FAILED', `cannot claim '${name}' in '${this.path}'`, error);
    }
    return this.#claimOf(intakeId, name);
  }

  /** The same file as a new intake: it changed while it was being read. */
  async renew(claim: Claim, intakeId: string): Promise<Claim | undefined> {
    await rename(claim.path, this.#claimPath(intakeId, claim.name));
    return this.#claimOf(intakeId, claim.name);
  }

  async #claimOf(intakeId: string, name: string): Promise<Claim | undefined> {
    const path = this.#claimPath(intakeId, name);
    const stats = await lstat(path).catch(() => undefined);
    if (!stats?.isFile()) return undefined;
    const { size: sizeBytes, mtimeMs } = stats;
    return { intakeId, name, path, sizeBytes, mtimeMs, attempts: 0, notBeforeMs: 0 };
  }

  #claimPath(intakeId: string, name: string): string {
    return join(this.claimed, `${intakeId}~${name}`);
  }

  /** The file's bytes from the start; nothing is opened before the first is asked for. */
  async *read(claim: Claim): AsyncGenerator<Uint8Array> {
    try {
      const handle = await open(claim.path, READ_ONLY_NO_LINKS);
      yield* handle.createReadStream({ highWaterMark: READ_CHUNK_BYTES });
    } catch (error) {
      throw fileError('FOLDER_READ_FAILED', `cannot read '${claim.name}'`, error);
    }
  }

  async isGone(claim: Claim): Promise<boolean> {
    return !(await exists(claim.path));
  }

  /** True when somebody still wrote to the file after it was claimed. */
  async hasChanged(claim: Claim): Promise<boolean> {
    const stats = await lstat(claim.path).catch(() => undefined);
    return (
      stats !== undefined && (stats.size !== claim.sizeBytes || stats.mtimeMs !== claim.mtimeMs)
    );
  }

  /** All of it is durable: `archive/<day>/<name>`, never over another file. */
  async archive(claim: Claim, nowMs: number): Promise<void> {
    const folder = join(this.#archive, new Date(nowMs).toISOString().slice(0, 10));
    try {
      await mkdir(folder, { recursive: true });
      await moveUnderFreeName(claim.path, folder, claim.name);
    } catch (error) {
      if (errorCode(error) === 'ENOENT' && (await this.isGone(claim))) return;
      throw fileError(
        'FOLDER_WRITE_FAILED',
        `cannot archive '${claim.name}' to '${folder}'`,
        error,
      );
    }
  }

  /** Nobody can take it in as it is: `failed/<name>`, with the reason beside it. */
  async fail(claim: Claim, flow: string, fault: Fault, nowMs: number): Promise<void> {
    try {
      await mkdir(this.#failed, { recursive: true });
      for (let number = 1; ; number += 1) {
        const name = numbered(claim.name, number);
        if (await exists(join(this.#failed, name))) continue;
        // The reason first: a crash between the two then leaves no file without one.
        const reason = failureText(claim, flow, fault, nowMs);
        await writeFile(join(this.#failed, `${name}.error.txt`), reason);
        if (await moveUnlessTaken(claim.path, join(this.#failed, name))) return;
      }
    } catch (error) {
      if (errorCode(error) === 'ENOENT' && (await this.isGone(claim))) return;
      throw fileError(
        'FOLDER_WRITE_FAILED',
        `cannot move '${claim.name}' to '${this.#failed}'`,
        error,
      );
    }
  }
}

function failureText(claim: Claim, flow: string, fault: Fault, nowMs: number): string {
  const place = formatPlace(fault.at);
  return [
    `${claim.name} was not taken in, or only up to the place named here.`,
    '',
    `code:        ${fault.code}`,
    `what:        ${fault.message}`,
    ...(place ? [`where:       ${place}`] : []),
    `what to do:  ${fault.todo ?? codes[fault.code].todo}`,
    `flow:        ${flow}`,
    `intake:      ${claim.intakeId}`,
    `time:        ${new Date(nowMs).toISOString()}`,
    '',
    'When it is mended, drop the file into the folder again: what was booked of it is not booked twice.',
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
