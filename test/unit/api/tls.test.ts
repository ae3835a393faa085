import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { isStockbusError } from '../../../core/errors.ts';
import { openApi } from './apiRig.ts';

describe('API: TLS of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  after(() => rmSync(folder, { recursive: true }));

  const make = (name: string): void => {
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const files = ['-keyout', key, '-out', cert, '-days', '2', '-subj', `/CN=${name}`];
    execFileSync('openssl', ['req', '-x509', ...curve, ...files], { stdio: 'ignore' });
  };

  it('answers over TLS, within its bound of connections, and takes a new certificate without an end', async () => {
    make('first');
    const tls = async () => ({ cert: readFileSync(cert), key: readFileSync(key) });
    const rig = await openApi({ tls, bounds: { connections: 5 } });
    const to = { host: '127.0.0.1', port: rig.port, rejectUnauthorized: false };
    const call = () =>
      new Promise<{ status: number | undefined; name: unknown }>((resolve, reject) => {
        request({ ...to, path: '/v1/stock', agent: false }, (answer) => {
          const { subject } = (answer.socket as TLSSocket).getPeerCertificate();
          answer.resume().on('end', () => resolve({ status: answer.statusCode, name: subject.CN }));
        })
          .on('error', reject)
          .end();
      });
    try {
      for (let time = 0; time < 12; time += 1)
        assert.deepEqual(await call(), { status: 200, name: 'first' });
      make('second');
      await rig.api.renew();
      assert.equal((await call()).name, 'second');
      writeFileSync(cert, 'no certificate');
      await assert.rejects(rig.api.renew(), (error) => isStockbusError(error, 'TLS_UNUSABLE'));
      assert.equal((await call()).name, 'second', 'the one before stays');
      const old = { ...to, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const;
      await assert.rejects(
        new Promise((resolve, reject) => connect(old, () => resolve('open')).on('error', reject)),
      );
      await assert.rejects(fetch(`http://127.0.0.1:${rig.port}/healthz`));
    } finally {
      await rig.close();
    }
    await assert.rejects(openApi({ tls }), (error) => isStockbusError(error, 'TLS_UNUSABLE'));
  });
});
