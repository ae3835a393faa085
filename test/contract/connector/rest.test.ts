/** A partner's API of the test: /feed has an item a page; /orders takes what is sent. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { rest } from '../../../connectors/rest.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { connectorContract, type SinkRig, type SourceRig, textOf } from './connectorContract.ts';
import { PolledRig } from './polledRig.ts';

const runtime = systemRuntime();
const about = { name: 'partner', flow: 'receipts', runtime };

const refused = ({ message }: { message: string }) => assert.fail(message);

async function serve(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const config = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    ...{ headers: {}, oauth2: undefined, timeout: 5_000, private: true },
  };
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { config, close };
}

interface Item {
  name: string;
  text: string;
}

/** A feed: `?after=N` has the item behind the first N, if there is one, and the cursor that stands behind it. */
async function sourceRig(): Promise<SourceRig> {
  const items: Item[] = [];
  const { config, close } = await serve(({ url = '' }, response) => {
    const after = Number(new URL(url, 'http://x').searchParams.get('after') ?? 0);
    const item = items[after];
    const next = String(item ? after + 1 : after);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ ...item, next }));
  });
  const from = rest.from!.read(
    {
      ...{ path: 'feed?after=0', every: '50ms' },
      next: { cursor: '/next', parameter: 'after', keep: true },
    },
    [],
    refused,
  )!;
  const rig = new PolledRig(runtime, async (payload) => {
    const { name, text } = JSON.parse(await textOf(payload.body)) as Item;
    rig.named(payload.origin.intakeId, name);
    return {
      ...payload,
      origin: { ...payload.origin, name },
      body: Readable.from([Buffer.from(text)]),
    };
  });
  return {
    open: () => rig.open(rest.poller!(config, from, about)),
    arrive: async (name, text) => void items.push({ name, text }),
    // The next call, whichever process makes it, asks for what comes behind.
    acknowledged: async (name) => {
      const cursors = (await rig.remembered()).map((body) => /after=(\d+)/.exec(body)?.[1] ?? '0');
      return items.findIndex((item) => item.name === name) < Math.max(...cursors.map(Number), 0);
    },
    putAside: async (name) => rig.putAside(name),
    close,
  };
}

async function sinkRig(): Promise<SinkRig> {
  const bodies = new Map<string, string>();
  let status = 201;
  const { config, close } = await serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const id = String(request.headers['idempotency-key']);
      if (status === 201) bodies.set(id, Buffer.concat(chunks).toString());
      response.writeHead(status).end('{}');
    });
  });
  const to = rest.to!.read({ path: 'orders' }, [], refused)!;
  return {
    sink: rest.sink!(config, to, about),
    received: async () => [...bodies.values()],
    behave: async (how) => {
      status = { well: 201, 'passing failure': 503, 'final failure': 422 }[how];
    },
    close,
  };
}

connectorContract({
  name: 'rest',
  source: sourceRig,
  sink: sinkRig,
  lookup: {
    reason: '`enrich` asks by the connector http',
    holds: async () => rest.lookup === undefined,
  },
});
