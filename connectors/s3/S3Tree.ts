/** What lies under a prefix of a bucket as a tree of files, in which nobody can claim one. */
import { createHash } from 'node:crypto';
import { StockbusError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { FileContent, FileStat, KeptTree } from '../files/FileTree.ts';
import type { S3Answer, S3Calls } from './S3Bucket.ts';
import { copyInParts, putObject, upload } from './S3Upload.ts';
import { plainEtag, s3Listing } from './s3Listing.ts';

/** Noted with an object that was moved: of what. */
const MOVED = 'x-amz-meta-stockbus-moved';
/** What of an object goes with it when it is moved. */
const KEPT = /^(x-amz-meta-(?!stockbus-moved$).*|content-(type|encoding|language|disposition))$/;

interface Found {
  etag: string;
  sizeBytes: number;
  modifiedMs: number;
  headers: S3Answer['headers'];
}

/** A prefix stands for a folder: no folder is made, and nothing can be in its way. */
export class S3Tree implements KeptTree {
  readonly name: string;
  readonly #bucket: S3Calls;
  readonly #prefix: string;

  /** `prefix` ends with a slash, or is empty. */
  constructor(bucket: S3Calls, prefix: string) {
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.name = `${bucket.name}/${prefix}`;
  }

  async list(folder: string): Promise<string[] | undefined> {
    const prefix = folder === '' ? this.#prefix : `${this.#prefix}${folder}/`;
    const names: string[] = [];
    for await (const { objects, folders } of s3Listing(this.#bucket, prefix)) {
      names.push(...objects.map(({ key }) => key.slice(prefix.length)));
      names.push(...folders.map((inside) => inside.slice(prefix.length, -1)));
    }
    return names.length === 0 && folder !== '' ? undefined : names.filter((name) => name !== '');
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const found = await this.#find(path);
    if (!found) return undefined;
    const { sizeBytes, modifiedMs: mtimeMs, etag: id } = found;
    return { kind: 'file', sizeBytes, mtimeMs, id, names: 1 };
  }

  async *open(path: string, offset = 0): AsyncGenerator<Uint8Array> {
    const range = offset === 0 ? {} : { headers: { range: `bytes=${offset}-` } };
    const key = this.#prefix + path;
    const answer = await this.#bucket.open({ method: 'GET', key, ...range, expects: [404, 416] });
    if (answer.status === 404) {
      throw new StockbusError('S3_OBJECT_CHANGED', `'${path}' is not in ${this.name}`);
    }
    const { 'content-length': length } = answer.headers;
    if (answer.status !== 416) yield* this.#bucket.chunks(answer.body, parseInt(length ?? '0', 10));
  }

  move(from: string, to: string): Promise<'moved' | 'taken' | 'gone'> {
    return this.moveVersion(from, to);
  }

  /** The same of what has this content; 'gone' where it has another one now. */
  async moveVersion(from: string, to: string, etag?: string): Promise<'moved' | 'taken' | 'gone'> {
    const found = await this.#find(from);
    if (!found || (etag !== undefined && found.etag !== etag)) return 'gone';
    const mark = markOf(from, found.etag);
    const outcome = await this.#copy(from, to, found, mark);
    if (outcome === 'gone') return 'gone';
    if (!outcome && (await this.#find(to))?.headers[MOVED] !== mark) return 'taken';
    await this.removeVersion(from, found.etag);
    return 'moved';
  }

  async #copy(from: string, to: string, found: Found, mark: string): Promise<boolean | 'gone'> {
    const { etag, sizeBytes } = found;
    const kept = Object.entries(found.headers).filter(([name]) => KEPT.test(name));
    const headers = { ...(Object.fromEntries(kept) as Record<string, string>), [MOVED]: mark };
    const [source, key] = [this.#prefix + from, this.#prefix + to];
    const options = { headers, isNew: true };
    if (sizeBytes > limits.s3PartBytes) {
      if (await this.#find(to)) return false;
      return copyInParts(this.#bucket, { key: source, etag, sizeBytes }, key, options);
    }
    const condition = { 'if-match': `"${etag}"` };
    const read = { method: 'GET', key: source, headers: condition, expects: [404, 412] } as const;
    const { status, body } = await this.#bucket.call(read);
    if (status !== 200) return 'gone';
    return putObject(this.#bucket, key, [body], options);
  }

  async write(path: string, content: FileContent): Promise<void> {
    await upload(this.#bucket, this.#prefix + path, content);
  }

  async remove(path: string): Promise<boolean> {
    const found = await this.#find(path);
    return found !== undefined && this.removeVersion(path, found.etag);
  }

  /** Removes what has this content, and never what came after it; false where that is there, or nothing. */
  async removeVersion(path: string, etag: string): Promise<boolean> {
    // A store that knows no such condition passes over it.
    if ((await this.#find(path))?.etag !== etag) return false;
    const headers = { 'if-match': `"${etag}"` };
    const key = this.#prefix + path;
    const call = { method: 'DELETE', key, headers, expects: [404, 409, 412] } as const;
    return (await this.#bucket.call(call)).status < 300;
  }

  async close(): Promise<void> {
    this.#bucket.close();
  }

  async #find(path: string): Promise<Found | undefined> {
    const call = { method: 'HEAD', key: this.#prefix + path, expects: [404] } as const;
    const { status, headers } = await this.#bucket.call(call);
    if (status === 404) return undefined;
    const { etag = '', 'content-length': length = '0', 'last-modified': modified = '' } = headers;
    return {
      etag: plainEtag(etag),
      sizeBytes: parseInt(length, 10),
      modifiedMs: Date.parse(modified),
      headers,
    };
  }
}

const markOf = (path: string, etag: string): string =>
  createHash('sha256').update(`${path}\0${etag}`).digest('hex').slice(0, 32);
