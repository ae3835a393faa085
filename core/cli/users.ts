import { scopesOf } from '../api/auth/keyWishOf.ts';
import { scopeNames } from '../api/auth/scopes.ts';
import { newSecret } from '../api/auth/secretText.ts';
import { type ShownUser, Users } from '../api/auth/Users.ts';
import { cliActor } from './cliActor.ts';
import { type CliCommand, type Invocation, usageError } from './command.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';
import { listed } from './keys.ts';
import { type Column, TableWriter } from './table.ts';
import { withStore } from './withStore.ts';

const columns: Column<ShownUser>[] = [
  { title: 'Name', text: ({ name }) => name },
  { title: 'Password of', text: ({ passwordAt }) => passwordAt.slice(0, 10) },
  { title: 'Made by', text: ({ createdBy }) => createdBy },
  { title: 'May', wraps: true, text: ({ scopes }) => scopes.join(', ') },
];

const actions = ['list', 'add', 'password', 'remove'] as const;

export const users: CliCommand = {
  name: 'users',
  about:
    'People who sign in at the console with a password of the hub: which there are, and what each may; adds one, gives one a new password, or removes one, whose sessions end. The password is made and shown once, unless STOCKBUS_PASSWORD says it.',
  arguments: [
    { name: actions.join('|'), about: 'What to do.', choices: actions, optional: true },
    { name: 'NAME', about: 'Whom.', optional: true },
  ],
  options: {
    scopes: { value: 'LIST', about: `Of add: what he may, with commas: ${scopeNames.join(', ')}.` },
    format: jsonFormat,
  },
  examples: [
    'stockbus users add eva --scopes stock:read,ledger:read,parked:correct,parked:replay',
    'stockbus users',
    'stockbus users password eva',
    'stockbus users remove eva',
  ],
  async run(invocation) {
    const [action = 'list', name] = invocation.arguments;
    if (action === 'list') {
      if (name !== undefined) throw usageError(`'${name}' is one argument too many`);
      return say(invocation, await onUsers(invocation, (users) => users.list()));
    }
    if (name === undefined)
      throw usageError('NAME is missing', `write stockbus users ${action} NAME`);
    if (action === 'remove') return remove(invocation, name);
    const { STOCKBUS_PASSWORD: said } = invocation.env;
    const password = said || newSecret();
    const shown = await onUsers(invocation, (users) => {
      if (action === 'password') return users.setPassword(name, password, cliActor());
      const scopes = scopesOf(listed(invocation.options.scopes) ?? []);
      return users.add(name, password, scopes, cliActor());
    });
    return sayMade(invocation, shown, said ? undefined : password);
  },
};

const onUsers = <Result>(invocation: Invocation, work: (users: Users) => Promise<Result>) =>
  withStore(invocation, (store, runtime) => work(new Users(store, runtime)));

async function remove(invocation: Invocation, name: string): Promise<number> {
  await onUsers(invocation, (users) => users.remove(name, cliActor()));
  if (isJson(invocation)) await sayJson(invocation.terminal, { removed: name });
  else invocation.terminal.out([`'${name}' is removed, and what he had open is over.`]);
  return 0;
}

async function sayMade(
  invocation: Invocation,
  shown: ShownUser,
  password: string | undefined,
): Promise<number> {
  const { terminal } = invocation;
  if (isJson(invocation)) await sayJson(terminal, { ...shown, ...(password ? { password } : {}) });
  else {
    if (password) terminal.out([password]);
    terminal.err([`The user '${shown.name}' has a new password.`]);
    if (password) terminal.err(['It is shown this once.']);
  }
  return 0;
}

async function say(invocation: Invocation, shown: readonly ShownUser[]): Promise<number> {
  if (isJson(invocation)) await sayJson(invocation.terminal, { users: shown });
  else {
    invocation.terminal.out(new TableWriter(columns, invocation.terminal).write([...shown]));
    if (shown.length === 0)
      invocation.terminal.err(['There are no users: stockbus users add NAME']);
  }
  return 0;
}
