/** A MongoDB server that refuses commands with an error code, as one with fail points does: a proxy before a sound one. */
import { BSON } from 'mongodb';
import { standBetween } from './standBetween.ts';

export interface RefusingServer {
  address: string;
  /** Refuses the next commands of this name, so many; Infinity until `accept`. */
  refuse(command: string, code: number, times: number): void;
  accept(): void;
  /** Commands that it refused since it was told to. */
  refused(): number;
  close(): void;
}

const OP_MSG = 2_013;
const HEADER_BYTES = 16;

export async function refusingServer(address: string): Promise<RefusingServer> {
  let refusal: { command: string; code: number; times: number } | undefined;
  let refused = 0;
  const between = await standBetween(address, (client, upstream) => {
    let waiting = Buffer.alloc(0);
    client.on('data', (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk]);
      for (let message = first(waiting); message; message = first(waiting)) {
        waiting = waiting.subarray(message.length);
        if (refusal && refused < refusal.times && commandOf(message) === refusal.command) {
          refused += 1;
          client.write(refusalOf(message, refusal.code));
        } else upstream.write(message);
      }
    });
    upstream.on('data', (chunk) => client.write(chunk));
  });
  return {
    ...between,
    refuse(command, code, times) {
      refusal = { command, code, times };
      refused = 0;
    },
    accept() {
      refusal = undefined;
    },
    refused: () => refused,
  };
}

function first(bytes: Buffer): Buffer | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const length = bytes.readInt32LE(0);
  return bytes.length < length ? undefined : bytes.subarray(0, length);
}

/** Its name is the first key of the document, which is the first section. */
function commandOf(message: Buffer): string | undefined {
  if (message.readInt32LE(12) !== OP_MSG || message[20] !== 0) return undefined;
  return Object.keys(BSON.deserialize(message.subarray(21, 21 + message.readInt32LE(21))))[0];
}

function refusalOf(message: Buffer, code: number): Buffer {
  const body = BSON.serialize({ ok: 0, code, codeName: 'FailPoint', errmsg: 'refused by a test' });
  const head = Buffer.alloc(HEADER_BYTES + 5);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(message.readInt32LE(4), 8);
  head.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([head, body]);
}
