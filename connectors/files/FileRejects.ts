/** Rejected records of one file, for its sender: `rejected/<name>.rejected.<ext>`. */
import { extname } from 'node:path';
import { type Fault, isStockbusError } from '../../core/errors.ts';
import type { RejectsWriter } from '../../core/ports.ts';
import { CLAIMED, REJECTED } from './FileClaims.ts';
import { type KeptTree, moveUnderFreeName } from './FileTree.ts';

const PART = /^\.([0-9a-f-]{36})~(.+)\.part$/s;

/**
 * Written under a hidden name, from scratch at every attempt, and published only after the file
 * itself has been archived. So a hidden file whose claim is gone is complete, and one whose claim
 * is still there will be written anew: after a crash no row is doubled and none is lost.
 */
export class FileRejects implements RejectsWriter {
  readonly #tree: KeptTree;
  readonly #name: string;
  readonly #part: string;
  readonly #inTheWay: (fault: Fault) => void;
  #given = false;
  #pipe: { writer: WritableStreamDefaultWriter<Uint8Array>; written: Promise<void> } | undefined;

  /** `inTheWay` hears why there will be no such file. */
  constructor(
    tree: KeptTree,
    { intakeId, name }: { intakeId: string; name: string },
    inTheWay: (fault: Fault) => void,
  ) {
    this.#tree = tree;
    this.#inTheWay = inTheWay;
    this.#name = name;
    this.#part = partOf({ intakeId, name });
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#given) return;
    this.#pipe ??= this.#open();
    const { writer } = this.#pipe;
    await this.#unlessInTheWay(() => this.#passed(writer.write(chunk)));
  }

  /** When the other end fails, its reason is what counts: this end is only told that nobody reads any more. */
  async #passed(passing: Promise<void>): Promise<void> {
    const { written } = this.#pipe!;
    try {
      await Promise.race([passing, written]);
    } catch (error) {
      await written;
      throw error;
    }
  }

  /** The records are parked all the same, so that no file has to wait for this one. */
  async #unlessInTheWay(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!isStockbusError(error, 'FOLDER_IN_THE_WAY')) throw error;
      this.#given = true;
      this.#pipe = undefined;
      this.#inTheWay(error.fault);
    }
  }

  #open(): { writer: WritableStreamDefaultWriter<Uint8Array>; written: Promise<void> } {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    writer.closed.catch(() => undefined);
    const written = this.#tree.write(this.#part, readable, 'content');
    written.catch(() => undefined);
    return { writer, written };
  }

  /** Makes durable what was written. */
  async finish(): Promise<void> {
    if (!this.#pipe) return;
    const { writer, written } = this.#pipe;
    await this.#unlessInTheWay(async () => {
      await this.#passed(writer.close());
      await written;
    });
  }

  /** True where something was rejected, and written. */
  get isThere(): boolean {
    return this.#pipe !== undefined;
  }

  /** Gives it its name; does nothing when nothing was rejected. */
  async publish(): Promise<void> {
    if (this.#pipe) await publishPart(this.#tree, this.#part, this.#name);
  }

  /** Drops what was written: the attempt failed. */
  async discard(): Promise<void> {
    if (!this.#pipe) return;
    const { writer, written } = this.#pipe;
    await writer.abort(new Error('the attempt failed')).catch(() => undefined);
    await written.catch(() => undefined);
    await this.#tree.remove(this.#part);
  }
}

const partOf = ({ intakeId, name }: { intakeId: string; name: string }): string =>
  `${REJECTED}/.${intakeId}~${name}.part`;

/** What was rejected of an intake, where the process that made it durable published nothing; none, or done: nothing to do. */
export const publishRejects = (
  tree: KeptTree,
  of: { intakeId: string; name: string },
): Promise<void> => publishPart(tree, partOf(of), of.name);

async function publishPart(tree: KeptTree, part: string, name: string): Promise<void> {
  const extension = extname(name);
  const final = `${name.slice(0, name.length - extension.length)}.rejected${extension}`;
  await moveUnderFreeName(tree, part, REJECTED, final);
}

/** After a crash: publishes the rejects of files that had been archived. */
export async function publishLeftRejects(tree: KeptTree): Promise<void> {
  for (const entry of (await tree.list(REJECTED)) ?? []) {
    const match = PART.exec(entry);
    if (!match) continue;
    if (await tree.stat(`${CLAIMED}/${match[1]}~${match[2]}`)) continue;
    await publishPart(tree, `${REJECTED}/${entry}`, match[2]!);
  }
}
