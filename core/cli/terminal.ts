import { once } from 'node:events';

/** Where a command writes. Results go to `out`, what accompanies them to `err`. */
export interface Terminal {
  out(text: string): void;
  /** Resolves when the reader can take more: a long list does not pile up in memory. */
  outBytes(bytes: Uint8Array): Promise<void>;
  err(text: string): void;
  /** True where a person looks at `err`: progress is then drawn in place. */
  readonly interactive: boolean;
  readonly width: number;
}

/** The streams of this process. A reader that goes away (`| head`) ends the command quietly. */
export function processTerminal(): Terminal {
  process.stdout.on('error', endOnClosedPipe);
  process.stderr.on('error', endOnClosedPipe);
  return {
    out: (text) => void process.stdout.write(text),
    outBytes: async (bytes) => {
      if (!process.stdout.write(bytes)) await once(process.stdout, 'drain');
    },
    err: (text) => void process.stderr.write(text),
    interactive: process.stderr.isTTY === true,
    width: process.stderr.columns || 80,
  };
}

function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}
