import type { BackupManifest, BooksFacts } from './BackupManifest.ts';

/** Where books are that can be backed up, or are to be restored. */
/** How far a copy is, 0 to 1; left out where nobody can say. */
export type TellCopied = (step: 'copying' | 'checking' | 'restoring', done?: number) => void;

export interface BooksPlace {
  /** For people: without user and password. */
  shown: string;
  /** Names of the files that `copy` makes. */
  files: readonly string[];
  /** Copies the books into an empty folder as they are at one moment, whoever writes them meanwhile. */
  copy(folder: string): Promise<BooksFacts>;
  /** Puts books of a backup there, where none are: all of them, or none that a hub would start on. */
  restore(backup: string): Promise<BackupManifest>;
  close(): Promise<void>;
}
