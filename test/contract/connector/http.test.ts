import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { http } from '../../../connectors/http.ts';
import { limits } from '../../../core/limits.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { connectorContract, type LookupRig, type SinkRig } from './connectorContract.ts';

const runtime = systemRuntime();
const about = { name: 'shop', flow: 'stock-out', runtime };

async function sinkRig(): Promise<SinkRig> {
  const bodies = new Map<string, string>();
  let status = 204;
  const take: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const id = String(request.headers['webhook-id']);
      if (status === 204) bodies.set(id, Buffer.concat(chunks).toString());
      response.writeHead(status).end();
    });
  };
  const server = createServer(take);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const config = { url, secret: undefined, timeout: 5_000, headers: {} };
  return {
    sink: http.sink!(config, {}, about),
    received: async () => [...bodies.values()],
    behave: async (how) => {
      status = { well: 204, 'passing failure': 503, 'final failure': 410 }[how];
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function lookupRig(): Promise<LookupRig> {
  let how: Parameters<LookupRig['behave']>[0] = 'well';
  const answer: RequestListener = ({ url, method }, response) => {
    if (how === 'silence') return;
    if (how !== 'well') response.writeHead(how === 'refusal' ? 400 : 503).end();
    else if (method !== 'GET') response.writeHead(405).end();
    else if (url === '/api/there') response.end('{"name":"there"}');
    else if (url === '/api/large') response.end('x'.repeat(limits.enrichAnswerBytes + 1));
    else if (url === '/there') response.end('"outside"');
    else response.writeHead(404).end('{}');
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
  return {
    lookup: http.lookup!({ url, secret: undefined, timeout: 5_000, headers: {} }, about),
    behave: (now) => {
      how = now;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

connectorContract({
  name: 'http',
  lookup: lookupRig,
  source: {
    reason: 'the API takes payloads and calls the hub itself',
    holds: async () => http.source === undefined && http.poller === undefined,
  },
  sink: sinkRig,
});
