/** What is still to be done with objects of which all is durable: it is noted with them, and done at last after a crash. */
import { type Fault, isStockbusError, StockbusError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { requireVersion } from '../../core/requireVersion.ts';
import type { Runtime } from '../../core/runtime.ts';
import { sideBySide } from '../../core/sideBySide.ts';
import { FAILED, failureText, REASON, tellsOf } from '../files/FileClaims.ts';
import { publishRejects } from '../files/FileRejects.ts';
import { moveUnderFreeName, numbered } from '../files/FileTree.ts';
import type { S3Tree } from './S3Tree.ts';

export const AFTER = ['keep', 'delete', 'move'] as const;

/** An object that was taken in, or refused for good. */
export interface TakenObject {
  intakeId: string;
  name: string;
  etag: string;
  /** Why it was refused, or the rest of it. */
  fault?: Fault;
  /** Rejected records of it were written, and have no name yet. */
  hasRejects?: true;
}

interface Note {
  v: number;
  objects: TakenObject[];
}

const NOTE = 'to put away';
const NOTE_FORMAT = 1;
const MOST_NUMBERED = 10_000;

export interface PutAwayOptions {
  after: (typeof AFTER)[number];
  archive: string;
  notes: boolean;
}

export class PutAwayObjects {
  readonly #tree: S3Tree;
  readonly #options: PutAwayOptions;
  readonly #about: { flow: string; runtime: Runtime };

  constructor(tree: S3Tree, options: PutAwayOptions, about: { flow: string; runtime: Runtime }) {
    this.#tree = tree;
    this.#options = options;
    this.#about = about;
  }

  static readonly note = NOTE;

  /** What is noted; undefined where nothing is to be done with any of them. */
  noteOf(objects: readonly TakenObject[]): string | undefined {
    const left = objects.filter((object) => this.#isLeft(object));
    if (left.length === 0) return undefined;
    const note: Note = { v: NOTE_FORMAT, objects: left };
    return JSON.stringify(note);
  }

  /** Does what a note says, as often as it is asked to. */
  async finish(text: string): Promise<void> {
    const { v, objects } = JSON.parse(text) as Note;
    requireVersion(NOTE, v, NOTE_FORMAT);
    await sideBySide(objects, limits.s3Ahead, async (object) => {
      if (object.hasRejects) await publishRejects(this.#tree, object);
      await (object.fault ? this.#fail(object, object.fault) : this.#putAway(object));
    });
  }

  #isLeft({ fault, hasRejects }: TakenObject): boolean {
    const { after, notes } = this.#options;
    return after !== 'keep' || hasRejects === true || (notes && fault !== undefined);
  }

  async #putAway({ name, etag }: TakenObject): Promise<void> {
    const { after, archive } = this.#options;
    if (after === 'keep') return;
    if (after === 'delete') {
      await this.#tree.removeVersion(name, etag);
      return;
    }
    const day = new Date(this.#about.runtime.now()).toISOString().slice(0, 10);
    await moveUnderFreeName(this.#version(etag), name, `${archive}/${day}`, name);
  }

  /** `failed/NAME` with the reason beside it; one that is kept lies where it lay. */
  async #fail(object: TakenObject, fault: Fault): Promise<void> {
    const { after, notes } = this.#options;
    if (!notes && after === 'keep') return;
    const { flow, runtime } = this.#about;
    const reason = Buffer.from(failureText(object, flow, fault, runtime.now()));
    for (let number = 1; number <= MOST_NUMBERED; number += 1) {
      const path = `${FAILED}/${numbered(object.name, number)}`;
      if (!(await this.#isFree(path, object.intakeId))) continue;
      // The reason first, as of files: a crash between the two then leaves none without one.
      await this.#tree.write(path + REASON, [reason]);
      if (after === 'keep') return;
      try {
        if ((await this.#version(object.etag).move(object.name, path)) !== 'taken') return;
      } catch (error) {
        // What cannot be read cannot be moved either: it lies where it lay, and is not taken in again.
        if (isStockbusError(error, 'S3_REFUSED')) return;
        throw error;
      }
    }
    throw new StockbusError('S3_FAILED', `${MOST_NUMBERED} objects failed as '${object.name}'`);
  }

  /** True where nothing has the name, or this very object has it. */
  async #isFree(path: string, intakeId: string): Promise<boolean> {
    if (await this.#tree.stat(path)) return false;
    if (!(await this.#tree.stat(path + REASON))) return true;
    const parts: Uint8Array[] = [];
    for await (const part of this.#tree.open(path + REASON)) parts.push(part);
    return tellsOf(Buffer.concat(parts).toString(), intakeId);
  }

  #version(etag: string): Pick<S3Tree, 'move'> {
    return { move: (from, to) => this.#tree.moveVersion(from, to, etag) };
  }
}
