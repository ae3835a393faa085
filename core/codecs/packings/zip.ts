import type { PackingSpec } from '../../ports.ts';
import { optional, record, text } from '../../spec.ts';
import { unzippingCodec, type ZipRead } from './ZipReading.ts';

const options = record('Which entries of an archive are read.', {
  entries: optional(
    text(
      'A pattern for the names of the entries that are read, with `*` for any characters and `?` for one: `*.csv`, `orders/*.csv`. Without a `/` in it, it is held against the last part of each name. Entries that do not match are passed over, and the receipt says which.',
    ),
    '*',
  ),
});

export const zip: PackingSpec<ZipRead> = {
  name: 'zip',
  about:
    'A ZIP archive (Store and Deflate, ZIP64). Every entry that `entries` matches is read in the order of the archive, each as a payload by itself with its own header; together they are one payload, so that a key comes once in all of them, records count on from one entry to the next, and faults name the entry with its line (`day.zip/orders.csv`). Folders, hidden files and what macOS adds are passed over. Where one entry of several cannot be read, the archive is refused whole, as it is where anything of it is damaged or encrypted. Names of entries are only shown: nothing is ever written under them. Rejects come back as an archive of entries of the same names. An archive is read, and not written: `gzip` and `zstd` are.',
  contentType: 'application/zip',
  extension: 'zip',
  options,
  examples: [
    'read: { unpack: zip, csv: {} }',
    'read: { unpack: { zip: { entries: "lines-*.csv" } }, csv: { delimiter: ";" } }',
  ],
  unpacking: unzippingCodec,
};
