import { constants, zstdCompressSync } from 'node:zlib';
import { streamPacking } from './streamPacking.ts';
import { codings } from './unpackBytes.ts';

export const zstd = streamPacking(
  {
    name: 'zstd',
    about:
      'RFC 8878, what `zstd` writes as `.zst`; also several frames joined. The program writes a check sum, libraries often none: without it damage may show only as text that is not right. A frame that wants a window of more than 32 MiB (`--long`, `--ultra`) is refused.',
    contentType: 'application/zstd',
    extension: 'zst',
    examples: ['read: { unpack: zstd, json: {} }', 'write: { pack: zstd, csv: {} }'],
  },
  codings.zstd,
  (part) => zstdCompressSync(part, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
);
