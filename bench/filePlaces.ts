/** Places that hold files for a bench, each with a hub that takes them in. */
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Bucket } from '../connectors/s3/S3Bucket.ts';
import { S3Tree } from '../connectors/s3/S3Tree.ts';
import { systemRuntime } from '../core/runtime.ts';
import { sideBySide } from '../core/sideBySide.ts';
import { anyKeys, Moto } from '../test/Moto.ts';
import { SftpServer } from '../test/SftpServer.ts';

export const placeNames = ['folder', 'sftp', 's3'] as const;
export type PlaceName = (typeof placeNames)[number];

export interface FilePlace {
  /** Where the files are put, before a hub is started. */
  inbox: string;
  /** config/ and flows/ of the hub, and what it needs of the environment. */
  folder: string;
  env: Record<string, string>;
  data: string;
  /** Brings what was put into the inbox to where the hub looks. */
  fill(): Promise<void>;
  remove(): Promise<void>;
}

const connectorOf = {
  folder: async () => ({
    text: 'folder: { path: "${INBOX}" }',
    env: {},
    settle: ', settle: 20ms',
    fill: async () => undefined,
    stop: async () => undefined,
  }),
  sftp: async (inbox: string) => {
    const server = await SftpServer.start();
    const { host, port, user, hostKey, privateKey } = server.config;
    const login = `user: "${user}", hostKey: "${hostKey}", privateKey: "\${SFTP_KEY}"`;
    return {
      text: `sftp: { host: ${host}, port: ${port}, ${login}, path: "${inbox}" }`,
      env: { SFTP_KEY: String(privateKey) },
      settle: ', settle: 20ms',
      fill: async () => undefined,
      stop: () => server.stop(),
    };
  },
  // moto stands for the store; it is a process of its own, and its work is none of the hub's.
  s3: async (inbox: string) => {
    const moto = await Moto.start();
    await moto.bucket('bench');
    const keys = `accessKey: "${anyKeys.accessKey}", secretKey: "${anyKeys.secretKey}"`;
    return {
      text: `s3: { bucket: bench, endpoint: "${moto.address}", ${keys} }`,
      ...{ env: {}, settle: '' },
      async fill() {
        const tree = new S3Tree(new S3Bucket(moto.config('bench'), systemRuntime()), '');
        const put = (name: string) => tree.write(name, createReadStream(join(inbox, name)));
        await sideBySide(readdirSync(inbox), 8, put);
        await tree.close();
      },
      stop: () => moto.stop(),
    };
  },
};

const config = (connector: string): string => `
stock: { currency: EUR, minorDigits: 2, negative: allow, unknownSku: create, valuation: fifo }
connectors:
  inbox: { ${connector} }
`;

/** `some` keeps one row in a thousand. */
const flow = (kind: string, settle: string, keep: 'all' | 'some'): string => `
flow: receipts
from: { ${kind}: inbox, pattern: "*.csv"${settle} }
read: { csv: { delimiter: "," } }
steps:
${keep === 'some' ? '  - filter: Keep = "1"' : ''}
  - map:
      document: Document
      sku: Item
      quantity: $decimal(Quantity)
      const: { at: "2026-01-01T00:00:00Z", location: W1, unitCost: "1.5" }
key: Document
to: stock.receive.v1
`;

export async function makePlace(kind: PlaceName, keep: 'all' | 'some'): Promise<FilePlace> {
  const root = mkdtempSync(join(tmpdir(), 'stockbus-bench-files-'));
  const [inbox, data, folder] = ['inbox', 'data', 'hub'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [inbox, data, join(folder, 'config'), join(folder, 'flows')])
    mkdirSync(path, { recursive: true });
  const { text, env, settle, fill, stop } = await connectorOf[kind](inbox);
  writeFileSync(join(folder, 'config/hub.yaml'), config(text));
  writeFileSync(join(folder, 'flows/receipts.yaml'), flow(kind, settle, keep));
  return {
    ...{ inbox, data, folder, env: { INBOX: inbox, ...env }, fill },
    async remove() {
      await stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
