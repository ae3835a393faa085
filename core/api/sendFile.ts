/** An answer that is a file: sent as it is written, under a name, at the pace of who takes it. */
import type { Request, Response } from 'express';
import type { Time } from '../runtime.ts';

/** Time that who asked for a file may take none of it before the connection is cut. */
const STALLED_MS = 60_000;

export interface FileFormat {
  contentType: string;
  /** Without the dot. */
  extension: string;
}

/**
 * What fails before the first byte is thrown, to be answered as a problem; from then on the connection is cut, so that
 * nobody takes half a file for a whole one. Who takes nothing for a while is left alone, too.
 */
export async function sendFile(
  request: Request,
  response: Response,
  { contentType, extension }: FileFormat,
  body: AsyncIterable<Uint8Array>,
  time: Time,
): Promise<void> {
  const parts = body[Symbol.asyncIterator]();
  let part = await parts.next();
  const [, , name = 'rows'] = request.path.split('/');
  response.setHeader('content-type', contentType);
  response.setHeader('content-disposition', `attachment; filename="${name}.${extension}"`);
  try {
    while (!part.done && request.method !== 'HEAD') {
      if (part.value.byteLength > 0 && !response.write(part.value)) await taken(response, time);
      if (response.destroyed) return;
      part = await parts.next();
    }
    response.end();
  } finally {
    await parts.return?.();
  }
}

const taken = (response: Response, time: Time): Promise<void> =>
  new Promise((resolve) => {
    // Who has gone takes nothing, and says nothing any more.
    if (response.destroyed) return resolve();
    const timer = time.after(STALLED_MS, () => response.destroy());
    const done = (): void => {
      timer.stop();
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.once('drain', done).once('close', done);
  });
