/** Signatures as the systems publish them, and as nobody may forge them. */
import { equal, match, throws } from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignedDeliveries } from '../../../connectors/webhooks/SignedDeliveries.ts';
import type { SchemeName } from '../../../connectors/webhooks/schemes.ts';
import { webhooks } from '../../../connectors/webhooks.ts';
import { limits } from '../../../core/limits.ts';
import { describeSamples } from '../../samples.ts';

const atMs = Date.UTC(2026, 10, 28);
const atSeconds = String(atMs / 1_000);
const body = Buffer.from('{"id":1}');
const hmac = (key: string | Buffer, text: string, encoding: 'base64' | 'hex'): string =>
  createHmac('sha256', key).update(text).digest(encoding);
const keeper = (scheme: SchemeName, ...secrets: string[]) =>
  new SignedDeliveries({ scheme, secrets, toleranceMs: limits.signatureToleranceMs });

interface Vector {
  name?: string;
  secret: string;
  headers: Record<string, string>;
  body?: string;
  body_repeat?: [string, number];
  valid: boolean;
}

const published: [string, SchemeName][] = [
  ['shopify__validate_vectors.json', 'shopify'],
  ['standardwebhooks__vectors.json', 'standard'],
  ['svix__large_payload_vectors.json', 'standard'],
  ['octokit__verify_vectors.json', 'github'],
];
for (const [file, scheme] of published) {
  describeSamples(`signatures that others published: ${file}`, 'webhooks', (folder) => {
    const vectors = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Vector[];
    for (const [index, vector] of vectors.entries()) {
      it(`${vector.name ?? index}: ${vector.valid ? 'let in' : 'refused'}`, () => {
        const [text, times] = vector.body_repeat ?? [vector.body!, 1];
        const headers = Object.fromEntries(
          Object.entries(vector.headers).map(([name, value]) => [name.toLowerCase(), value]),
        );
        const check = () =>
          keeper(scheme, vector.secret).check(
            { headers, body: Buffer.from(text.repeat(times)) },
            1_614_265_330_000,
          );
        if (vector.valid)
          equal(
            check(),
            headers['webhook-id'] ?? headers['svix-id'] ?? headers['x-shopify-webhook-id'],
          );
        else throws(check, /SIGNATURE_(MISSING|WRONG)|no secret|has no header/);
      });
    }
  });
}

describe('deliveries that are signed', () => {
  const stripeHeader = (secret: string, at = atSeconds) =>
    `t=${at},v0=00,v1=${hmac(secret, `${at}.${body}`, 'hex')}`;

  it('are let in by Stripe’s scheme, in time, and refused later or altered', () => {
    const { check } = { check: keeper('stripe', 'whsec_a') };
    const headers = { 'stripe-signature': stripeHeader('whsec_a') };
    check.check({ headers, body }, atMs + limits.signatureToleranceMs);
    throws(() => check.check({ headers, body }, atMs + limits.signatureToleranceMs + 1), {
      code: 'SIGNATURE_STALE',
    });
    throws(() => check.check({ headers, body }, atMs - limits.signatureToleranceMs - 1), {
      code: 'SIGNATURE_STALE',
    });
    throws(() => check.check({ headers, body: Buffer.from('{"id":2}') }, atMs), {
      code: 'SIGNATURE_WRONG',
    });
    const withoutTime = { 'stripe-signature': `v1=${hmac('whsec_a', `.${body}`, 'hex')}` };
    throws(() => check.check({ headers: withoutTime, body }, atMs), { code: 'SIGNATURE_MISSING' });
    throws(() => check.check({ headers: {}, body }, atMs), { code: 'SIGNATURE_MISSING' });
  });

  it('may be signed with either of two secrets while one is exchanged', () => {
    const both = keeper('stripe', 'whsec_new', 'whsec_old');
    for (const secret of ['whsec_new', 'whsec_old'])
      both.check({ headers: { 'stripe-signature': stripeHeader(secret) }, body }, atMs);
    const headers = { 'stripe-signature': stripeHeader('whsec_other') };
    throws(() => both.check({ headers, body }, atMs), { code: 'SIGNATURE_WRONG' });
  });

  it('are let in by WooCommerce’s scheme, with the id of the delivery', () => {
    const headers = {
      'x-wc-webhook-signature': hmac('s', String(body), 'base64'),
      'x-wc-webhook-delivery-id': '4711',
    };
    equal(keeper('woocommerce', 's').check({ headers, body }, atMs), '4711');
  });

  it('are let in by a public key, which never serves as the key of an HMAC', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    const check = keeper('standard', `whpk_${raw.toString('base64')}`);
    const head = { 'webhook-id': 'msg_1', 'webhook-timestamp': atSeconds };
    const text = `msg_1.${atSeconds}.${body}`;
    const right = sign(null, Buffer.from(text), privateKey).toString('base64');
    equal(
      check.check({ headers: { ...head, 'webhook-signature': `v1a,${right}` }, body }, atMs),
      'msg_1',
    );
    const forged = hmac(raw, text, 'base64');
    for (const signature of [`v1,${forged}`, `v1a,${forged}`, `v1,${right}`, 'v1a,', ''])
      throws(() =>
        check.check({ headers: { ...head, 'webhook-signature': signature }, body }, atMs),
      );
  });

  it('have a secret that can be one, or the configuration is refused', () => {
    const faults: string[] = [];
    const read = (value: unknown) =>
      webhooks.config.read(
        value,
        [],
        ({ code, message }) => void faults.push(`${code} ${message}`),
      );
    read({ scheme: 'shopify', secret: '' });
    read({ scheme: 'standard', secret: 'whsec_not base64' });
    read({ scheme: 'standard', secret: 'whsec_A' });
    read({ scheme: 'standard', secret: 'whpk_c2hvcnQ=' });
    read({ scheme: 'shopify', secret: ['a', 'b', 'c'] });
    read({ scheme: 'hmac', secret: 'a' });
    equal(faults.length, 6);
    match(faults[0]!, /^CONFIG_BAD_VALUE the secret is empty/);
    for (const fault of faults.slice(1, 4))
      match(fault, /^CONFIG_BAD_VALUE no secret of 'standard' looks like this/);
    match(faults[4]!, /3 secrets are one too many/);
    equal(faults.join().includes('whsec_not'), false);
  });
});
