import type { ShownKey } from '../api/auth/ApiKey.ts';
import { KeyDesk, type MadeKey } from '../api/auth/KeyDesk.ts';
import { keyWishOf, overlapOf } from '../api/auth/keyWishOf.ts';
import { scopeNames } from '../api/auth/scopes.ts';
import { cliActor } from './cliActor.ts';
import { type CliCommand, type Invocation, usageError } from './command.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';
import { type Column, TableWriter } from './table.ts';
import { withStore } from './withStore.ts';

const columns: Column<ShownKey>[] = [
  { title: 'Id', text: ({ id }) => id },
  { title: 'Name', text: ({ name }) => name },
  { title: 'State', text: ({ state }) => state },
  { title: 'Expires', text: ({ expiresAt = '' }) => expiresAt.slice(0, 10) },
  { title: 'Last used', text: ({ lastUsedAt = '' }) => lastUsedAt.slice(0, 16) },
  { title: 'Made by', text: ({ createdBy }) => createdBy },
  {
    title: 'May',
    wraps: true,
    text: ({ scopes, rows = {} }) =>
      [
        scopes.join(', '),
        ...(rows.locations ? [`at ${rows.locations.join(', ')}`] : []),
        ...(rows.itemGroups ? [`of ${rows.itemGroups.join(', ')}`] : []),
      ].join('; '),
  },
];

const actions = ['list', 'create', 'rotate', 'revoke'] as const;

export const keys: CliCommand = {
  name: 'keys',
  about:
    'Keys of programs that call the API: which there are, what each may, and when it was used last; makes one, turns one over, or revokes one. A key is shown once, when it is made.',
  arguments: [
    { name: actions.join('|'), about: 'What to do.', choices: actions, optional: true },
    { name: 'NAME|ID', about: 'Of create: its name. Else: which one.', optional: true },
  ],
  options: {
    scopes: { value: 'LIST', about: `What it may, with commas: ${scopeNames.join(', ')}.` },
    locations: { value: 'LIST', about: 'It sees only these. Left out: all.' },
    'item-groups': { value: 'LIST', about: 'It sees only items of these. Left out: all.' },
    source: {
      value: 'TEXT',
      about: 'The source of commands that are sent with it. Default: api.',
    },
    expires: { value: 'DAY', about: 'The last day on which it opens. Left out: it stays.' },
    limit: { value: 'NUMBER', about: 'Requests a minute. Left out: as many as others.' },
    overlap: {
      value: 'DURATION',
      about: 'Of rotate: for how long the secret before opens, too. Default: 24h.',
    },
    format: jsonFormat,
  },
  examples: [
    'stockbus keys create webshop --scopes stock:read,stock:write --expires 2027-06-30',
    'stockbus keys create berlin --scopes stock:read --locations BER',
    'stockbus keys',
    'stockbus keys rotate 3f1c0a9be2d4 --overlap 48h',
    'stockbus keys revoke 3f1c0a9be2d4',
  ],
  async run(invocation) {
    const [action = 'list', what] = invocation.arguments;
    if (action === 'list') return list(invocation, what);
    if (what === undefined) {
      const name = action === 'create' ? 'NAME' : 'ID';
      throw usageError(`${name} is missing`, `write stockbus keys ${action} ${name}`);
    }
    if (action === 'create') return sayMade(invocation, await create(invocation, what));
    if (action === 'rotate') return sayMade(invocation, await rotate(invocation, what));
    const desk = (work: (desk: KeyDesk) => Promise<ShownKey>) => onDesk(invocation, work);
    return say(invocation, [await desk((one) => one.revoke(what, cliActor()))]);
  },
};

const onDesk = <Result>(invocation: Invocation, work: (desk: KeyDesk) => Promise<Result>) =>
  withStore(invocation, (store, runtime) => work(new KeyDesk(store, runtime)));

async function list(invocation: Invocation, extra: string | undefined): Promise<number> {
  if (extra !== undefined) throw usageError(`'${extra}' is one argument too many`);
  return say(invocation, await onDesk(invocation, (desk) => desk.list()));
}

function create(invocation: Invocation, name: string): Promise<MadeKey> {
  const { scopes, locations, 'item-groups': groups, source, expires, limit } = invocation.options;
  const wish = keyWishOf({
    ...{ name, source, expires },
    ...{ scopes: listed(scopes), locations: listed(locations), itemGroups: listed(groups) },
    requestsPerMinute: limit === undefined ? undefined : Number(limit),
  });
  return onDesk(invocation, (desk) => desk.create(wish, cliActor()));
}

function rotate(invocation: Invocation, id: string): Promise<MadeKey> {
  const overlapMs = overlapOf(invocation.options.overlap ?? '24h');
  return onDesk(invocation, (desk) => desk.rotate(id, overlapMs, cliActor()));
}

/** Words between commas. */
export const listed = (text: string | undefined): string[] | undefined =>
  text?.split(',').map((word) => word.trim());

async function sayMade(invocation: Invocation, made: MadeKey): Promise<number> {
  const { terminal } = invocation;
  if (isJson(invocation)) {
    await sayJson(terminal, made);
    return 0;
  }
  terminal.out([made.key]);
  const until = made.overlapUntil ? [`The one before opens until ${made.overlapUntil}.`] : [];
  terminal.err([`The key '${made.name}' (${made.id}). It is shown this once.`, ...until]);
  return 0;
}

async function say(invocation: Invocation, shown: readonly ShownKey[]): Promise<number> {
  const { terminal } = invocation;
  if (isJson(invocation)) await sayJson(terminal, { keys: shown });
  else {
    terminal.out(new TableWriter(columns, terminal).write([...shown]));
    if (shown.length === 0) terminal.err(['There are no keys: stockbus keys create NAME']);
  }
  return 0;
}
