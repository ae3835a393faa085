/** Files in a folder: what arrives becomes payloads, what leaves becomes files. */

import { limits } from '../core/limits.ts';
import type { ConnectorSpec } from '../core/ports.ts';
import type { Field } from '../core/spec.ts';
import { checked, duration, optional, record, text } from '../core/spec.ts';
import { neverFits } from './files/commonName.ts';
import { FileArchive } from './files/FileArchive.ts';
import { FileSink } from './files/FileSink.ts';
import { globFault } from './files/fileGlob.ts';
import { fileNameField } from './files/fileName.ts';
import { readyField } from './files/readyMarker.ts';
import { folderOverlap } from './folder/folderOverlap.ts';
import { type FolderConfig, type FolderFrom, folderSource } from './folder/folderSource.ts';
import { LocalTree } from './folder/LocalTree.ts';

interface To {
  name: string;
}

const config: Field<FolderConfig> = record('A folder on this machine or a mounted share.', {
  path: text('Path of the folder. Made when it is missing.', {
    pattern: /^[^\0]+$/,
    shape: 'a path',
  }),
});

const globField = (about: string): Field<string> =>
  checked(
    text(about, {
      pattern: /^[^/\\\0]+$/,
      shape: 'a pattern of file names such as receipts-*.csv',
    }),
    (pattern) => globFault(pattern) ?? neverFits(pattern),
  );

const from: Field<FolderFrom> = record('Which files are taken in, and when.', {
  pattern: optional(
    globField(
      'File names that belong to this flow: * any run, ? one character, [a-z] one of a set, {a,b} one of several. Two flows whose patterns can fit one name on one folder are refused, unless they have one `source`. A bracket itself is written [[] or [{].',
    ),
    '*',
  ),
  ready: optional(
    readyField(
      'Name of a marker file that the sender writes last, such as {name}.done: a file is taken in only then, and at once. The marker is removed.',
    ),
  ),
  settle: optional(
    duration('A file is complete when size and time of change stood still for so long.'),
    limits.settleMs,
  ),
  recheck: optional(
    duration(
      'So long after it was taken in a file is looked at again, in the archive: what has grown is an error, and is taken in as it is then. Where nothing but the end of the file says that its last record, or the last document of a `group`, is complete, the file must have stood still for so long before it is taken in, unless it came by a rename or with a marker.',
    ),
    limits.recheckMs,
  ),
  rescan: optional(
    duration('The folder is looked through at least so often, whether or not an event says so.'),
    5_000,
  ),
  archive: optional(
    text('Folder inside this one for files that were taken in, by day.', {
      pattern: /^(?!\.|(?:failed|rejected)$)[^/\\\0]+$/,
      shape: 'a folder name other than failed and rejected',
    }),
    'archive',
  ),
});

const to: Field<To> = record('What the files are called.', {
  name: optional(
    fileNameField(
      'Name of each file: {date:yyyyMMdd-HHmmss} in UTC, {seq} counted up for each flow across restarts, {seq:4} with at least four digits, {flow}, {id}, {extension}. A taken name is never overwritten: the next number is used.',
    ),
    '{flow}-{date:yyyyMMdd-HHmmss}-{seq}.{extension}',
  ),
});

/**
 * In: a file that stood still is claimed by rename into `.claimed/<intake id>~<name>`, offered, and
 * moved to `archive/<day>/` when all that came of it is durable; rejected records go to
 * `rejected/<name>.rejected.<ext>`, a file that cannot be taken in at all to `failed/` with the reason
 * beside it. After a crash a claimed file is offered again under the same intake id. Several hubs may
 * watch one folder when they share broker and store: the rename says who has a file.
 *
 * Out: a file appears under its name only when it is complete and durable; the same id is written
 * once (the journal beside it remembers the last 10,000).
 */
export const folder: ConnectorSpec<FolderConfig, FolderFrom, To> = {
  name: 'folder',
  about: 'Takes files in from a folder, and writes files into one.',
  config,
  from,
  to,
  examples: [
    'from: { folder: erp-inbox, pattern: "receipts-*.csv" }',
    'to: { folder: finance-outbox, name: "valuation-{date:yyyyMMdd}-{seq}.csv" }',
  ],
  overlap: (one, other) =>
    folderOverlap({ ...one.config, ...one.from }, { ...other.config, ...other.from }),
  source: folderSource,
  archive: ({ path }, from) => new FileArchive(new LocalTree(path), from),
  sink: ({ path }, { name }, about) => new FileSink(new LocalTree(path), name, about),
};
