/** What the S3 connector does with a true store (moto), and with one that breaks, lies, stands still or refuses. */
import assert from 'node:assert/strict';
import { S3Bucket } from '../../../connectors/s3/S3Bucket.ts';
import { S3Tree } from '../../../connectors/s3/S3Tree.ts';
import { s3 } from '../../../connectors/s3.ts';
import { StockbusError } from '../../../core/errors.ts';
import type { JobStore } from '../../../core/jobs/Lease.ts';
import type { Accept, Payload, Source } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { CutProxy } from '../../CutProxy.ts';
import { outgoing, receiptOf, textOf, until } from '../../contract/connector/connectorContract.ts';
import { Moto, type MotoBucket, type MotoKeys } from '../../Moto.ts';
import { polledSource, pollStore } from '../../polledSource.ts';

const system = systemRuntime();
/** Waits are a hundredth of what they are, or less, so that silence is over soon. */
const hurried = {
  ...system,
  after: (ms: number, work: () => void) => system.after(ms / 100, work),
  sleep: (ms: number, signal?: AbortSignal) => system.sleep(ms / 200, signal),
};
const from = {
  ...{ prefix: 'in', pattern: '*.csv', every: 50, after: 'keep' as const, archive: 'archive' },
  ...{ inOrder: false, notes: true },
};
const large = (letter: string, bytes = 2_500_000): string => letter.repeat(bytes);

describe('the S3 connector', () => {
  let moto: Moto;
  let bucket: MotoBucket;
  let proxy: CutProxy;
  let store: JobStore;
  let opened: Source[];
  let buckets = 0;

  before(async () => {
    moto = await Moto.start({ MOTO_S3_DEFAULT_MAX_KEYS: '7' });
  });
  after(() => moto.stop());
  beforeEach(async () => {
    buckets += 1;
    bucket = await moto.bucket(`unit-${buckets}`);
    proxy = await CutProxy.start(moto.address);
    store = pollStore();
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((source) => source.stop()));
    await proxy.close();
  });

  async function open(accept: Accept, options: Partial<typeof from> | { after: 'delete' } = {}) {
    const about = { name: 'partner', flow: 'receipts', runtime: hurried };
    const poller = s3.poller!(bucket.config(proxy.address), { ...from, ...options }, about);
    const source = polledSource(poller, store, hurried);
    opened.push(source);
    await source.start(accept);
    return source;
  }

  /** Takes all, and tells what came. */
  function taking(
    seen: string[],
    each: (payload: Payload) => Promise<void> = async () => undefined,
  ) {
    return async (payload: Payload) => {
      const text = await textOf(payload.body);
      await each(payload);
      seen.push(`${payload.origin.name} ${text.length > 20 ? `${text[0]}*${text.length}` : text}`);
      return receiptOf(payload);
    };
  }
  const looks = (): number => proxy.asked.filter(({ url }) => url.includes('list-type')).length;
  const laterLook = async (): Promise<void> => {
    const before = looks();
    await until(() => looks() >= before + 6);
  };
  const faultOf = async (source: Source): Promise<string> => {
    await until(() => source.fault !== undefined);
    return `${source.fault!.code} ${source.fault!.message}`;
  };

  it('takes in once, in the order of names, over pages of a listing; again what was overwritten, or came again after it was gone', async () => {
    const names = Array.from({ length: 20 }, (_, at) => `${String(at).padStart(2, '0')} +é.csv`);
    for (const name of names.toReversed()) await bucket.put(`in/${name}`, name);
    for (const other of ['in/', 'in/x.txt', 'in/.hidden.csv', 'in/deep/y.csv', 'z.csv'])
      await bucket.put(other, 'other');
    const seen: string[] = [];
    await open(taking(seen));
    await until(() => seen.length === 20);
    assert.deepEqual(
      seen.splice(0),
      names.map((name) => `${name} ${name}`),
    );
    await laterLook();
    await bucket.put(`in/${names[3]}`, 'new');
    await bucket.put(`in/${names[4]}`, names[4]!);
    await until(() => seen.length > 0);
    await bucket.remove(`in/${names[5]}`);
    await laterLook();
    await bucket.put(`in/${names[5]}`, names[5]!);
    await until(() => seen.length > 1);
    await laterLook();
    assert.deepEqual(seen, [`${names[3]} new`, `${names[5]} ${names[5]}`]);
  });

  it('reads on behind the last byte where answers break off, and takes nothing of what was overwritten meanwhile', async () => {
    await bucket.put('in/a.csv', large('a'));
    await bucket.put('in/b.csv', large('b'));
    let cuts = 0;
    proxy.answer = ({ url }) => {
      if (url.includes('list-type') || cuts === 3) return undefined;
      cuts += 1;
      return { cutAfterBytes: 600_000 };
    };
    const seen: string[] = [];
    let overwritten = false;
    await open(
      taking(seen, async ({ origin }) => {
        if (origin.name !== 'a.csv' || overwritten) return;
        overwritten = true;
        await bucket.put('in/b.csv', large('c'));
      }),
    );
    await until(() => seen.length === 2);
    assert.deepEqual(seen, ['a.csv a*2500000', 'b.csv c*2500000']);
    const ranges = proxy.asked.flatMap(({ headers }) => headers.range ?? []);
    assert.equal(cuts, 3);
    assert.equal(ranges.length, 3);
    await laterLook();
    assert.equal(seen.length, 2);
  });

  it('takes in nothing that stops for good in the middle, or goes on too slowly', async () => {
    await bucket.put('in/a.csv', large('a'));
    const isObject = (url: string): boolean => !url.includes('list-type');
    proxy.answer = ({ url }) => (isObject(url) ? { cutAfterBytes: 0 } : undefined);
    const seen: string[] = [];
    const source = await open(taking(seen));
    assert.match(await faultOf(source), /S3_UNREACHABLE/);
    proxy.answer = ({ url }) => (isObject(url) ? { pieceBytes: 10, everyMs: 1_000 } : undefined);
    await until(() => source.fault?.message.includes('too slow') ?? false);
    assert.deepEqual(seen, []);
    proxy.cutAll();
    proxy.answer = undefined;
    await until(() => seen.length === 1);
    assert.deepEqual(seen, ['a.csv a*2500000']);
  });

  it('tells what is wrong on which side', async () => {
    const error = (code: string): string =>
      `<Error><Code>${code}</Code><Message>m</Message></Error>`;
    const listing = (inside: string): string => `<ListBucketResult>${inside}</ListBucketResult>`;
    const entry = (key: string): string =>
      `<Contents><Key>${key}</Key><Size>1</Size><ETag>e</ETag></Contents>`;
    const cases: [CutProxy['answer'], RegExp][] = [
      ['cut', /^S3_UNREACHABLE/],
      ['silence', /^S3_UNREACHABLE .*too slow/],
      [{ status: 403, body: error('AccessDenied') }, /^S3_DENIED .*GET s3:/],
      [{ status: 400, body: error('ExpiredToken') }, /^S3_DENIED/],
      [{ status: 404, body: error('NoSuchBucket') }, /^S3_BUCKET_MISSING/],
      [{ status: 301, body: error('PermanentRedirect') }, /^S3_BUCKET_MISSING/],
      [
        { status: 403, body: error('RequestTimeTooSkewed'), headers: { date: 'yesterday' } },
        /^S3_CLOCK_SKEWED .*ours says 2\d{3}-.*theirs yesterday/,
      ],
      [{ status: 503, body: error('SlowDown') }, /^S3_FAILED .*SlowDown/],
      [{ status: 200, body: 'no XML' }, /^S3_FAILED/],
      [{ status: 200, body: `<!DOCTYPE a>${listing('')}` }, /^S3_FAILED .*document type/],
      [{ status: 200, body: listing('<IsTruncated>true</IsTruncated>') }, /^S3_FAILED .*next/],
      [{ status: 200, body: listing(entry('in/b.csv') + entry('in/a.csv')) }, /^S3_FAILED .*order/],
      [{ status: 200, body: listing('<Contents><Key>in/a.csv</Key></Contents>') }, /no size/],
    ];
    const seen: string[] = [];
    for (const [answer, said] of cases) {
      proxy.answer = answer;
      const source = await open(taking(seen));
      assert.match(await faultOf(source), said);
      await source.stop();
    }
    assert.deepEqual(seen, []);
  });

  it('parks what lies in an archive class, writes what was rejected, and deletes only what it has taken', async () => {
    for (const name of ['a', 'b', 'c']) await bucket.put(`in/${name}.csv`, name);
    const cold = '<Error><Code>InvalidObjectState</Code><Message>cold</Message></Error>';
    proxy.answer = ({ method, url }) =>
      method === 'GET' && url === `/${bucket.name}/in/b.csv`
        ? { status: 403, body: cold }
        : undefined;
    const seen: string[] = [];
    await open(
      taking(seen, async ({ origin, rejects }) => {
        if (origin.name === 'a.csv') await rejects!.write(Buffer.from('bad,row\n'));
        // It is overwritten after it was read: what is there now is another payload.
        if (origin.name === 'c.csv') await bucket.put('in/c.csv', `c${seen.length}`);
      }),
      { after: 'delete' },
    );
    await until(() => seen.length === 2);
    assert.deepEqual(seen.slice(0, 2), ['a.csv a', 'c.csv c']);
    await until(() => seen.length > 4);
    await opened[0]!.stop();
    const keys = await bucket.keys();
    assert.ok(keys.includes('in/c.csv'), 'what came under the name meanwhile');
    assert.deepEqual(
      keys.filter((key) => key !== 'in/c.csv'),
      ['in/b.csv', 'in/failed/b.csv.error.txt', 'in/rejected/a.rejected.csv'],
    );
    assert.equal(await bucket.text('in/rejected/a.rejected.csv'), 'bad,row\n');
  });

  it('writes what is large in parts, gives up what fails, and never writes over what has the name', async () => {
    const sink = s3.sink!(
      bucket.config(proxy.address),
      { prefix: 'out', name: 'stock.csv' },
      { name: 'lake', flow: 'stock-out', runtime: system },
    );
    const sized = function* (bytes: number): Generator<Buffer> {
      for (let at = 0; at < bytes; at += 1_000_000) yield Buffer.alloc(1_000_000, at / 1_000_000);
      if (bytes > 17_000_000) return;
      throw new Error('its maker went away');
    };
    await bucket.put('out/stock.csv', 'of somebody else');
    await sink.send({ ...outgoing('m1', ''), body: sized(40_000_000) });
    await assert.rejects(
      sink.send({ ...outgoing('m2', ''), body: sized(17_000_000) }),
      /went away/,
    );
    await sink.send(outgoing('m1', 'again'));
    await sink.close();
    const keys = (await bucket.keys()).filter((key) => !key.includes('/.stockbus-sent-'));
    assert.deepEqual(keys, ['out/stock-2.csv', 'out/stock.csv']);
    const written = await (await bucket.ask('GET', 'out/stock-2.csv')).bytes();
    assert.deepEqual(Buffer.compare(written, Buffer.concat([...sized(40_000_000)])), 0);
    assert.doesNotMatch(await (await bucket.ask('GET', '?uploads')).text(), /<Upload>/);
    const kept = proxy.asked.filter(({ headers }) =>
      Object.keys(headers).some((name) => /checksum/.test(name)),
    );
    assert.deepEqual(kept, [], 'no checksum that other stores do not know');
  });

  it('ends a move of which the answer was lost, and signs strange names as a store reads them', async () => {
    const signed = await Moto.start({ INITIAL_NO_AUTH_ACTION_COUNT: '4' });
    try {
      await signed.bucket('signed');
      const keys = await keysOf(signed);
      const tree = (given: MotoKeys): S3Tree =>
        new S3Tree(new S3Bucket(signed.config('signed', given), hurried), 'in/');
      for (const name of ['plain.csv', "a b+c%20d'(1)!*.csv", 'é😀~=&?.csv']) {
        await tree(keys).write(name, [Buffer.from(name)]);
        assert.equal(
          await textOf(tree(keys).open(name, 1)),
          Buffer.from(name).subarray(1).toString(),
        );
        assert.equal(await tree(keys).move(name, `to/${name}`), 'moved');
      }
      const wrong = { ...keys, secretKey: 'wrong' };
      await assert.rejects(tree(wrong).list(''), (error) => {
        assert.ok(error instanceof StockbusError);
        return error.code === 'S3_DENIED' && !error.message.includes('wrong');
      });
      assert.equal((await tree(keys).list('to'))?.length, 3);
    } finally {
      await signed.stop();
    }
    const cutting = new S3Tree(new S3Bucket(bucket.config(proxy.address), hurried), '');
    await cutting.write('a.csv', [Buffer.from('a')]);
    let puts = 0;
    proxy.answer = ({ method }) => {
      if (method === 'PUT') puts += 1;
      return method === 'PUT' && puts === 1 ? { cutAfterBytes: 0 } : undefined;
    };
    assert.equal(await cutting.move('a.csv', 'b.csv'), 'moved');
    assert.deepEqual([puts, await bucket.keys()], [2, ['b.csv']]);
    await cutting.close();
  });
});

/** Keys of a user whom moto knows: from then on it looks at signatures. */
async function keysOf(moto: Moto): Promise<MotoKeys> {
  const ask = async (action: string, more: Record<string, string> = {}): Promise<string> => {
    const fields = { Action: action, Version: '2010-05-08', UserName: 'hub', ...more };
    const authorization =
      'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0';
    const answer = await fetch(moto.address, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
    return answer.text();
  };
  await ask('CreateUser');
  const made = await ask('CreateAccessKey');
  const statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await ask('PutUserPolicy', { PolicyName: 'all', PolicyDocument: document });
  const part = (name: string): string => new RegExp(`<${name}>([^<]+)`).exec(made)?.[1] ?? '';
  return { accessKey: part('AccessKeyId'), secretKey: part('SecretAccessKey') };
}
