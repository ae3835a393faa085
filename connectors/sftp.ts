/** Files on an SFTP server: what arrives becomes payloads, what leaves becomes files. */
import { limits } from '../core/limits.ts';
import type { ConnectorSpec } from '../core/ports.ts';
import type { Field } from '../core/spec.ts';
import {
  checked,
  duration,
  either,
  integer,
  list,
  optional,
  record,
  secret,
  text,
} from '../core/spec.ts';
import { FileArchive } from './files/FileArchive.ts';
import { FileSink } from './files/FileSink.ts';
import { type FileFrom, fileFrom } from './files/fileFrom.ts';
import { type FileTo, fileTo } from './files/fileTo.ts';
import { hostKeyProblem } from './sftp/hostKey.ts';
import type { SftpConfig } from './sftp/sftpConfig.ts';
import { sftpOverlap } from './sftp/sftpOverlap.ts';
import { sftpSource, sftpTree } from './sftp/sftpSource.ts';

const config: Field<SftpConfig> = checked(
  record('A folder of an SFTP server.', {
    host: text('Name or address of the server.', {
      pattern: /^[\w.:-]+$/,
      shape: 'a host such as sftp.partner.example',
    }),
    port: optional(integer('Port of the server.', { min: 1, max: 65_535 }), 22),
    user: text('User that the hub logs in as.'),
    password: optional(
      secret('Password of the user. Take it from an environment variable: "${ERP_SFTP_PASSWORD}".'),
    ),
    privateKey: optional(
      secret(
        'Private key of the user, the text of the file as ssh-keygen writes it. Take it from an environment variable, or from a file that <NAME>_FILE names.',
      ),
    ),
    passphrase: optional(secret('Passphrase of the private key, where it has one.')),
    hostKey: hostKeys(
      'Key by which the server shows that it is the one that is meant: its fingerprint (SHA256:…, as ssh-keygen -l shows it) or the public key itself (ssh-ed25519 AAAA…). A list of several while the server changes its key, or where several servers answer. There is no way without.',
    ),
    path: optional(
      text(
        'Folder on the server, which is there already; without a slash in front from the folder that the login leads to.',
        { pattern: /^(?!(?:.*\/)?\.\.(?:\/|$))[^\0]+$/, shape: 'a path' },
      ),
      '.',
    ),
    timeout: optional(
      duration(
        'Longest time until the login is done, and longest silence of a server that is asked.',
      ),
      limits.sftpTimeoutMs,
    ),
  }),
  ({ password, privateKey }) =>
    password === undefined && privateKey === undefined
      ? 'there is neither `password` nor `privateKey`: nothing to log in with'
      : undefined,
);

const from = fileFrom({
  about:
    'How often the folder is looked at. A look is one request for each hundred files, whatever lies there.',
  fallbackMs: 10_000,
});

/** One, or several. */
function hostKeys(about: string): Field<string | string[]> {
  const key: Field<string | string[]> = checked(text(about), hostKeyProblem);
  const several: Field<string | string[]> = list(about, checked(text(about), hostKeyProblem), {
    min: 1,
  });
  return either(about, [
    { when: Array.isArray, field: several },
    { when: (value) => typeof value === 'string', field: key },
  ]);
}

/**
 * In: as of a folder (connectors/folder.ts): a file whose size and time of change were the same in two looks
 * of the hub is claimed by rename into `.claimed/`, offered, and moved to `archive/<day>/` when all that
 * came of it is durable. Several are claimed, read and put away at once, and offered one after another in
 * their order. A read that broke off goes on where it was, if size and time are what they were.
 *
 * Out: a file is written under a hidden name, and gets its own by a rename, never over another; the same
 * id is written once.
 *
 * The server is the one whose key is in the configuration, or nothing is sent to it.
 */
export const sftp: ConnectorSpec<SftpConfig, FileFrom, FileTo> = {
  name: 'sftp',
  about: 'Takes files in from a folder of an SFTP server, and writes files into one.',
  config,
  from,
  to: fileTo,
  examples: [
    'from: { sftp: erp-drop, pattern: "receipts-*.csv" }',
    'to: { sftp: finance-drop, name: "valuation-{date:yyyyMMdd}-{seq}.csv" }',
  ],
  overlap: sftpOverlap,
  source: sftpSource,
  archive: (config, from, { name, runtime }) =>
    new FileArchive(sftpTree(config, name, runtime), from),
  sink: (config, { name: file }, { name, flow, runtime }) =>
    new FileSink(sftpTree(config, name, runtime), file, { flow, runtime }),
};
