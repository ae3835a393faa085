import { once } from 'node:events';
import { escapeControls } from './escapeControls.ts';

/**
 * Where a command writes. Results go to `out`, what accompanies them to `err`. Each text is one line,
 * whatever it holds: what would move the cursor, begin a line or hide text is escaped here, so that no
 * command can forget it.
 */
export interface Terminal {
  out(lines: readonly string[]): void;
  err(lines: readonly string[]): void;
  /** Resolves when the reader of `out` can take more: a long list does not pile up in memory. */
  drained(): Promise<void>;
  /** For machines: the bytes as they are, or escaped where a person looks at them. */
  outBytes(bytes: Uint8Array): Promise<void>;
  /** Draws a line of `err` in the place of the one drawn before; '' takes it away. */
  draw(line: string): void;
  /** True where a person looks at `err`: progress is then drawn in place. */
  readonly interactive: boolean;
  /** True where the result goes to a person too, and to no file or program. */
  readonly attended: boolean;
  readonly width: number;
}

/** What a terminal writes to: a stream of the process. */
export interface TerminalStream {
  write(chunk: string | Uint8Array): boolean;
  once(event: 'drain', listener: () => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export const linesText = (lines: readonly string[]): string =>
  lines.map((line) => `${escapeControls(line)}\n`).join('');

export function terminalOn(out: TerminalStream, err: TerminalStream): Terminal {
  let full = false;
  const write = (chunk: string | Uint8Array): void => {
    full = !out.write(chunk);
  };
  const drained = async (): Promise<void> => {
    if (!full) return;
    await once(out as unknown as NodeJS.EventEmitter, 'drain');
    full = false;
  };
  const decoder = new TextDecoder();
  return {
    out: (lines) => write(linesText(lines)),
    err: (lines) => void err.write(linesText(lines)),
    drained,
    async outBytes(bytes) {
      write(out.isTTY ? shownBytes(decoder, bytes) : bytes);
      await drained();
    },
    draw: (line) => void err.write(`\r\u001b[2K${escapeControls(line)}`),
    interactive: err.isTTY === true,
    attended: err.isTTY === true && out.isTTY === true,
    width: err.columns || 80,
  };
}

/** Its own line ends stay: an export on a screen is read by a person. */
const shownBytes = (decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array): string =>
  decoder.decode(bytes, { stream: true }).split(/\r?\n/).map(escapeControls).join('\n');

/** The streams of this process. A reader that goes away (`| head`) ends the command quietly. */
export function processTerminal(): Terminal {
  process.stdout.on('error', endOnClosedPipe);
  process.stderr.on('error', endOnClosedPipe);
  return terminalOn(process.stdout, process.stderr);
}

function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  // The terminal has gone (SIGHUP): there is nobody to tell, and the work goes on.
  if (error.code === 'EIO') return;
  if (error.code !== 'EPIPE') throw error;
  // As a signal SIGPIPE would: whoever reads no further does not hear that all was done.
  process.exit(141);
}
