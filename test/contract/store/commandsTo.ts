/** Stands between a driver and its MongoDB server, and shows each command that passes. */
import { BSON } from 'mongodb';
import { standBetween } from './standBetween.ts';

export interface SeenCommand {
  name: string;
  collection: string;
  body: BSON.Document;
}

const HEADER_BYTES = 16;
const OP_MSG = 2_013;

export function commandsTo(
  address: string,
  see: (command: SeenCommand) => void,
): Promise<{ address: string; close(): void }> {
  return standBetween(address, (client, upstream) => {
    let waiting = Buffer.alloc(0);
    client.on('data', (chunk: Buffer) => {
      upstream.write(chunk);
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length >= 4 && waiting.length >= waiting.readInt32LE(0)) {
        const length = waiting.readInt32LE(0);
        const message = waiting.subarray(0, length);
        waiting = waiting.subarray(length);
        if (message.readInt32LE(12) === OP_MSG) see(commandIn(message));
      }
    });
    upstream.on('data', (chunk) => client.write(chunk));
  });
}

/** Its document, with the lists that were sent beside it. */
function commandIn(message: Buffer): SeenCommand {
  let at = HEADER_BYTES + 4;
  const body: BSON.Document = {};
  while (at < message.length) {
    const kind = message[at]!;
    const size = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + size);
    at += 1 + size;
    if (kind === 0) Object.assign(body, BSON.deserialize(section));
    else Object.assign(body, listIn(section));
  }
  const [name] = Object.keys(body);
  return { name: name!, collection: String(body[name!]), body };
}

function listIn(section: Buffer): BSON.Document {
  let at = section.indexOf(0, 4) + 1;
  const name = section.toString('utf8', 4, at - 1);
  const list: BSON.Document[] = [];
  while (at < section.length) {
    const size = section.readInt32LE(at);
    list.push(BSON.deserialize(section.subarray(at, at + size)));
    at += size;
  }
  return { [name]: list };
}
