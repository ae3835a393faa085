/**
 * Runs schemathesis against a hub with the demo's data: does it answer as its OpenAPI document says, whatever is sent?
 *
 *   python3 -m venv /tmp/st && /tmp/st/bin/pip install schemathesis
 *   node scripts/fuzzApi.ts --st /tmp/st/bin/st --seconds 300 [--scopes stock:read,stock:write] [--store URL --broker URL]
 *
 * Without `--scopes` it calls with a key that may everything. What is found stands at the end, each with a curl that does it
 * again; the process fails then. Defects are told by the log, on stderr.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { KeyDesk } from '../core/api/auth/KeyDesk.ts';
import { scopesOf } from '../core/api/auth/keyWishOf.ts';
import { systemRuntime } from '../core/runtime.ts';
import { DemoHub } from '../test/browser/DemoHub.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    st: { type: 'string', default: 'st' },
    seconds: { type: 'string', default: '300' },
    scopes: { type: 'string', default: 'admin' },
    store: { type: 'string' },
    broker: { type: 'string' },
  },
});

const env = {
  STOCKBUS_TOKEN: crypto.randomUUID(),
  ...(values.store ? { STOCKBUS_STORE: values.store } : {}),
  ...(values.broker ? { STOCKBUS_BROKER: values.broker } : {}),
};

const hub = await DemoHub.start({ env, log: logDefect });
const scopes = scopesOf(values.scopes.split(','));
const { key } = await new KeyDesk(hub.open.store, systemRuntime()).create(
  { name: 'fuzz', scopes, source: 'fuzz', requestsPerMinute: 1_000_000 },
  'cli:fuzzApi',
);
// Events never end, GraphQL has a standard and audits of its own, and what pauses flows or takes the key away would leave
// nothing to be tried.
const left = [
  ...['/v1/events', '/graphql', '/v1/keys/{id}', '/v1/keys/{id}/rotate'],
  ...['/v1/flows/{flow}/pause', '/v1/endpoints/{name}/pause'],
];
// What fits a schema may be refused all the same: by other parameters, by the page before, by what is in the books.
const unsaid = 'positive_data_acceptance';
const hooks = fileURLToPath(new URL('fuzzApiHooks.py', import.meta.url));
const child = spawn(
  values.st,
  [
    ...['run', `${hub.url}/openapi.json`, '--header', `Authorization: Bearer ${key}`],
    ...['--max-time', values.seconds, '--continue-on-failure', '--request-timeout', '20'],
    ...['--exclude-checks', unsaid],
    ...left.flatMap((path) => ['--exclude-path', path]),
    ...positionals,
  ],
  { stdio: 'inherit', env: { ...process.env, SCHEMATHESIS_HOOKS: hooks } },
);
const code = await new Promise<number>((resolve) =>
  child.once('exit', (status) => resolve(status ?? 1)),
);
await hub.stop();
process.exit(code);

function logDefect(level: string, event: string, fields: object = {}): void {
  if (level === 'error') process.stderr.write(`${event} ${JSON.stringify(fields)}\n`);
}
