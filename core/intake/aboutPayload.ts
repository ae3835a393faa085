import type { AboutPayload, Payload } from '../ports.ts';

/** Words of headers by which a sender proves who it is: `x-shopify-access-token`, `cookie`, `x-authtoken`. */
const SECRET =
  /^(?:auth|authorization|authentication|jwt|bearer|session|sessionid|credentials?|passphrase|otp|pin)$|(?:token|cookie|secrets?|password|passwd|apikey)$/;

/** What stands before a `key` that is a secret: an `idempotency-key` and an `x-event-key` are none. */
const OF_KEYS = new Set([
  ...['', 'x', 'api', 'access', 'auth', 'client', 'consumer', 'application', 'app', 'user'],
  ...['account', 'subscription', 'function', 'functions', 'license', 'service', 'shared'],
  ...['private', 'master', 'host', 'admin', 'security', 'signing', 'encryption', 'developer'],
]);

/** Whether a header, by its name in lower case, must not stand in what is booked. */
export function isSecretHeader(name: string): boolean {
  const words = name.split(/[^a-z\d]+/);
  return words.some(
    (word, index) => SECRET.test(word) || (word === 'key' && OF_KEYS.has(words[index - 1] ?? '')),
  );
}

/** What flows may read of a payload that came in at that time, beside its hash. */
export function aboutPayload(payload: Payload, received: string): AboutPayload {
  const { origin, modified, headers } = payload;
  return {
    file: origin.name,
    ...(modified === undefined ? {} : { modified: new Date(modified).toISOString() }),
    received,
    ...(headers ? { headers: readable(headers) } : {}),
  };
}

function readable(headers: NonNullable<Payload['headers']>): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || isSecretHeader(name)) continue;
    all[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return all;
}
