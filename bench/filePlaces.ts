/** Places that hold files for a bench, each with a hub that takes them in. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SftpServer } from '../test/SftpServer.ts';

export const placeNames = ['folder', 'sftp'] as const;
export type PlaceName = (typeof placeNames)[number];

export interface FilePlace {
  /** Where the files are put, before a hub is started. */
  inbox: string;
  /** config/ and flows/ of the hub, and what it needs of the environment. */
  folder: string;
  env: Record<string, string>;
  data: string;
  remove(): Promise<void>;
}

const connectorOf = {
  folder: async () => ({
    text: 'folder: { path: "${INBOX}" }',
    env: {},
    stop: async () => undefined,
  }),
  sftp: async (inbox: string) => {
    const server = await SftpServer.start();
    const { host, port, user, hostKey, privateKey } = server.config;
    const login = `user: "${user}", hostKey: "${hostKey}", privateKey: "\${SFTP_KEY}"`;
    return {
      text: `sftp: { host: ${host}, port: ${port}, ${login}, path: "${inbox}" }`,
      env: { SFTP_KEY: String(privateKey) },
      stop: () => server.stop(),
    };
  },
};

const config = (connector: string): string => `
stock: { currency: EUR, minorDigits: 2, negative: allow, unknownSku: create, valuation: fifo }
connectors:
  inbox: { ${connector} }
`;

/** `some` keeps one row in a thousand. */
const flow = (kind: string, keep: 'all' | 'some'): string => `
flow: receipts
from: { ${kind}: inbox, pattern: "*.csv", settle: 20ms }
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
  const { text, env, stop } = await connectorOf[kind](inbox);
  writeFileSync(join(folder, 'config/hub.yaml'), config(text));
  writeFileSync(join(folder, 'flows/receipts.yaml'), flow(kind, keep));
  return {
    ...{ inbox, data, folder, env: { INBOX: inbox, ...env } },
    async remove() {
      await stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
