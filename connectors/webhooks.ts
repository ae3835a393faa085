/** Webhooks of shops and other systems, which sign what they post. */
import { limits } from '../core/limits.ts';
import type { ConnectorSpec } from '../core/ports.ts';
import type { Field } from '../core/spec.ts';
import { checked, choice, duration, either, list, optional, record, secret } from '../core/spec.ts';
import { SignedDeliveries } from './webhooks/SignedDeliveries.ts';
import { keyOfSecret, type SchemeName, schemes } from './webhooks/schemes.ts';

interface Config {
  scheme: SchemeName;
  secret: string | string[];
  tolerance: number;
}

const oneSecret = secret('As the other system shows it.');
const secretField = either<string | string[]>(
  'What the other system signs with, as it shows it. From a variable of the environment. A list of two, [new, old], while one is exchanged for the other: either may sign.',
  [
    {
      when: Array.isArray,
      field: checked(list('Two secrets.', oneSecret, { min: 1 }), ({ length }) =>
        length > 2 ? `${length} secrets are one too many: write [new, old]` : undefined,
      ),
    },
    { when: () => true, field: oneSecret },
  ],
);

const fields: Field<Config> = record('Who posts, and how it signs.', {
  scheme: choice(
    Object.entries(schemes)
      .map(([name, { about }]) => `\`${name}\`: ${about}`)
      .join(' '),
    Object.keys(schemes) as SchemeName[],
  ),
  secret: secretField,
  tolerance: optional(
    duration(
      'What was signed longer ago, or later than now, is refused, where the time is signed too (stripe, standard).',
    ),
    limits.signatureToleranceMs,
  ),
});

const config: Field<Config> = {
  ...fields,
  read(value, path, report) {
    const read = fields.read(value, path, report);
    const wrong =
      read && [read.secret].flat().find((one) => !keyOfSecret(schemes[read.scheme], one));
    if (wrong === undefined) return read;
    report({
      path: [...path, 'secret'],
      code: 'CONFIG_BAD_VALUE',
      message:
        wrong === '' ? 'the secret is empty' : `no secret of '${read!.scheme}' looks like this`,
      todo: 'copy the secret as the other system shows it',
    });
    return undefined;
  },
};

/**
 * In: `POST /v1/webhooks/<flow>`, without a token of the hub: the signature says who it is. It is checked over the bytes as
 * they came, before any of them is read. 2xx when all that came of it is durable; what is wrong in it is parked, since nobody
 * at the other side could correct it, and many a shop ends a subscription that is refused.
 */
export const webhooks: ConnectorSpec<Config, Record<string, never>> = {
  name: 'webhooks',
  about: 'Takes what shops and other systems post and sign: POST /v1/webhooks/<flow>.',
  config,
  from: record('Nothing to choose: the scheme and the secret are in config/hub.yaml.', {}),
  examples: ['from: { webhooks: webshop }'],
  doorkeeper: ({ scheme, secret, tolerance }) =>
    new SignedDeliveries({ scheme, secrets: [secret].flat(), toleranceMs: tolerance }),
};
