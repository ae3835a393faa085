/** HTTP: what is posted to the hub becomes payloads; what leaves is posted to a webhook. */
import { limits } from '../core/limits.ts';
import type { ConnectorSpec } from '../core/ports.ts';
import type { Field } from '../core/spec.ts';
import { checked, duration, either, list, optional, record, secret } from '../core/spec.ts';
import { headersField, ruled, urlField } from './calls/callFields.ts';
import { HttpLookup } from './http/HttpLookup.ts';
import { WebhookSink } from './http/WebhookSink.ts';

interface Config {
  url: string;
  secret: string | string[] | undefined;
  timeout: number;
  headers: Record<string, string>;
}

const config: Field<Config> = record(
  'An endpoint that takes webhooks, or that is asked by `enrich`.',
  {
    url: urlField('Address that is called: http or https. `enrich` asks for paths below it.'),
    secret: optional(
      secretsField(
        'Signs each webhook (Standard Webhooks, HMAC-SHA256): whsec_<base64>, or any text. Take it from an environment variable. A list of two, [new, old], while one is exchanged for the other: both sign.',
      ),
    ),
    timeout: optional(
      duration(
        'Longest time for one webhook, until the answer is there; `enrich` has a `timeout` of its own.',
      ),
      limits.webhookTimeoutMs,
    ),
    headers: optional(headersField('Further headers of each call.'), {}),
  },
);

/**
 * In: `POST /v1/flows/<flow>` is the one door, and the API opens it for every inbound flow by
 * calling the hub itself.
 *
 * Out: one POST for each batch, signed, never following redirects. 2xx is success; 400, 413 and 422 are about what the call
 * holds (WEBHOOK_REFUSED), 410 says that the endpoint is gone (WEBHOOK_GONE); all else is the endpoint's, or the network's, and passing
 * (WEBHOOK_FAILED with `retryAfterMs` where a wait was named, WEBHOOK_UNREACHABLE).
 *
 * Asked: GET of a path below the address, never following redirects. 404, 410 and 204: there is nothing. 408,
 * 425, 429, 5xx, redirects, 402, 403 and network failures are the world's (ENRICH_FAILED); refused credentials (401, 407)
 * pause the flow (ENRICH_DENIED); other answers are of the question (ENRICH_REFUSED).
 */
export const http: ConnectorSpec<Config, Record<string, never>, Record<string, never>> = {
  name: 'http',
  about: 'Takes payloads by POST /v1/flows/<flow>, calls webhooks, and is asked by `enrich`.',
  config,
  from: record('Nothing to choose: the hub’s own HTTP interface takes the payloads.', {}),
  to: record('Nothing to choose: the endpoint is in config/hub.yaml.', {}),
  examples: ['from: http', 'to: { http: webshop }'],
  sink: ({ url, secret, timeout, headers }, _to, about) =>
    new WebhookSink({ url, secrets: [secret ?? []].flat(), timeoutMs: timeout, headers }, about),
  lookup: ({ url, headers }, about) => new HttpLookup({ url, headers }, about),
};

/** One, or two while one is exchanged for the other. */
function secretsField(about: string): Field<string | string[]> {
  const one = secretField(about);
  const both = checked(list(about, one, { min: 1 }), ({ length }) =>
    length > 2 ? `${length} secrets are one too many: write [new, old]` : undefined,
  );
  return either<string | string[]>(about, [
    { when: Array.isArray, field: both },
    { when: () => true, field: one },
  ]);
}

function secretField(about: string): Field<string> {
  return ruled(secret(about), (value) => {
    if (value === '') return { message: 'the secret is empty', todo: 'set it, or leave it out' };
    if (!value.startsWith('whsec_')) return undefined;
    if (/^[A-Za-z0-9+/]+={0,2}$/.test(value.slice('whsec_'.length))) return undefined;
    return {
      message: 'what follows whsec_ is not base64',
      todo: 'copy the secret as it was given',
    };
  });
}
