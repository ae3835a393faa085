import type { AskedBooks } from '../../answers/AskedBooks.ts';
import type { Books } from '../../ports.ts';
import type { Runtime } from '../../runtime.ts';
import type { SpoolFolder } from '../../spool/SpoolFolder.ts';
import type { LoadedHub } from '../loadHub.ts';

/** What tests run in. */
export interface CaseSetting {
  hub: LoadedHub;
  runtime: Runtime;
  spool: SpoolFolder;
  /** Sets the clock of the runtime, in milliseconds since 1970. */
  setNow(ms: number): void;
  /** Books of which nothing is written yet. */
  books(): Promise<Books>;
  /** Bytes of a file that a test names. */
  payload(file: string): AsyncIterable<Uint8Array>;
  /** Told which books steps ask. */
  answers?: { use(books: AskedBooks): void };
}
