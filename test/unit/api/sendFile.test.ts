/** Files that are sent while they are made, to callers who leave, stall or see it fail. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { sendFile } from '../../../core/api/sendFile.ts';
import type { Time } from '../../../core/runtime.ts';
import { systemRuntime } from '../../../core/runtime.ts';

const FORMAT = { contentType: 'application/x-test', extension: 'test' };
const PART = Buffer.alloc(256 * 1024, 'x');

describe('a file that is sent while it is made', () => {
  let server: Server | undefined;
  afterEach(() => server?.close().closeAllConnections());

  /** What a caller gets of these parts, and whether whoever makes them was let go. */
  async function served(
    parts: (given: number) => boolean,
    time: Pick<Time, 'after'> = systemRuntime(),
  ): Promise<{ answer: IncomingMessage; released: Promise<void>; failed: Promise<unknown> }> {
    const released = Promise.withResolvers<void>();
    const failed = Promise.withResolvers<unknown>();
    async function* body(): AsyncGenerator<Uint8Array> {
      try {
        for (let given = 1; parts(given); given += 1) yield PART;
      } finally {
        released.resolve();
      }
    }
    const app = express();
    app.get('/v1/some', (request, response) =>
      sendFile(request, response, FORMAT, body(), time as Time).catch((error: unknown) => {
        response.destroy();
        failed.resolve(error);
      }),
    );
    server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const [answer] = (await once(get({ port, path: '/v1/some' }), 'response')) as [IncomingMessage];
    return { answer, released: released.promise, failed: failed.promise };
  }

  it('comes whole, under its name', async () => {
    const { answer } = await served((given) => given <= 8);
    let bytes = 0;
    for await (const part of answer) bytes += part.length;
    assert.equal(bytes, 8 * PART.length);
    assert.equal(answer.headers['content-type'], FORMAT.contentType);
    assert.equal(answer.headers['content-disposition'], 'attachment; filename="some.test"');
  });

  it('is given up where the caller leaves', async () => {
    const { answer, released } = await served(() => true);
    answer.destroy();
    await released;
  });

  it('is given up where the caller takes nothing for a while', async () => {
    const { promise, resolve } = Promise.withResolvers<() => void>();
    const after = (_ms: number, work: () => void) => {
      resolve(work);
      return { stop: () => undefined };
    };
    const { answer, released } = await served(() => true, { after });
    answer.on('error', () => undefined);
    (await promise)();
    await released;
  });

  it('is cut, and never ends as if it were whole, where it cannot be made to its end', async () => {
    const { answer, failed } = await served((given) => {
      if (given > 3) throw new Error('the books are away');
      return true;
    });
    await assert.rejects(async () => {
      for await (const _ of answer);
    });
    assert.match(String(await failed), /the books are away/);
  });
});
