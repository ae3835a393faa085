import { type Terminal, terminalOn } from '../core/cli/terminal.ts';

/** A terminal of the command line that keeps what is written; `isTTY` where a person looks at it. */
export class RecordedTerminal {
  readonly said = { out: '', err: '' };
  readonly terminal: Terminal;

  constructor(isTTY = false) {
    this.terminal = terminalOn(this.#stream('out', isTTY), this.#stream('err', isTTY));
  }

  #stream(name: 'out' | 'err', isTTY: boolean) {
    const write = (chunk: string | Uint8Array): boolean => {
      this.said[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      return true;
    };
    return { write, once: () => undefined, isTTY };
  }
}
