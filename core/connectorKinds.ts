import { folder } from '../connectors/folder.ts';
import { http } from '../connectors/http.ts';
import { mail } from '../connectors/mail.ts';
import { rest } from '../connectors/rest.ts';
import { s3 } from '../connectors/s3.ts';
import { sftp } from '../connectors/sftp.ts';
import { sql } from '../connectors/sql.ts';
import { webhooks } from '../connectors/webhooks.ts';
import type { ConnectorSpec } from './ports.ts';

/** Apart from the other components, for what reads the configuration alone. */
export const connectors: readonly ConnectorSpec[] = [
  folder,
  http,
  mail,
  rest,
  s3,
  sftp,
  sql,
  webhooks,
];
