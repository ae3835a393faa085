/** Hastens the next look at the folder; the rescan finds what it misses (network shares, full queues). */
export interface FolderWatch {
  /** `changed` is the name of a file that somebody writes, or gives its permissions, where it lies. */
  start(ring: (changed?: string) => void): Promise<void>;
  stop(): Promise<void>;
}
