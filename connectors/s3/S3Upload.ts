/** Objects as they are written: whole, or in parts which nobody sees before all of them are there. */
import { StockbusError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { FileContent } from '../files/FileTree.ts';
import { encodedKey, type S3Calls } from './S3Bucket.ts';

export interface UploadOptions {
  /** Of the object: its type, what its owner noted about it. */
  headers?: Record<string, string>;
  /** Never over what has the name. */
  isNew?: boolean;
}

/** What there may be of parts, in any store. */
const MOST_PARTS = 10_000;

const condition = ({ isNew }: UploadOptions): Record<string, string> =>
  isNew === true ? { 'if-none-match': '*' } : {};

/** False where the name is taken. */
export async function putObject(
  bucket: S3Calls,
  key: string,
  body: readonly Uint8Array[],
  options: UploadOptions = {},
): Promise<boolean> {
  const headers = { ...options.headers, ...condition(options) };
  const { status } = await bucket.call({ method: 'PUT', key, headers, body, expects: [412] });
  return status !== 412;
}

/** Writes what comes; what is larger than one part in parts of one size, of which one is in memory. */
export async function upload(bucket: S3Calls, key: string, content: FileContent): Promise<void> {
  const parts = partsOf(content);
  const first = await parts.next();
  const second = first.done ? first : await parts.next();
  if (first.done || second.done) {
    await putObject(bucket, key, first.done ? [] : first.value);
    return;
  }
  await inParts(bucket, key, {}, async (put) => {
    await put({ body: first.value });
    await put({ body: second.value });
    for await (const body of parts) await put({ body });
  });
}

/** Copies what is there as another object, inside of the store; false where the name is taken. */
export function copyInParts(
  bucket: S3Calls,
  from: { key: string; etag: string; sizeBytes: number },
  key: string,
  options: UploadOptions,
): Promise<boolean> {
  const { etag, sizeBytes } = from;
  const source = `${bucket.name.slice('s3://'.length)}/${encodedKey(from.key)}`;
  return inParts(bucket, key, options, async (put) => {
    for (let at = 0; at < sizeBytes; at += limits.s3CopyBytes) {
      const last = Math.min(at + limits.s3CopyBytes, sizeBytes) - 1;
      await put({
        headers: {
          'x-amz-copy-source': source,
          'x-amz-copy-source-if-match': `"${etag}"`,
          'x-amz-copy-source-range': `bytes=${at}-${last}`,
        },
      });
    }
  });
}

type PutPart = (part: {
  headers?: Record<string, string>;
  body?: readonly Uint8Array[];
}) => Promise<void>;

async function inParts(
  bucket: S3Calls,
  key: string,
  options: UploadOptions,
  write: (put: PutPart) => Promise<void>,
): Promise<boolean> {
  const { headers = {} } = options;
  const begun = await bucket.call({ method: 'POST', key, query: { uploads: '' }, headers });
  const uploadId = elementOf(begun.body, 'UploadId');
  const etags: string[] = [];
  const put: PutPart = async ({ headers = {}, body = [] }) => {
    if (etags.length === MOST_PARTS) {
      const most = (MOST_PARTS * limits.s3PartBytes) / 1024 ** 3;
      throw new StockbusError('S3_REFUSED', `'${key}' would have more than ${most} GB`);
    }
    const query = { partNumber: String(etags.length + 1), uploadId };
    const isLong = body.length === 0;
    const answer = await bucket.call({ method: 'PUT', key, query, headers, body, isLong });
    etags.push(answer.headers.etag ?? elementOf(answer.body, 'ETag'));
  };
  try {
    await write(put);
    return await complete(bucket, key, { uploadId, etags }, condition(options));
  } catch (error) {
    // What is left of it costs its owner money until a rule of the bucket removes it.
    const given = { method: 'DELETE', key, query: { uploadId }, expects: [404] } as const;
    await bucket.call(given).catch(() => undefined);
    throw error;
  }
}

async function complete(
  bucket: S3Calls,
  key: string,
  { uploadId, etags }: { uploadId: string; etags: readonly string[] },
  headers: Record<string, string>,
): Promise<boolean> {
  const list = etags.map(
    (etag, index) =>
      `<Part><PartNumber>${index + 1}</PartNumber><ETag>${xmlText(etag)}</ETag></Part>`,
  );
  const xml = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${list.join('')}</CompleteMultipartUpload>`;
  const answer = await bucket.call({
    ...{ method: 'POST', key, query: { uploadId }, headers: headers },
    body: [Buffer.from(xml)],
    ...{ expects: [404, 412], isLong: true },
  });
  const text = answer.body.toString();
  if (answer.status === 412) {
    await bucket.call({ method: 'DELETE', key, query: { uploadId }, expects: [404] });
    return false;
  }
  if (answer.status === 404) {
    // Either the answer to an attempt that went well was lost, or somebody has given it up: who asks again will see.
    throw new StockbusError('S3_FAILED', `${bucket.name}: the upload of '${key}' is not there`);
  }
  // A store that began to answer before it was done can say only here that it failed.
  if (text.includes('<Error>')) {
    throw new StockbusError('S3_FAILED', `${bucket.name}: ${text.slice(0, 300)}`);
  }
  return true;
}

const xmlText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function elementOf(body: Buffer, name: string): string {
  const found = new RegExp(`<${name}>([^<]+)</${name}>`).exec(body.toString())?.[1];
  if (found === undefined) {
    throw new StockbusError('S3_FAILED', `an object store answered without ${name}`);
  }
  return found.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

/** What comes in parts of one size, the last of them smaller. */
async function* partsOf(content: FileContent): AsyncGenerator<Uint8Array[]> {
  let part: Uint8Array[] = [];
  let bytes = 0;
  for await (const given of content) {
    for (let rest = given; rest.byteLength > 0; ) {
      const taken = rest.subarray(0, limits.s3PartBytes - bytes);
      rest = rest.subarray(taken.byteLength);
      part.push(taken);
      bytes += taken.byteLength;
      if (bytes < limits.s3PartBytes) continue;
      yield part;
      part = [];
      bytes = 0;
    }
  }
  if (bytes > 0) yield part;
}
