/** Objects that stay where they are whatever becomes of them: one that was refused is taken from there once more. */
import type { Origin } from '../../core/message.ts';
import type { Archive, ArchivedPayload, RefusedFile } from '../../core/ports.ts';
import { FAILED, REASON, tellsOf } from '../files/FileClaims.ts';
import { numbered } from '../files/FileTree.ts';
import type { S3Tree } from './S3Tree.ts';

export class KeptObjects implements Archive {
  readonly #tree: S3Tree;

  constructor(tree: S3Tree) {
    this.#tree = tree;
  }

  /** Nothing is put away. */
  async *payloads(): AsyncGenerator<ArchivedPayload> {
    yield* [];
  }

  async offer(): Promise<boolean> {
    return false;
  }

  /** The object whose reason names the intake, as it lies there now. */
  async refused({ name, intakeId }: Origin): Promise<RefusedFile | undefined> {
    const there = new Set((await this.#tree.list(FAILED)) ?? []);
    const reasons = Array.from(there, (_, index) => numbered(name, index + 1) + REASON);
    for (const reason of reasons.filter((one) => there.has(one))) {
      const path = `${FAILED}/${reason}`;
      const parts: Uint8Array[] = [];
      for await (const part of this.#tree.open(path)) parts.push(part);
      if (!tellsOf(Buffer.concat(parts).toString(), intakeId)) continue;
      const stat = await this.#tree.stat(name);
      if (!stat) return undefined;
      return {
        bytes: stat.sizeBytes,
        modified: stat.mtimeMs,
        body: () => this.#tree.open(name),
        putAway: async () => void (await this.#tree.remove(path)),
      };
    }
    return undefined;
  }
}
