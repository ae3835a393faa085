/**
 * How systems sign what they post: what is signed, with what, and where it stands. Sources: shopify.dev (webhooks over HTTPS),
 * docs.stripe.com (webhook signatures), the Standard Webhooks specification 1.0, docs.github.com (validating deliveries),
 * WooCommerce's REST API documentation (webhooks).
 */
import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import { StockbusError } from '../../core/errors.ts';
import type { SignedRequest } from '../../core/ports.ts';

/** What was signed, and the signatures that came with it, of which one must be right. */
export interface Signed {
  id: string | undefined;
  /** Before the body. */
  prefix: string;
  signatures: readonly Signature[];
  /** When it was signed, in seconds since 1970; undefined where that is not said. */
  atSeconds?: number | undefined;
}

export interface Signature {
  bytes: Buffer;
  /** Left out: HMAC-SHA256. */
  isEd25519?: true;
}

export interface Scheme {
  about: string;
  /** Bytes of a secret as the system shows it to people; undefined where it cannot be one. */
  keyOf(secret: string): Buffer | undefined;
  read(headers: SignedRequest['headers']): Signed;
}

const HMAC_BYTES = 32;
const PUBLIC_KEY = 'whpk_';
/** Of Ed25519 (RFC 8032). */
const PUBLIC_KEY_BYTES = 32;

const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');

const bytesOf = (secret: string): Buffer | undefined => (secret === '' ? undefined : utf8(secret));

/** The value of a header that must be there. */
function required(headers: SignedRequest['headers'], name: string): string {
  const value = headers[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new StockbusError('SIGNATURE_MISSING', `the delivery has no header ${name}`);
}

const optional = (headers: SignedRequest['headers'], name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** One header with one signature of the body alone. */
const plain = (
  about: string,
  header: string,
  encoding: 'base64' | 'hex',
  more: { id: string; required?: readonly string[]; label?: string },
): Scheme => ({
  about,
  keyOf: bytesOf,
  read(headers) {
    const { label = '' } = more;
    for (const name of more.required ?? []) required(headers, name);
    const given = required(headers, header);
    const text = given.startsWith(label) ? given.slice(label.length) : '';
    const signatures = [{ bytes: Buffer.from(text, encoding) }];
    return { id: optional(headers, more.id), prefix: '', signatures };
  },
});

const stripe: Scheme = {
  about: 'Stripe: header Stripe-Signature, secret whsec_… of the endpoint.',
  keyOf: bytesOf,
  read(headers) {
    const fields = required(headers, 'stripe-signature')
      .split(',')
      .map((field): [string, string] => {
        const [name = '', ...rest] = field.trim().split('=');
        return [name, rest.join('=')];
      });
    const at = fields.find(([name]) => name === 't')?.[1] ?? '';
    const signatures = fields
      .filter(([name]) => name === 'v1')
      .map(([, text]) => ({ bytes: Buffer.from(text, 'hex') }));
    return { id: undefined, prefix: `${at}.`, signatures, atSeconds: secondsOf(at) };
  },
};

/** Also under the names that Svix gave the headers before there was a standard. */
const standard: Scheme = {
  about:
    'Standard Webhooks (Svix and many others): headers webhook-id, webhook-timestamp, webhook-signature; secret whsec_…, or a public key whpk_….',
  keyOf(secret) {
    const text = secret.replace(/^(?:whsec_|whpk_)/, '');
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
    const bytes = Buffer.from(text, 'base64');
    // One character alone is no byte: whoever signs with nothing would be let in.
    const isOne = secret.startsWith(PUBLIC_KEY)
      ? bytes.byteLength === PUBLIC_KEY_BYTES
      : bytes.byteLength > 0;
    return isOne ? bytes : undefined;
  },
  read(headers) {
    const family = headers['webhook-id'] === undefined && headers['svix-id'] ? 'svix' : 'webhook';
    const [id, at] = [required(headers, `${family}-id`), required(headers, `${family}-timestamp`)];
    const signatures = required(headers, `${family}-signature`)
      .split(' ')
      .flatMap((one): Signature[] => {
        const [version, text = ''] = one.split(',');
        const bytes = Buffer.from(text, 'base64');
        if (version === 'v1') return [{ bytes }];
        return version === 'v1a' ? [{ bytes, isEd25519: true }] : [];
      });
    return { id, prefix: `${id}.${at}.`, signatures, atSeconds: secondsOf(at) };
  },
};

export const schemes = {
  shopify: plain(
    'Shopify: header X-Shopify-Hmac-SHA256, the client secret of the app or the secret shown beside the webhooks.',
    'x-shopify-hmac-sha256',
    'base64',
    {
      id: 'x-shopify-webhook-id',
      required: [
        ...['x-shopify-topic', 'x-shopify-api-version', 'x-shopify-shop-domain'],
        'x-shopify-webhook-id',
      ],
    },
  ),
  stripe,
  standard,
  github: plain(
    'GitHub, and what signs as it does: header X-Hub-Signature-256.',
    'x-hub-signature-256',
    'hex',
    { id: 'x-github-delivery', label: 'sha256=' },
  ),
  woocommerce: plain(
    'WooCommerce: header X-WC-Webhook-Signature, the secret of the webhook.',
    'x-wc-webhook-signature',
    'base64',
    { id: 'x-wc-webhook-delivery-id' },
  ),
} satisfies Record<string, Scheme>;

export type SchemeName = keyof typeof schemes;

function secondsOf(text: string): number {
  if (/^\d{1,12}$/.test(text)) return parseInt(text, 10);
  throw new StockbusError('SIGNATURE_MISSING', 'the delivery does not say when it was signed');
}

export interface Key {
  bytes: Buffer;
  isPublic: boolean;
}

export function keyOfSecret(scheme: Scheme, secret: string): Key | undefined {
  const bytes = scheme.keyOf(secret);
  return bytes && { bytes, isPublic: scheme === standard && secret.startsWith(PUBLIC_KEY) };
}

/** In the same time wherever a signature differs. */
export function isSignedBy(
  { bytes: key, isPublic }: Key,
  { prefix, signatures }: Signed,
  body: Uint8Array,
): boolean {
  if (isPublic) {
    const text = Buffer.concat([utf8(prefix), body]);
    return signatures.some(
      ({ bytes, isEd25519 }) => isEd25519 === true && verify(null, text, ed25519(key), bytes),
    );
  }
  const expected = createHmac('sha256', key).update(prefix).update(body).digest();
  return signatures.some(
    ({ bytes, isEd25519 }) =>
      !isEd25519 && bytes.byteLength === HMAC_BYTES && timingSafeEqual(bytes, expected),
  );
}

/** The 32 bytes of RFC 8032 in the frame of RFC 8410 (SubjectPublicKeyInfo). */
const ed25519 = (key: Buffer) =>
  createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]),
    format: 'der',
    type: 'spki',
  });
