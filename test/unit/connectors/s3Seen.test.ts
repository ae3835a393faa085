/** What a bucket's poller remembers: each object once, whatever dies, in a state of which a look reads little. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import type { S3Calls } from '../../../connectors/s3/S3Bucket.ts';
import { S3Poller } from '../../../connectors/s3/S3Poller.ts';
import { S3Tree } from '../../../connectors/s3/S3Tree.ts';
import { compareUtf8 } from '../../../core/order.ts';
import type { OfferedPayload, PollState, PollTurn } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { isLong, repeat, runs, seed } from '../../runs.ts';

const runtime = systemRuntime();
const OBJECTS = isLong ? 100_000 : 20_000;

/** A bucket in memory: names and their ETags. It lists and gives; nothing else is asked of it. */
class ListedBucket {
  readonly name = 's3://memory';
  readonly objects = new Map<string, string>();
  readonly #pageObjects: number;

  constructor(pageObjects: number) {
    this.#pageObjects = pageObjects;
  }

  readonly calls: S3Calls = {
    name: this.name,
    open: async ({ key, headers = {} }) => {
      const etag = this.objects.get(key!);
      const status = etag === undefined ? 404 : headers['if-match'] === `"${etag}"` ? 200 : 412;
      return { status, headers: {}, body: Readable.from(['x']) as never };
    },
    call: async ({ query = {} }) => {
      const after = query['continuation-token'] ?? query['start-after'] ?? '';
      const keys = [...this.objects.keys()].sort(compareUtf8);
      const from = keys.findIndex((key) => compareUtf8(key, after) > 0);
      const left = from < 0 ? [] : keys.slice(from);
      const page = left.slice(0, this.#pageObjects);
      const rows = page.map(
        (key) =>
          `<Contents><Key>${encodeURIComponent(key)}</Key><ETag>&quot;${this.objects.get(key)}&quot;</ETag><Size>1</Size></Contents>`,
      );
      const cut = left.length > page.length;
      const more = cut ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
      const body = `<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${cut}</IsTruncated>${more}${rows.join('')}</ListBucketResult>`;
      return { status: 200, headers: {}, body: Buffer.from(body) };
    },
    chunks: async function* () {
      yield Buffer.from('x');
    },
    endSoon: () => undefined,
    close: () => undefined,
  };
}

/** What the engine keeps for a poller, and what became of what it offered. */
class Memory {
  readonly rows = new Map<string, string>();
  readonly #hand = new Map<string, string>();
  /** Intake ids by what was offered under them. */
  readonly offered: [name: string, intakeId: string][] = [];
  read: string[] = [];
  written = 0;
  /** Calls until this process dies. */
  leftToLive = Infinity;
  #ids = 0;

  turn(): PollTurn {
    const state: PollState = {
      read: async (names) => {
        this.#live();
        this.read.push(...names);
        return new Map(
          names.flatMap((name) => (this.rows.has(name) ? [[name, this.rows.get(name)!]] : [])),
        );
      },
      write: async (entries) => {
        this.#live();
        for (const [name, text] of entries) {
          this.written += text?.length ?? 0;
          if (text === undefined) this.rows.delete(name);
          else this.rows.set(name, text);
        }
      },
      names: async function* () {
        yield* [];
      },
    };
    return {
      signal: new AbortController().signal,
      state,
      claim: async (keys) => {
        this.#live();
        const ids = keys.map((key): [string, string] => {
          this.#ids += 1;
          return [key, this.#hand.get(key) ?? String(this.#ids)];
        });
        this.#hand.clear();
        for (const [key, id] of ids) this.#hand.set(key, id);
        return new Map(ids);
      },
      offer: async ({ name, intakeId }: OfferedPayload) => {
        this.#live();
        this.offered.push([name, intakeId]);
        return undefined;
      },
    };
  }

  #live(): void {
    this.leftToLive -= 1;
    if (this.leftToLive < 0) throw new Error('killed');
  }
}

function pollerOf(
  bucket: ListedBucket,
  options: { inOrder?: boolean; rowObjects?: number; pattern?: string } = {},
) {
  const parts = {
    bucket: bucket.calls,
    tree: new S3Tree(bucket.calls, ''),
    prefix: '',
    flow: 'f',
    runtime,
  };
  const rest = { after: 'keep' as const, archive: 'archive', notes: false, everyMs: 1_000 };
  return new S3Poller(parts, { pattern: '*', inOrder: false, ...rest, ...options });
}

describe('what is remembered of a bucket', () => {
  it(`of ${OBJECTS} objects the index is read when nothing is new, and one row where something is`, async () => {
    const bucket = new ListedBucket(10_000);
    const memory = new Memory();
    const names = Array.from(
      { length: OBJECTS },
      (_, at) => `receipt-${String(at).padStart(6, '0')}.csv`,
    );
    for (const name of names) bucket.objects.set(name, 'a');
    const look = async (): Promise<string[]> => {
      [memory.read, memory.written] = [[], 0];
      const before = memory.offered.length;
      await pollerOf(bucket).poll(memory.turn());
      return memory.offered.slice(before).map(([name]) => name);
    };
    assert.deepEqual(await look(), names);
    assert.deepEqual(await look(), []);
    assert.deepEqual(memory.read, ['to put away', 'passed', 'in hand', 'seen']);
    assert.equal(memory.written, 0);
    bucket.objects.set('receipt-010500.csv', 'b');
    bucket.objects.set('receipt-010500-late.csv', 'a');
    assert.deepEqual(await look(), ['receipt-010500-late.csv', 'receipt-010500.csv']);
    assert.equal(memory.read.filter((name) => name.startsWith('row')).length, 1);
    assert.ok(memory.written < 60_000, `${memory.written} bytes were written for two objects`);
    const bytes = [...memory.rows.values()].reduce((sum, { length }) => sum + length, 0);
    assert.ok(bytes < 13 * OBJECTS, `${bytes} bytes are kept`);
    bucket.objects.clear();
    assert.deepEqual(await look(), []);
    assert.ok([...memory.rows.values()].join('').length < 100);
  }).timeout(60_000);

  it(`each object is taken in once and under one id, whatever changes and dies (${repeat()})`, async () => {
    for (let round = 0; round < runs(0.5); round += 1) await changing(seed + round);
  }).timeout(60_000);

  it('where names sort by time, what has passed is neither listed nor remembered, and comes no second time without that', async () => {
    const bucket = new ListedBucket(5);
    const memory = new Memory();
    const look = async (inOrder: boolean): Promise<number> => {
      const before = memory.offered.length;
      await pollerOf(bucket, { inOrder, rowObjects: 3 }).poll(memory.turn());
      return memory.offered.length - before;
    };
    for (const at of [10, 11, 12, 13, 14, 15, 16]) bucket.objects.set(`${at}.csv`, 'a');
    assert.deepEqual([await look(false), await look(true), await look(true)], [7, 0, 0]);
    bucket.objects.set('09-late.csv', 'a');
    bucket.objects.set('17.csv', 'a');
    assert.deepEqual([await look(true), await look(true)], [1, 0]);
    assert.ok([...memory.rows.values()].join('').length < 100);
    assert.deepEqual([await look(false), await look(false)], [0, 0]);
    bucket.objects.set('18.csv', 'a');
    assert.deepEqual([await look(false), await look(false)], [1, 0]);
  });
});

/** Objects come, change and go between looks, of which some die; then all that lies there has come once. */
async function changing(from: number): Promise<void> {
  const random = randomFrom(from);
  const bucket = new ListedBucket(1 + Math.floor(random() * 9));
  const memory = new Memory();
  /** Of each (name, ETag) the ids under which it was offered, while it lay there. */
  const lives = new Map<string, Set<string>>();
  const rowObjects = 1 + Math.floor(random() * 6);
  for (let step = 0; step < 30; step += 1) {
    for (let change = 0; change < random() * 12; change += 1) {
      const name = `${String.fromCodePoint(97 + Math.floor(random() * 26), random() < 0.1 ? 0x1f600 : 0xfb01)}${Math.floor(random() * 4)}`;
      const gone = bucket.objects.get(name);
      if (random() < 0.5) bucket.objects.set(name, `${step}.${change}`);
      else bucket.objects.delete(name);
      if (gone !== undefined) lives.delete(`${name} ${gone}`);
    }
    memory.leftToLive = random() < 0.5 ? Math.floor(random() * 30) : Infinity;
    const before = memory.offered.length;
    const died = await pollerOf(bucket, { rowObjects })
      .poll(memory.turn())
      .then(
        () => false,
        (error: unknown) => {
          assert.match(String(error), /killed/);
          return true;
        },
      );
    for (const [name, id] of memory.offered.slice(before)) {
      const key = `${name} ${bucket.objects.get(name)}`;
      const ids = lives.get(key) ?? new Set();
      lives.set(key, ids.add(id));
      assert.equal(ids.size, 1, `${key} came as ${[...ids]} (seed ${from}, step ${step})`);
    }
    if (died) continue;
    const missing = [...bucket.objects].filter(([name, etag]) => !lives.has(`${name} ${etag}`));
    assert.deepEqual(missing, [], `seed ${from}, step ${step}`);
  }
}

function randomFrom(from: number): () => number {
  let state = from | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
