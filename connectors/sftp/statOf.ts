import type { Attributes } from 'ssh2';
import type { FileStat } from '../files/FileTree.ts';

const KIND_BITS = 0o170000;
const KINDS = new Map<number, FileStat['kind']>([
  [0o100000, 'file'],
  [0o040000, 'folder'],
  [0o120000, 'link'],
]);

/** What SFTP tells of a file: neither its number on the disk nor how many names it has, and whole seconds. */
export const statOf = ({ mode, size, mtime }: Attributes): FileStat => ({
  kind: KINDS.get(mode & KIND_BITS) ?? 'other',
  sizeBytes: size,
  mtimeMs: mtime * 1_000,
});
