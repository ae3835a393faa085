/** Where files are, as one compares it and as people are told. */
import { posix } from 'node:path';
import type { SftpConfig } from './sftpConfig.ts';

/** The path without what says nothing: `/in/./x/` is `/in/x`. */
export const plainPath = (path: string): string => {
  const plain = posix.normalize(path);
  return plain.length > 1 ? plain.replace(/\/$/, '') : plain;
};

/**
 * The folder of each that lies in or over that of the other is known by its path: one from the root of the
 * server is the same for all, any other only for the same user.
 */
export function isSameServer(one: SftpConfig, other: SftpConfig): boolean {
  const isFromRoot = one.path.startsWith('/') && other.path.startsWith('/');
  return (
    one.host.toLowerCase() === other.host.toLowerCase() &&
    one.port === other.port &&
    (one.user === other.user || isFromRoot)
  );
}
