/** The HTTP interface in config/hub.yaml: where it listens, and who may call. */
import {
  checked,
  duration,
  type Field,
  integer,
  list,
  namedValues,
  optional,
  record,
  secret,
  text,
} from '../spec.ts';
import { tokenField } from './apiToken.ts';

export const httpField = () =>
  record('The HTTP interface.', {
    host: optional(
      text(
        'Address to listen on. Without a token or a provider of identities only loopback is allowed.',
      ),
      '127.0.0.1',
    ),
    port: optional(
      integer('Port to listen on; 0 takes a free one. STOCKBUS_PORT overrides it.', {
        min: 0,
        max: 65_535,
      }),
      8080,
    ),
    token: tokenField(
      'Token that may everything, as `Authorization: Bearer <token>`: 16 characters or more, made with `openssl rand -hex 32`. Empty: there is none, and programs of this machine are asked for nothing. Keys (`stockbus keys`) may less. STOCKBUS_TOKEN overrides it.',
    ),
    trustProxy: optional(
      integer(
        'Reverse proxies in front of the hub: the address of a caller is the entry of X-Forwarded-For that the outermost of them wrote. 0: nobody is believed.',
        { min: 0, max: 16 },
      ),
      0,
    ),
    healthPort: optional(
      integer(
        'Port at which a process without the role `api` answers /healthz, /readyz, /metrics and /v1/status; left out: at none. STOCKBUS_HEALTH_PORT overrides it.',
        { min: 0, max: 65_535 },
      ),
    ),
    origin: optional(
      address(
        'Where browsers find the hub, such as https://stock.example.com. Left out: as the Host header of a request says, which a proxy must hand on. STOCKBUS_ORIGIN overrides it.',
        isOrigin,
      ),
    ),
    cache: optional(cacheField()),
    tls: optional(tlsField()),
    oidc: optional(oidcField()),
  });

const cacheField = () =>
  record(
    'Answers of reads of stock that are given again from memory (docs/reading.md); left out: each is read when it is asked for.',
    {
      maxAge: optional(
        duration('No answer is older, whatever happens; most are dropped sooner.'),
        1_000,
      ),
      entries: optional(integer('Most answers in memory.', { min: 1, max: 1_000_000 }), 10_000),
      bytes: optional(
        integer('Most bytes that they take in memory, about.', {
          min: 1_048_576,
          max: 1_073_741_824,
        }),
        32 * 1024 * 1024,
      ),
    },
  );

const tlsField = () =>
  record(
    'TLS of the hub itself; left out: HTTP, behind a proxy that has it. A reload reads the files anew.',
    {
      cert: text(
        'File with the certificate and those between it and the root, in PEM, from the folder above config/.',
      ),
      key: text('File with its private key, in PEM.'),
    },
  );

const oidcField = () =>
  record(
    'A provider of identities (OpenID Connect), whose tokens are taken, and where people sign in.',
    {
      issuer: address('As its tokens name it.', isProvider),
      audience: text('What its tokens for this hub have as `aud`.'),
      claim: optional(
        text(
          'Claim that says what somebody may: a text with blanks between, or a list; `realm_access.roles` is one within another.',
        ),
        'scope',
      ),
      scopes: optional(
        namedValues(
          'What a value of that claim allows. Left out: values are the names of scopes.',
          list('Scopes of the hub.', text('Scope.')),
        ),
      ),
      name: optional(
        text('Claim by whose value the ledger names people: one that is never given to another.'),
        'sub',
      ),
      clientId: optional(text('As which the console signs people in. Left out: it does not.')),
      clientSecret: optional(secret('Its secret; a public client has none.')),
    },
  );

const address = (about: string, isFit: (url: URL) => boolean): Field<string> =>
  checked(text(about), (value) =>
    URL.canParse(value) && isFit(new URL(value))
      ? undefined
      : `'${value}' is no address such as https://login.example.com`,
  );

const isOrigin = ({ protocol, pathname, search, hash, username }: URL): boolean =>
  /^https?:$/.test(protocol) && pathname === '/' && search + hash + username === '';

/** Over plain HTTP only on this machine. */
const isProvider = ({ protocol, hostname, search, hash, username }: URL): boolean =>
  (protocol === 'https:' ||
    (protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname))) &&
  search + hash + username === '';
