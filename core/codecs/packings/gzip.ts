import { gzipSync } from 'node:zlib';
import { streamPacking } from './streamPacking.ts';
import { codings } from './unpackBytes.ts';

export const gzip = streamPacking(
  {
    name: 'gzip',
    about:
      'RFC 1952, what `gzip` and most exports called `.gz` write; also several of them joined. Its check sum is at its end: where that is wrong, or the payload cut short, nothing of it is ingested.',
    contentType: 'application/gzip',
    extension: 'gz',
    examples: [
      'read: { unpack: gzip, csv: { delimiter: ";" } }',
      'write: { pack: gzip, json: {} }',
    ],
  },
  codings.gzip,
  (part) => gzipSync(part),
);
