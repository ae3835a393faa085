/** Objects of a bucket as they are taken in: a listing is compared with what is remembered of it. */
import { type Fault, faultOf, isRetryable } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { compareUtf8 } from '../../core/order.ts';
import type { Poller, PollTurn } from '../../core/ports.ts';
import type { Runtime } from '../../core/runtime.ts';
import { isUnfinishedName } from '../files/commonName.ts';
import { FAILED } from '../files/FileClaims.ts';
import { FileRejects } from '../files/FileRejects.ts';
import { fileGlob } from '../files/fileGlob.ts';
import { TurnsAhead } from '../files/TurnsAhead.ts';
import { PutAwayObjects, type PutAwayOptions, type TakenObject } from './PutAwayObjects.ts';
import type { S3Calls } from './S3Bucket.ts';
import { S3Reading } from './S3Reading.ts';
import type { S3Tree } from './S3Tree.ts';
import { type SeenChunk, SeenObjects } from './SeenObjects.ts';
import { type S3Object, s3Listing } from './s3Listing.ts';

export interface S3PollOptions extends PutAwayOptions {
  pattern: string;
  everyMs: number;
  /** Names sort by time: what sorts before the last one is not listed any more. */
  inOrder: boolean;
  /** Objects of one row of what is remembered. */
  rowObjects?: number;
}

interface Parts {
  bucket: S3Calls;
  tree: S3Tree;
  /** Ends with a slash, or is empty. */
  prefix: string;
  flow: string;
  runtime: Runtime;
}

/** An object whose turn is about to come, with its bytes where it is small. */
interface Ahead {
  object: S3Object;
  whole?: Buffer;
  refused?: unknown;
}

/** Of what is in hand, keys as they were claimed: their ids stay theirs until it is noted as taken in. */
const IN_HAND = 'in hand';
/** The name behind which nothing new comes, where names sort by time. */
const PASSED = 'passed';

export class S3Poller implements Poller {
  readonly place: string;
  readonly everyMs: number;
  readonly #parts: Parts;
  readonly #options: S3PollOptions;
  readonly #putAway: PutAwayObjects;
  readonly #fits: (object: S3Object) => boolean;
  #inHand = new Set<string>();

  constructor(parts: Parts, options: S3PollOptions) {
    this.#parts = parts;
    this.#options = options;
    this.place = parts.tree.name;
    this.everyMs = options.everyMs;
    this.#putAway = new PutAwayObjects(parts.tree, options, parts);
    const glob = fileGlob(options.pattern);
    this.#fits = ({ key }) => {
      const name = key.slice(parts.prefix.length);
      return !isUnfinishedName(name) && glob.matches(name);
    };
  }

  async poll(turn: PollTurn): Promise<boolean> {
    turn.signal.addEventListener('abort', this.#endSoon, { once: true });
    try {
      return await this.#poll(turn);
    } finally {
      turn.signal.removeEventListener('abort', this.#endSoon);
    }
  }

  readonly #endSoon = (): void => this.#parts.bucket.endSoon();

  async #poll(turn: PollTurn): Promise<boolean> {
    const kept = await turn.state.read([PutAwayObjects.note, PASSED, IN_HAND]);
    this.#inHand = new Set(JSON.parse(kept.get(IN_HAND) ?? '[]') as string[]);
    await this.#finish(turn, kept.get(PutAwayObjects.note));
    const { pattern, inOrder } = this.#options;
    const seen = new SeenObjects(turn.state, pattern, this.#fits);
    await seen.open();
    const last = await this.#look(turn, seen, kept.get(PASSED));
    const changes = seen.flushed();
    const passed = inOrder ? (last ?? kept.get(PASSED)) : undefined;
    if (turn.signal.aborted) return false;
    // What was in hand and is not there any more.
    if (this.#inHand.size > 0) changes.set(IN_HAND, undefined);
    if (seen.isWhole && passed !== kept.get(PASSED)) changes.set(PASSED, passed);
    if (changes.size > 0) await turn.state.write(changes);
    return false;
  }

  async close(): Promise<void> {
    this.#parts.bucket.close();
  }

  /** Through all that lies there, in parts that are remembered as one. Gives the last name. */
  async #look(
    turn: PollTurn,
    seen: SeenObjects,
    passed: string | undefined,
  ): Promise<string | undefined> {
    const { bucket, prefix } = this.#parts;
    const { rowObjects = limits.s3RowObjects } = this.#options;
    let some: S3Object[] = [];
    let last: string | undefined;
    const take = async (count: number, next: string | undefined): Promise<void> => {
      await this.#takeNew(turn, seen, { objects: some.slice(0, count), next, passed });
      some = some.slice(count);
    };
    const startAfter = this.#options.inOrder ? passed : undefined;
    const { signal } = turn;
    for await (const { objects } of s3Listing(bucket, prefix, { startAfter, signal })) {
      for (const object of objects) {
        while (seen.isBeyond(object.key) && !turn.signal.aborted)
          await take(some.length, undefined);
        // A row that had to be cut has room for as many again before it is cut once more.
        if (some.length >= 2 * rowObjects) await take(rowObjects, some[rowObjects]!.key);
        if (turn.signal.aborted) return undefined;
        some.push(object);
        last = object.key;
      }
    }
    do await take(some.length, undefined);
    while (seen.hasMore && !turn.signal.aborted);
    return last;
  }

  async #takeNew(
    turn: PollTurn,
    seen: SeenObjects,
    part: { objects: readonly S3Object[]; next: string | undefined; passed: string | undefined },
  ): Promise<void> {
    const { objects, next, passed } = part;
    const isLast = next === undefined;
    const chunk = await seen.chunk(objects, isLast);
    objects.forEach(({ key }, index) => {
      if (passed !== undefined && compareUtf8(key, passed) <= 0) chunk.seen[index] = true;
    });
    const isNew = (index: number): boolean => !chunk.seen[index] && chunk.fitting[index]!;
    let batch: number[] = [];
    let bytes = 0;
    const flush = async (): Promise<void> => {
      if (batch.length > 0) await this.#takeBatch(turn, seen, chunk, { indexes: batch, isLast });
      [batch, bytes] = [[], 0];
    };
    for (const [index, { sizeBytes }] of objects.entries()) {
      if (turn.signal.aborted) return;
      if (!isNew(index)) continue;
      const isFull = batch.length === limits.s3BatchObjects;
      if (isFull || bytes + sizeBytes > limits.s3BatchBytes) await flush();
      batch.push(index);
      bytes += sizeBytes;
    }
    await flush();
    if (!turn.signal.aborted) seen.end(chunk, next);
  }

  /** Offers some of them in their order, notes as one what is durable, then puts it away. */
  async #takeBatch(
    turn: PollTurn,
    seen: SeenObjects,
    chunk: SeenChunk,
    { indexes, isLast }: { indexes: readonly number[]; isLast: boolean },
  ): Promise<void> {
    if (turn.signal.aborted) return;
    const objects = indexes.map((index) => chunk.objects[index]!);
    const claimed = await this.#claim(turn, objects);
    const taken = new Map<S3Object, TakenObject>();
    const ahead = new TurnsAhead(objects, limits.s3Ahead, (object) => this.#prepared(object));
    let failure: { error: unknown } | undefined;
    try {
      for await (const one of ahead.turns()) {
        if (turn.signal.aborted) break;
        const done = await this.#offer(turn, one, claimed.get(keyOf(one.object))!);
        if (done) taken.set(one.object, done);
      }
    } catch (error) {
      failure = { error };
    }
    await ahead.end();
    if (taken.size > 0) {
      for (const index of indexes) {
        if (taken.has(chunk.objects[index]!)) chunk.seen[index] = true;
      }
      const note = this.#putAway.noteOf([...taken.values()]);
      for (const object of taken.keys()) this.#inHand.delete(keyOf(object));
      const changes = seen.changes(chunk, isLast).set(PutAwayObjects.note, note);
      await turn.state.write(changes.set(IN_HAND, this.#inHandText()));
      await this.#finish(turn, note);
    }
    if (failure) throw failure.error;
  }

  /** With what earlier looks came to no end with, wherever it lies in the listing. */
  async #claim(turn: PollTurn, objects: readonly S3Object[]): Promise<ReadonlyMap<string, string>> {
    const before = this.#inHand.size;
    for (const object of objects) this.#inHand.add(keyOf(object));
    if (this.#inHand.size > before) {
      await turn.state.write(new Map([[IN_HAND, this.#inHandText()]]));
    }
    return turn.claim([...this.#inHand]);
  }

  #inHandText(): string | undefined {
    return this.#inHand.size === 0 ? undefined : JSON.stringify([...this.#inHand]);
  }

  async #finish(turn: PollTurn, note: string | undefined): Promise<void> {
    if (note === undefined) return;
    await this.#putAway.finish(note);
    await turn.state.write(new Map([[PutAwayObjects.note, undefined]]));
  }

  /** Undefined where it is not there any more as it was listed: the next look sees what is. */
  async #prepared(object: S3Object): Promise<Ahead | undefined> {
    if (object.sizeBytes > limits.s3AheadBytes) return { object };
    const { bucket, runtime } = this.#parts;
    const reading = new S3Reading(bucket, object, runtime);
    try {
      if (!(await reading.begin())) return undefined;
      return { object, whole: await reading.whole() };
    } catch (error) {
      const { code } = faultOf(error);
      if (code === 'S3_OBJECT_CHANGED') return undefined;
      if (isRetryable(faultOf(error))) throw error;
      return { object, refused: error };
    }
  }

  async #offer(turn: PollTurn, ahead: Ahead, intakeId: string): Promise<TakenObject | undefined> {
    const { object } = ahead;
    const body = await this.#bodyOf(ahead);
    if (!body) return undefined;
    const { prefix, tree } = this.#parts;
    const name = object.key.slice(prefix.length);
    const rejects = new FileRejects(tree, { intakeId, name }, () => undefined);
    const { sizeBytes, modifiedMs: modified } = object;
    const place = `${tree.name}${this.#options.after === 'keep' ? '' : `${FAILED}/`}${name}`;
    let fault: Fault | undefined;
    try {
      fault = await turn.offer({
        ...{ intakeId, name, place, sizeBytes, modified, body },
        ...(this.#options.notes ? { rejects } : {}),
      });
      await rejects.finish();
    } catch (error) {
      await rejects.discard();
      throw error;
    }
    return {
      ...{ intakeId, name, etag: object.etag },
      ...(fault ? { fault } : {}),
      ...(rejects.isThere ? { hasRejects: true } : {}),
    };
  }

  async #bodyOf({ object, whole, refused }: Ahead): Promise<AsyncIterable<Uint8Array> | undefined> {
    if (whole) return given([whole]);
    if (refused !== undefined) return failing(refused);
    const { bucket, runtime } = this.#parts;
    const reading = new S3Reading(bucket, object, runtime);
    try {
      return (await reading.begin()) ? reading.body() : undefined;
    } catch (error) {
      if (isRetryable(faultOf(error))) throw error;
      // It cannot be read, today or tomorrow: it is parked as a whole.
      return failing(error);
    }
  }
}

const keyOf = ({ key, etag }: S3Object): string => JSON.stringify([key, etag]);

async function* given(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

// biome-ignore lint/correctness/useYield: it fails before its first byte.
async function* failing(error: unknown): AsyncGenerator<Uint8Array> {
  throw error;
}
