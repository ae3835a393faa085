/** A partner's HTTP API: asked page by page for what is new, and told what has changed here. */
import { limits } from '../core/limits.ts';
import type { ConnectorSpec } from '../core/ports.ts';
import type { Field } from '../core/spec.ts';
import {
  checked,
  choice,
  duration,
  either,
  flag,
  isObject,
  namedValues,
  optional,
  record,
  secret,
  text,
} from '../core/spec.ts';
import { headersField, urlField } from './calls/callFields.ts';
import type { ClientCredentials } from './rest/AccessTokens.ts';
import { isJsonPointer } from './rest/jsonPointer.ts';
import type { NextPage } from './rest/nextPage.ts';
import { RestClient } from './rest/RestClient.ts';
import { RestPoller } from './rest/RestPoller.ts';
import { RestSink, type RestTo } from './rest/RestSink.ts';

interface Config {
  url: string;
  headers: Record<string, string>;
  oauth2: ClientCredentials | undefined;
  timeout: number;
  private: boolean;
}

interface From {
  path: string;
  every: number;
  next: NextForm | undefined;
  start: string | undefined;
  overlap: number;
}

type NextForm = 'link' | { url: string } | { cursor: string; parameter: string; keep: boolean };

const pointer = (about: string): Field<string> => {
  const shape = 'a JSON Pointer such as /paging/next';
  return checkedText(about, shape, isJsonPointer);
};

function checkedText(
  about: string,
  shape: string,
  holds: (value: string) => boolean,
): Field<string> {
  const plain = text(about);
  return {
    ...plain,
    read(value, path, report) {
      const given = plain.read(value, path, report);
      if (given === undefined || holds(given)) return given;
      const message = `'${given}' is not ${shape}`;
      report({ path, code: 'CONFIG_BAD_VALUE', message, todo: `write ${shape}` });
      return undefined;
    },
  };
}

/** A path with braces around what stands for nothing would be asked for, or called, as it is written. */
const pathField = (about: string, placeholders: readonly string[]): Field<string> =>
  checked(text(about), (path) => {
    const braced = [...path.matchAll(/\{(\w*)\}/g)].map(([, name]) => name!);
    const strange = braced.find((name) => !placeholders.includes(name));
    if (strange === undefined) return undefined;
    const known = placeholders.map((name) => `{${name}}, or `).join('');
    return `'{${strange}}' stands for nothing here: write ${known}%7B and %7D for the braces themselves`;
  });

const config: Field<Config> = record('A partner’s API, and who we are there.', {
  url: urlField('Address below which the paths of flows lie: https.'),
  headers: optional(headersField('Further headers of each call.'), {}),
  oauth2: optional(
    record('Client credentials (RFC 6749, §4.4): a token is asked for, and used until it ends.', {
      url: urlField('Where tokens are given.'),
      id: text('Of the client.'),
      secret: secret('Of the client. Take it from an environment variable.'),
      scope: optional(text('What the token is for, as the partner names it.')),
      audience: optional(text('Whom it is for, where the partner asks for that.')),
      by: optional(
        choice('How the client says who it is: in a header, or in the body.', ['header', 'body']),
        'header',
      ),
    }),
  ),
  timeout: optional(
    duration('Longest time for one call, until all of the answer is there.'),
    limits.restTimeoutMs,
  ),
  private: optional(
    flag('Addresses of this machine and of private networks may be called.'),
    false,
  ),
});

const next: Field<NextForm> = either<NextForm>(
  'How the answer says where the next page is: `link` (header Link), { url: POINTER } (an address in its JSON), or { cursor: POINTER, parameter: NAME } (a text in its JSON that goes into the query). Left out: there is one page.',
  [
    { when: (value) => value === 'link', field: choice('The header Link (RFC 8288).', ['link']) },
    {
      when: (value) => isObject(value) && 'url' in value,
      field: record('An address in the answer.', { url: pointer('Where it stands.') }),
    },
    {
      when: isObject,
      field: record('A cursor in the answer.', {
        cursor: pointer('Where it stands.'),
        parameter: text('Name of the parameter in the query that takes it.'),
        keep: optional(
          flag(
            'The next look goes on from the last cursor: for a feed that never ends. A look ends where the cursor stays the same.',
          ),
          false,
        ),
      }),
    },
  ],
);

const INSTANT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/;

const from: Field<From> = record('What is asked for, and how often.', {
  path: pathField(
    'Path and query below the address; {since} stands for the time at which the last look began, less `overlap`.',
    ['since'],
  ),
  every: optional(duration('So long after one look comes the next.'), limits.pollEveryMs),
  next: optional(next),
  start: optional(
    checkedText(
      '{since} of the first look. Left out: 1970.',
      'a date or a time with its zone, such as 2026-01-01T00:00:00Z',
      (value) => INSTANT.test(value) && !Number.isNaN(Date.parse(value)),
    ),
  ),
  overlap: optional(
    duration(
      'What was changed so long before the last look is asked for once more: clocks differ, and changes are seen late.',
    ),
    limits.pollOverlapMs,
  ),
});

const to: Field<RestTo> = record('What is called.', {
  method: optional(choice('Method of the call.', ['POST', 'PUT', 'PATCH']), 'POST'),
  path: pathField('Path and query below the address.', []),
  idempotency: optional(
    checkedText(
      'Header that carries the id of the call, the same at every attempt.',
      'the name of a header',
      (name) => /^[A-Za-z][A-Za-z0-9-]*$/.test(name),
    ),
    'Idempotency-Key',
  ),
  answer: optional(
    namedValues(
      'What of the JSON of the answer is kept in the history: { order: /order/id }.',
      pointer('Where it stands.'),
    ),
    {},
  ),
});

/**
 * In: looks at a path, page by page; a page is one payload. How far it has come is kept once the page is durable.
 *
 * Out: one call for each batch. 2xx is success, and what `answer` names of it stands in the history; 400, 409, 413 and 422 are
 * about what the call holds (REST_REFUSED); all else is the partner's, the network's or about who we are, and passing.
 *
 * Credentials go to the origin of `url` alone.
 */
export const rest: ConnectorSpec<Config, From, RestTo> = {
  name: 'rest',
  about: 'Asks a partner’s HTTP API for what is new, and calls it with what has changed.',
  config,
  from,
  to,
  examples: [
    'from: { rest: shop-api, path: "orders.json?updated_at_min={since}", every: 1h, next: link }',
    'to: { rest: crm-api, path: availability, answer: { batch: /id } }',
  ],
  poller: (config, { path, every, next, start, overlap }, about) =>
    new RestPoller(
      clientOf(config, about),
      { ...{ path, start }, everyMs: every, overlapMs: overlap, next: next && nextOf(next) },
      about,
    ),
  sink: (config, to, about) => new RestSink(clientOf(config, about), to),
};

const clientOf = (
  { url, headers, oauth2, timeout, private: allowsPrivate }: Config,
  about: ConstructorParameters<typeof RestClient>[1],
): RestClient => new RestClient({ url, headers, oauth2, timeoutMs: timeout, allowsPrivate }, about);

function nextOf(form: NextForm): NextPage {
  if (form === 'link') return { kind: 'link' };
  if ('url' in form) return { kind: 'url', at: form.url };
  const { cursor: at, parameter, keep: isKept } = form;
  return { kind: 'cursor', at, parameter, isKept };
}
