/** What lies under a prefix, page by page, in the order of names. */
import { XMLParser } from 'fast-xml-parser';
import { StockbusError } from '../../core/errors.ts';
import { compareUtf8 } from '../../core/order.ts';
import { isObject } from '../../core/spec.ts';
import type { S3Calls } from './S3Bucket.ts';

export interface S3Object {
  key: string;
  /** Without its quotation marks. */
  etag: string;
  sizeBytes: number;
  modifiedMs: number;
}

interface Page {
  objects: S3Object[];
  /** What goes on behind a further slash. */
  folders: string[];
  next: string | undefined;
}

/** Texts as they stand: no number, no attribute, no entity of the document's own. */
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

/** Objects and folders directly under the prefix, which ends with a slash or is empty. */
export async function* s3Listing(
  bucket: S3Calls,
  prefix: string,
  { startAfter, signal }: { startAfter?: string | undefined; signal?: AbortSignal } = {},
): AsyncGenerator<Page> {
  let token: string | undefined;
  let last = '';
  do {
    const { body } = await bucket.call({
      method: 'GET',
      ...(signal ? { signal } : {}),
      query: {
        'list-type': '2',
        'encoding-type': 'url',
        delimiter: '/',
        prefix,
        ...(token === undefined ? {} : { 'continuation-token': token }),
        ...(token === undefined && startAfter !== undefined ? { 'start-after': startAfter } : {}),
      },
    });
    const page = pageOf(body.toString(), bucket.name);
    for (const { key } of page.objects) {
      if (!key.startsWith(prefix) || (last !== '' && compareUtf8(last, key) >= 0)) {
        throw unreadable(bucket.name, 'names are not in order, or not under the prefix');
      }
      last = key;
    }
    yield page;
    if (page.next !== undefined && page.next === token) throw unreadable(bucket.name, 'no end');
    token = page.next;
  } while (token !== undefined);
}

function pageOf(text: string, name: string): Page {
  if (text.includes('<!DOCTYPE')) throw unreadable(name, 'a document type');
  let root: unknown;
  try {
    root = (parser.parse(text) as Record<string, unknown>).ListBucketResult;
  } catch (error) {
    throw unreadable(name, error instanceof Error ? error.message : String(error));
  }
  if (!isObject(root)) throw unreadable(name, 'no ListBucketResult');
  const isUrl = root.EncodingType === 'url';
  const decoded = (key: unknown): string => {
    if (typeof key !== 'string') throw unreadable(name, 'an object without a name');
    if (!isUrl) return key;
    try {
      return decodeURIComponent(key.replaceAll('+', ' '));
    } catch (error) {
      throw unreadable(name, `the name of an object (${String(error)})`);
    }
  };
  const isCut = root.IsTruncated === 'true';
  const { NextContinuationToken: next } = root;
  if (isCut && (typeof next !== 'string' || next === '')) throw unreadable(name, 'no next page');
  return {
    objects: listOf(root.Contents).map((one) => ({ ...objectOf(one), key: decoded(one.Key) })),
    folders: listOf(root.CommonPrefixes).map((one) => decoded(one.Prefix)),
    next: isCut ? String(next) : undefined,
  };

  function objectOf({ ETag, Size, LastModified }: Record<string, unknown>): Omit<S3Object, 'key'> {
    const sizeBytes = typeof Size === 'string' && /^\d{1,15}$/.test(Size) ? parseInt(Size, 10) : -1;
    if (sizeBytes < 0 || typeof ETag !== 'string') throw unreadable(name, 'no size, or no ETag');
    const modifiedMs = Date.parse(String(LastModified));
    return { etag: plainEtag(ETag), sizeBytes, modifiedMs };
  }
}

export const plainEtag = (etag: string): string => etag.replaceAll('"', '');

const listOf = (value: unknown): Record<string, unknown>[] =>
  (Array.isArray(value) ? value : [value]).filter(isObject);

const unreadable = (name: string, what: string): StockbusError =>
  new StockbusError('S3_FAILED', `${name}: the listing cannot be read: ${what}`);
