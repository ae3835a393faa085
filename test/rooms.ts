/**
 * The rooms of the house: who may import whom, downward only, and which packages and parts of Node
 * each needs. A new file directly under core/, or a new folder, is given its room here.
 */
export interface Room {
  name: string;
  files: RegExp;
  /** Rooms that it may import beside itself. */
  imports: readonly string[];
  /** Packages, and `node:` parts, that it may import. */
  packages: readonly string[];
  /** Pure: no I/O, no clock, no dice, nothing of the process. */
  pure?: true;
  /** Connectors, brokers and stores: each knows the kernel and its own driver, never another. */
  adapter?: true;
}

const kernelFiles =
  'message|auditTrail|changeControlRows|handedBatch|intakeReport|MessageMap|RecentKeys|NumberedKeys|sideBySide|joined|commit|pack|logLine|logOf|packBody|packsOf|packFrom|toldPack|namedEntries|namesIn|entryFilter|EachOnce|quoted|instantText|JsonBuffer|skuBooks|storedWritten|ports|spec|errors|limits|runtime|metricNames|logEvents|decimal|fitsInBytes|ledger|keyOfBalance|cursor|closing|closingChecks|SkuClosing|ClosingParts|relayedEvents|zone|order|backoff|retried|pagesOf|rowsOf|identifier|requireVersion|parseStored|reservedField|slices|unitPrecision|currencyDigits|UndoLog|PositionList|position|rankOf|serverAddress|tupleKey|sortedKey|bucketOf|revisions|newest|searchWords|newestFirst|figuresOf';
const engineFiles =
  'Booking|intake|apply|relay|deliver|ScheduledReport|query|hub|hubLoops|hubSetup|health|parked|rehearsal|brokerTopology|verify|StageLoop';
const pureRooms = ['kernel', 'codecs', 'steps', 'stock'];
const engineRooms = [...pureRooms, 'spool', 'flow', 'engine', 'reports'];
const adapters = [
  'folder',
  'http',
  'mail',
  'rest',
  's3',
  'sftp',
  'sql',
  'webhooks',
  'embedded',
  'rabbitmq',
  'sqlite',
  'mongodb',
];
const files = ['node:fs', 'node:path'];

export const rooms: readonly Room[] = [
  { name: 'schemas', files: /^schemas\//, imports: [], packages: [] },
  {
    name: 'kernel',
    files: new RegExp(`^core/((${kernelFiles})\\.ts$|ports/)`),
    imports: ['schemas'],
    packages: ['node:crypto'],
    pure: true,
  },
  {
    name: 'codecs',
    files: /^core\/codecs\//,
    imports: ['kernel'],
    // Compression is a function of its bytes like any other.
    packages: [
      ...['papaparse', 'fast-xml-parser', 'iconv-lite', 're2js', 'saxes', 'yauzl', 'yazl'],
      ...['hyparquet-writer', 'node:stream', 'node:zlib'],
    ],
    pure: true,
  },
  {
    name: 'steps',
    files: /^core\/steps\//,
    imports: ['kernel'],
    packages: ['re2js'],
    pure: true,
  },
  // Hashing is a function of its text like any other.
  {
    name: 'stock',
    files: /^core\/stock\//,
    imports: ['kernel'],
    packages: ['node:crypto'],
    pure: true,
  },
  {
    name: 'data folder',
    files: /^core\/privateFiles\.ts$/,
    imports: ['kernel'],
    packages: files,
  },
  {
    name: 'files',
    files: /^connectors\/files\//,
    imports: ['kernel'],
    packages: ['node:crypto', 'node:fs/promises', ...files],
  },
  {
    name: 'folder',
    files: /^connectors\/folder[./]/,
    imports: ['kernel', 'files', 'data folder'],
    packages: ['node:crypto', 'node:fs/promises', ...files],
    adapter: true,
  },
  {
    name: 'calls',
    files: /^connectors\/calls\//,
    imports: ['kernel'],
    packages: ['node:dns', 'node:http', 'node:https', 'node:net'],
  },
  {
    name: 'http',
    files: /^connectors\/http[./]/,
    imports: ['kernel', 'calls'],
    packages: ['node:crypto'],
    adapter: true,
  },
  {
    name: 'rest',
    files: /^connectors\/rest[./]/,
    imports: ['kernel', 'calls'],
    packages: ['node:http'],
    adapter: true,
  },
  {
    name: 's3',
    files: /^connectors\/s3[./]/,
    imports: ['kernel', 'files'],
    packages: ['aws4fetch', 'fast-xml-parser', 'node:crypto', 'node:http', 'node:https'],
    adapter: true,
  },
  {
    name: 'webhooks',
    files: /^connectors\/webhooks[./]/,
    imports: ['kernel'],
    packages: ['node:crypto'],
    adapter: true,
  },
  {
    name: 'sftp',
    files: /^connectors\/sftp[./]/,
    imports: ['kernel', 'files'],
    packages: ['ssh2', 'node:crypto', 'node:net', 'node:path'],
    adapter: true,
  },
  {
    name: 'mail',
    files: /^connectors\/mail[./]/,
    imports: ['kernel', 'files'],
    packages: ['imapflow', 'nodemailer', 'postal-mime', 'node:crypto'],
    adapter: true,
  },
  {
    name: 'sql',
    files: /^connectors\/sql[./]/,
    imports: ['kernel'],
    packages: ['node:crypto', 'node:net', 'pg'],
    adapter: true,
  },
  {
    name: 'embedded',
    files: /^core\/brokers\/embedded[./]/,
    imports: ['kernel', 'data folder'],
    packages: ['node:sqlite', 'node:worker_threads', ...files],
    adapter: true,
  },
  {
    name: 'rabbitmq',
    files: /^core\/brokers\/rabbitmq[./]/,
    imports: ['kernel'],
    packages: ['amqplib', 'node:stream'],
    adapter: true,
  },
  {
    name: 'closings',
    files: /^core\/closings\//,
    imports: ['kernel'],
    packages: [],
    pure: true,
  },
  {
    name: 'packs',
    files: /^core\/stores\/(packs\/|migrations\/|joined\.ts$)/,
    imports: ['kernel', 'closings'],
    packages: [],
    pure: true,
  },
  {
    name: 'sqlite',
    files: /^core\/stores\/sqlite[./]/,
    imports: ['kernel', 'packs', 'data folder'],
    packages: ['node:crypto', 'node:sqlite', 'node:os', 'node:url', ...files],
    adapter: true,
  },
  {
    name: 'mongodb',
    files: /^core\/stores\/mongodb[./]/,
    imports: ['kernel', 'packs'],
    packages: ['mongodb', 'node:os'],
    adapter: true,
  },
  {
    name: 'spool',
    files: /^core\/spool\//,
    imports: ['kernel'],
    packages: ['node:path'],
  },
  {
    name: 'flow',
    files: /^core\/flow\//,
    imports: engineRooms,
    packages: [
      ...['ajv', 'ajv-formats', 'jsonata', 'node-cron', 'papaparse', 're2js', 'yaml'],
      ...['node:crypto', 'node:path'],
    ],
  },
  {
    name: 'figures',
    files: /^core\/reports\/figures\//,
    imports: ['kernel', 'stock'],
    packages: [],
    pure: true,
  },
  {
    name: 'reports',
    files: /^core\/reports\//,
    imports: [...engineRooms, 'figures'],
    packages: [],
  },
  {
    name: 'engine',
    files: new RegExp(
      `^core/((${engineFiles})\\.ts$|(intake|apply|relay|deliver|deployment|jobs|stages|producers|rehearsal|verify|answers|status|history|parked)/)`,
    ),
    imports: engineRooms,
    packages: ['@opentelemetry/api', 'node-cron', 'node:crypto', 'node:path', 'node:util'],
  },
  // Files of the page, in its own language: it knows packages of browsers, and the API by its types alone.
  {
    name: 'console',
    files: /^console\//,
    imports: ['schemas'],
    packages: ['preact', 'htm', 'zxing-wasm'],
  },
  {
    name: 'console server',
    files: /^core\/api\/console\//,
    imports: ['kernel'],
    packages: [
      ...['express', 'node:crypto', 'node:fs', 'node:module', 'node:path', 'node:url', 'node:zlib'],
    ],
  },
  {
    name: 'api',
    files: /^core\/api\//,
    imports: [...engineRooms, 'console server', 'message schemas'],
    packages: [
      ...['ajv', 'ajv-formats', 'express', 'express-rate-limit', 'helmet', 'jose'],
      ...['oauth4webapi', 'prom-client'],
      ...['dataloader', 'graphql', 'graphql/execution', 'graphql-http'],
      ...['node:crypto', 'node:http', 'node:https', 'node:net'],
    ],
  },
  {
    name: 'message schemas',
    files: /^core\/schemaKinds\.ts$/,
    imports: ['kernel', 'schemas'],
    packages: [],
  },
  {
    name: 'catalog',
    files: /^core\/(catalog|brokerKinds|connectorKinds|storeKinds)\.ts$/,
    imports: [...engineRooms, ...adapters, 'message schemas'],
    packages: [],
  },
  {
    name: 'opened hub',
    files: /^core\/hub\//,
    imports: [...engineRooms, 'catalog', 'message schemas', 'data folder'],
    packages: [...files, 'node:os', 'node:url', 'node:util', 'node:v8', 'node:worker_threads'],
  },
  // A backup is of what a store keeps as it keeps it, whoever writes it meanwhile: it knows that file and its hub.
  {
    name: 'backup',
    files: /^core\/backup\/[^/]*$/,
    imports: [
      ...[...engineRooms, 'catalog', 'opened hub', 'data folder', 'sqlite', 'embedded', 'packs'],
      'backup of a database',
    ],
    packages: [...files, 'node:crypto', 'node:sqlite'],
  },
  // The same of its collections.
  {
    name: 'backup of a database',
    files: /^core\/backup\/database\//,
    imports: [...engineRooms, 'backup', 'mongodb', 'packs'],
    packages: [...files, 'mongodb', 'node:crypto', 'node:stream/promises', 'node:zlib'],
  },
  {
    name: 'cli',
    files: /^core\/cli\//,
    imports: [...engineRooms, 'api', 'catalog', 'opened hub', 'data folder', 'backup'],
    packages: ['crypto', 'events', 'fs', 'fs/promises', 'http', 'net', 'os', 'path', 'url']
      .concat(['util', 'v8'])
      .map((name) => `node:${name}`),
  },
  {
    name: 'main',
    files: /^core\/main\.ts$/,
    imports: [...engineRooms, 'api', 'catalog', 'cli', 'data folder'],
    packages: files,
  },
];

/** A rule that one file may break, and why; one that it no longer breaks fails the test. */
export interface Exemption {
  path: string;
  /** As the rule names it: `node:fs`, `new Function`, `randomUUID`. */
  what: string;
  reason: string;
}

export const exemptions: readonly Exemption[] = [
  {
    path: 'console/screens.ts',
    what: 'import()',
    reason: 'a screen is loaded when somebody goes there',
  },
  {
    path: 'core/flow/configText.ts',
    what: 'node:fs/promises',
    reason: 'reads configuration, flows and tables: the one file of the engine that knows folders',
  },
  {
    path: 'core/spool/SpoolFolder.ts',
    what: 'node:fs/promises',
    reason:
      'what a payload says lies on disk until all of it is known; nothing else of it knows files',
  },
  {
    path: 'core/codecs/rowValue.ts',
    what: 'new Function',
    reason: 'a literal of known shape is made several times faster than one filled key by key',
  },
  {
    path: 'core/codecs/parquet/writeParquet.ts',
    what: 'import()',
    reason: 'the writer is loaded where a file is written: start-up time',
  },
  {
    path: 'core/stores/mongodb.ts',
    what: 'import()',
    reason: 'the driver is loaded where a hub uses it: start-up time',
  },
  {
    path: 'core/brokers/rabbitmq.ts',
    what: 'import()',
    reason: 'the driver is loaded where a hub uses it: start-up time',
  },
  {
    path: 'connectors/sftp/SftpSession.ts',
    what: 'import()',
    reason: 'the driver is loaded where a hub connects: start-up time',
  },
  {
    path: 'connectors/mail/ImapMailbox.ts',
    what: 'import()',
    reason: 'the driver is loaded where a mailbox is polled: start-up time',
  },
  {
    path: 'connectors/mail/MailPoller.ts',
    what: 'import()',
    reason: 'the parser is loaded where a mail came: start-up time',
  },
  {
    path: 'connectors/mail/SmtpSink.ts',
    what: 'import()',
    reason: 'the driver is loaded where a mail is sent: start-up time',
  },
  {
    path: 'connectors/sql/postgres.ts',
    what: 'import()',
    reason: 'the driver is optional, and loaded where a hub polls such a database',
  },
  {
    path: 'core/backup/booksPlaceAt.ts',
    what: 'import()',
    reason: 'the driver is loaded where books are on a server: start-up time',
  },
  {
    path: 'core/cli/commandLine.ts',
    what: 'import()',
    reason: 'a command is loaded where it is called, with what it needs: start-up time and memory',
  },
  {
    path: 'core/api/graphql/graphqlRoutes.ts',
    what: 'import()',
    reason: 'schema and library are loaded by the first query: start-up time and memory',
  },
  {
    path: 'core/cli/apiOf.ts',
    what: 'import()',
    reason: 'express and the metrics are loaded where a command serves: start-up time',
  },
  {
    path: 'core/stores/mongodb/WriterSessions.ts',
    what: 'performance',
    reason: 'when this process began is part of its name among processes, and of no decision',
  },
  {
    path: 'core/cli/demo/WebhookReceiver.ts',
    what: 'randomBytes',
    reason: 'a secret for one demo: nothing is decided by it',
  },
];
