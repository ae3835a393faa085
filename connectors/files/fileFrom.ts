/** What a flow says of the files that it takes in, whatever holds them. */
import { limits } from '../../core/limits.ts';
import type { Field } from '../../core/spec.ts';
import { checked, duration, optional, record, text } from '../../core/spec.ts';
import { neverFits } from './commonName.ts';
import type { FileSourceOptions } from './FileSource.ts';
import { globFault } from './fileGlob.ts';
import { readyField } from './readyMarker.ts';

export interface FileFrom {
  pattern: string;
  ready: string | undefined;
  settle: number;
  recheck: number;
  rescan: number;
  archive: string;
}

export const globField = (about: string): Field<string> =>
  checked(
    text(about, {
      pattern: /^[^/\\\0]+$/,
      shape: 'a pattern of file names such as receipts-*.csv',
    }),
    (pattern) => globFault(pattern) ?? neverFits(pattern),
  );

/** `rescan` says how often the folder is looked through, and by default after how long. */
export const fileFrom = (rescan: { about: string; fallbackMs: number }): Field<FileFrom> =>
  record('Which files are taken in, and when.', {
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
    rescan: optional(duration(rescan.about), rescan.fallbackMs),
    archive: optional(
      text('Folder inside this one for files that were taken in, by day.', {
        pattern: /^(?!\.|(?:failed|rejected)$)[^/\\\0]+$/,
        shape: 'a folder name other than failed and rejected',
      }),
      'archive',
    ),
  });

export const optionsOf = (from: FileFrom): FileSourceOptions => ({
  pattern: from.pattern,
  ready: from.ready,
  settleMs: from.settle,
  recheckMs: from.recheck,
  rescanMs: from.rescan,
  archive: from.archive,
});
