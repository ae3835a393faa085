import { s3 } from '../../../connectors/s3.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { CutProxy } from '../../CutProxy.ts';
import { Moto } from '../../Moto.ts';
import { polledSource, pollStore, storeOfEach } from '../../polledSource.ts';
import { connectorContract, type SinkRig, type SourceRig } from './connectorContract.ts';

const runtime = { ...systemRuntime(), random: () => 0 };
let moto: Moto;
let buckets = 0;

before(async () => {
  moto = await Moto.start();
});
after(() => moto.stop());

const newBucket = () => {
  buckets += 1;
  return moto.bucket(`contract-${buckets}`);
};

async function sourceRig(): Promise<SourceRig> {
  const bucket = await newBucket();
  const proxy = await CutProxy.start(moto.address);
  const troubled = (answer: CutProxy['answer']) => async () => {
    proxy.answer = answer;
    return async () => {
      proxy.answer = undefined;
      proxy.cutAll();
    };
  };
  const processes = storeOfEach(pollStore());
  const from = {
    ...{ prefix: 'in', pattern: '*.csv', every: 30, after: 'move' as const, archive: 'archive' },
    ...{ inOrder: false, notes: true },
  };
  const about = { name: 'partner', flow: 'receipts', runtime };
  const namesIn = async (folder: string): Promise<string[]> =>
    (await bucket.keys(`in/${folder}/`)).map((key) => key.replace(/^.*\//, ''));
  return {
    open: () =>
      polledSource(s3.poller!(bucket.config(proxy.address), from, about), processes(), runtime),
    arrive: (name, text) => bucket.put(`in/${name}`, text),
    acknowledged: async (name) => (await namesIn('archive')).includes(name),
    putAside: async (name) =>
      (await namesIn('failed')).includes(name)
        ? bucket.text(`in/failed/${name}.error.txt`)
        : undefined,
    troubles: {
      silence: troubled('silence'),
      'breaking off': troubled({ cutAfterBytes: 20 }),
      garbage: troubled({ status: 200, body: '<ListBucketResult><Contents><Key>in/g.csv' }),
    },
    close: () => proxy.close(),
  };
}

async function sinkRig(): Promise<SinkRig> {
  const bucket = await newBucket();
  const proxy = await CutProxy.start(moto.address);
  const sink = s3.sink!(
    bucket.config(proxy.address),
    { prefix: 'out', name: 'stock-{seq:3}.csv' },
    { name: 'lake', flow: 'stock-out', runtime },
  );
  return {
    sink,
    received: async () => {
      const keys = (await bucket.keys('out/')).filter((key) => !key.startsWith('out/.'));
      return Promise.all(keys.map(async (key) => (await bucket.text(key))!));
    },
    behave: async (how) => {
      const bad = '<Error><Code>KeyTooLongError</Code><Message>too long</Message></Error>';
      proxy.answer = {
        well: undefined,
        'passing failure': 'cut',
        'final failure': { status: 400, body: bad },
      }[how] as CutProxy['answer'];
    },
    close: async () => {
      await sink.close();
      await proxy.close();
    },
  };
}

connectorContract({
  name: 's3',
  source: sourceRig,
  sink: sinkRig,
  lookup: {
    reason: 'a bucket holds files, and what lies in files is a table of config/tables',
    holds: async () => s3.lookup === undefined,
  },
});
