import { realpathSync } from 'node:fs';
import { BroadcastChannel } from 'node:worker_threads';

/**
 * Tells the other threads of this process at once that something was published in a data folder.
 * Other processes find out by looking.
 */
export class Bell {
  readonly #channel: BroadcastChannel;

  constructor(folder: string, heard: () => void) {
    this.#channel = new BroadcastChannel(`stockbus:${realpathSync(folder)}`);
    this.#channel.onmessage = heard;
    this.#channel.unref();
  }

  ring(): void {
    this.#channel.postMessage(null);
  }

  close(): void {
    this.#channel.close();
  }
}
