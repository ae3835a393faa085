/** Object storage by the S3 API: objects under a prefix become payloads, what leaves becomes objects. */
import { limits } from '../core/limits.ts';
import type { ConnectorSpec } from '../core/ports.ts';
import type { Field } from '../core/spec.ts';
import { checked, choice, duration, flag, optional, record, secret, text } from '../core/spec.ts';
import { FileArchive } from './files/FileArchive.ts';
import { FileSink } from './files/FileSink.ts';
import { globField } from './files/fileFrom.ts';
import { fileNameField } from './files/fileName.ts';
import { ownFolders, patternOverlap } from './files/patternOverlap.ts';
import { KeptObjects } from './s3/KeptObjects.ts';
import { AFTER } from './s3/PutAwayObjects.ts';
import { S3Bucket, type S3Config } from './s3/S3Bucket.ts';
import { S3Poller } from './s3/S3Poller.ts';
import { S3Tree } from './s3/S3Tree.ts';

interface From {
  prefix: string;
  pattern: string;
  every: number;
  after: (typeof AFTER)[number];
  archive: string;
  inOrder: boolean;
  notes: boolean;
}

interface To {
  prefix: string;
  name: string;
}

const config: Field<S3Config> = record('A bucket of an object store that speaks the S3 API.', {
  bucket: text('Name of the bucket. It is never made by the hub.', {
    pattern: /^[a-z0-9][a-z0-9._-]{1,62}$/i,
    shape: 'the name of a bucket',
  }),
  region: optional(
    text('Region of the bucket; `auto` for Cloudflare R2.', {
      pattern: /^[a-z0-9-]+$/i,
      shape: 'a region such as eu-central-1',
    }),
    'us-east-1',
  ),
  endpoint: optional(
    checked(
      text(
        'Address of the store, where it is not AWS: https://ACCOUNT.r2.cloudflarestorage.com, http://minio:9000.',
      ),
      (address) => {
        const url = URL.canParse(address) ? new URL(address) : undefined;
        const isGood = url?.protocol === 'https:' || url?.protocol === 'http:';
        if (!isGood) return `'${address}' is not an address such as https://s3.example`;
        return url.username || url.password || url.search
          ? 'an address of a store holds no keys and no question'
          : undefined;
      },
    ),
  ),
  pathStyle: optional(
    flag(
      'Whether the bucket is named in the path of an address, or else in its host. Left out: in the path where there is an `endpoint`.',
    ),
  ),
  accessKey: secret('Access key ID. Take it from an environment variable or a file.'),
  secretKey: secret('Secret access key. Take it from an environment variable or a file.'),
  sessionToken: optional(
    secret('Session token, of keys that were lent for a time. Whoever lends them renews the file.'),
  ),
});

const prefixField = (about: string): Field<string> =>
  text(about, {
    pattern: /^(?!\/)(?!.*\/\/)(?!(.*\/)?\.{1,2}(\/|$))[^\0]{0,500}(?<!\/)$/,
    shape: 'a prefix such as erp/receipts, without a slash at its ends',
  });

const from: Field<From> = record('Which objects are taken in, and what becomes of them.', {
  prefix: optional(
    prefixField('Objects directly under it are taken in, none behind a further slash.'),
    '',
  ),
  pattern: optional(
    globField(
      'Names of objects, without the prefix, that belong to this flow: * any run, ? one character, [a-z] one of a set, {a,b} one of several. Two flows whose patterns can fit one name under one prefix are refused, unless they have one `source`.',
    ),
    '*',
  ),
  every: optional(
    duration('So long after one look through the bucket comes the next.'),
    limits.s3EveryMs,
  ),
  after: optional(
    choice(
      'What becomes of an object that was taken in: keep leaves it there, and remembers that it was; move puts it under `archive`, by day.',
      AFTER,
    ),
    'keep',
  ),
  archive: optional(
    text('Where objects are moved to, under the prefix.', {
      pattern: /^(?!\.|(?:failed|rejected)$)[^/\\\0]+$/,
      shape: 'a name other than failed and rejected',
    }),
    'archive',
  ),
  inOrder: optional(
    flag(
      'Whether names sort by time, as receipts-2026-11-28T0930.csv: what sorts before the last one is listed no more, so that a look costs the same however many lie there. What comes late under an earlier name, or is overwritten, is not seen.',
    ),
    false,
  ),
  notes: optional(
    flag(
      'Whether rejected records are written under rejected/, and why an object failed under failed/. false where the hub may only read.',
    ),
    true,
  ),
});

const to: Field<To> = record('Where the objects go, and what they are called.', {
  prefix: optional(prefixField('Objects are written directly under it.'), ''),
  name: optional(
    fileNameField(
      'Name of each object: {date:yyyyMMdd-HHmmss} in UTC, {seq} counted up for each flow across restarts, {seq:4} with at least four digits, {flow}, {id}, {extension}. A taken name is never overwritten: the next number is used.',
    ),
    '{flow}-{date:yyyyMMdd-HHmmss}-{seq}.{extension}',
  ),
});

const under = (prefix: string): string => (prefix === '' ? '' : `${prefix}/`);

/**
 * In: a listing is compared with the set of (key, ETag) that were taken in. Each new object is read in one GET with
 * If-Match, offered, and once all of it is durable noted, then kept, deleted or moved. After a crash it is offered again under
 * the same intake id. An object that is overwritten is another payload.
 *
 * Out: an object is written under a hidden name, then the journal says which name it will get, then it gets it, unless something
 * has it (If-None-Match). The same id is written once (the journal beside it remembers the last 10,000).
 */
export const s3: ConnectorSpec<S3Config, From, To> = {
  name: 's3',
  about: 'Takes objects in from a bucket (S3 API), and writes objects into one.',
  config,
  from,
  to,
  examples: [
    'from: { s3: partner, prefix: erp/receipts, pattern: "*.csv", after: move }',
    'to: { s3: lake, prefix: stock, name: "stock-{date:yyyyMMdd}-{seq}.csv" }',
  ],
  overlap(one, other) {
    if (placeOf(one.config) !== placeOf(other.config)) return undefined;
    const [prefix, otherPrefix] = [one.from.prefix, other.from.prefix];
    if (prefix === otherPrefix) {
      const [mine, theirs] = [one.from, other.from].map(({ pattern }) => ({
        ...{ pattern, ready: undefined },
      })) as [{ pattern: string; ready: undefined }, { pattern: string; ready: undefined }];
      return patternOverlap(mine, theirs, `s3://${one.config.bucket}/${under(prefix)}`);
    }
    return putAway(one.from, otherPrefix) ?? putAway(other.from, prefix);
  },
  poller(config, from, { flow, runtime }) {
    const bucket = new S3Bucket(config, runtime);
    const prefix = under(from.prefix);
    const tree = new S3Tree(bucket, prefix);
    const { every: everyMs, ...options } = from;
    return new S3Poller({ bucket, tree, prefix, flow, runtime }, { ...options, everyMs });
  },
  archive: (config, { prefix, pattern, archive, after }, { runtime }) => {
    const tree = new S3Tree(new S3Bucket(config, runtime), under(prefix));
    if (after === 'keep') return new KeptObjects(tree);
    return new FileArchive(tree, { pattern, ready: undefined, archive });
  },
  sink(config, { prefix, name }, about) {
    return new FileSink(
      new S3Tree(new S3Bucket(config, about.runtime), under(prefix)),
      name,
      about,
    );
  },
};

const placeOf = ({ endpoint, bucket }: S3Config): string =>
  `${endpoint?.replace(/\/+$/, '') ?? ''} ${bucket}`;

/** A prefix under which the other flow puts what it has taken in. */
function putAway(from: From, prefix: string): string | undefined {
  for (const folder of ownFolders(from)) {
    const path = under(from.prefix) + folder;
    if (prefix !== path && !prefix.startsWith(`${path}/`)) continue;
    return `would take in again what was put away: '${prefix}' is where the other moves objects to`;
  }
  return undefined;
}
