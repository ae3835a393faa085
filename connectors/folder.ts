/** Files in a folder: what arrives becomes payloads, what leaves becomes files. */

import type { ConnectorSpec } from '../core/ports.ts';
import type { Field } from '../core/spec.ts';
import { record, text } from '../core/spec.ts';
import { FileArchive } from './files/FileArchive.ts';
import { FileSink } from './files/FileSink.ts';
import { type FileFrom, fileFrom } from './files/fileFrom.ts';
import { type FileTo, fileTo } from './files/fileTo.ts';
import { folderOverlap } from './folder/folderOverlap.ts';
import { type FolderConfig, folderSource } from './folder/folderSource.ts';
import { LocalTree } from './folder/LocalTree.ts';

const config: Field<FolderConfig> = record('A folder on this machine or a mounted share.', {
  path: text('Path of the folder. Made when it is missing.', {
    pattern: /^[^\0]+$/,
    shape: 'a path',
  }),
});

const from = fileFrom({
  about: 'The folder is looked through at least so often, whether or not an event says so.',
  fallbackMs: 5_000,
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
export const folder: ConnectorSpec<FolderConfig, FileFrom, FileTo> = {
  name: 'folder',
  about: 'Takes files in from a folder, and writes files into one.',
  config,
  from,
  to: fileTo,
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
