/** A password, a token, or an address with one in it: no message shows a part of them. */
import assert from 'node:assert/strict';
import { readAddress } from '../../../core/brokers/rabbitmq/address.ts';
import { FaultList, faultOf, formatFault } from '../../../core/errors.ts';
import { openBooks } from '../../../core/hub/openBooks.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { shownAddress } from '../../../core/serverAddress.ts';
import { mongodb } from '../../../core/stores/mongodb.ts';
import { config, inFolder, lint } from './hubFolder.ts';

/** Parts of each password, none of which may be told. */
const parts = ['hun', 'ter2', '4711'];
const addresses = [
  'mongodb://user:hun/ter2@host/db',
  'mongodb://user:hun@ter2@host/db',
  'mongodb://user:hun?ter2@host/db',
  'mongodb://user:hun#ter2@host/db',
  'mongodb://user:hun ter2@host/db',
  'mongodb://user:4711/ter2@host/db',
  'mongodb://user:hunter2@host:port/db',
  'mongodb://user:hun%ter2@host/db',
  'mongodb://user:hunter2@host/db?tls=maybe',
  'mongodb://user:hunter2@',
  'mongodb://host/db?tlsCertificateKeyFilePassword=hunter2&x=y',
  'mongodb+srv://user:hunter2@host:27017/db',
  ' mongodb://user:hunter2@host/db',
  'user:hunter2@host/db',
  '//user:hunter2@host/db',
  'hunter2',
  'hunter2:user@host',
  'mongo://user:hunter2@host/db',
  'mongodb:user:hunter2@host/db',
  'amqp://user:hun/ter2@host',
  'amqp://user:4711?prefix=!ter2@host',
  'amqp://user:hunter2@host:port',
  'amqps:user:hunter2@host',
];

const isSilent = (text: string): void => {
  for (const part of parts) assert.ok(!text.includes(part), text);
};

async function told(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return error instanceof FaultList ? error.message : formatFault(faultOf(error));
  }
  return assert.fail('it was taken');
}

describe('secrets', () => {
  for (const address of addresses) {
    it(`are not told of ${address}`, async () => {
      const isBroker = address.startsWith('amqp');
      const text = `${config}${isBroker ? 'broker' : 'store'}: ${JSON.stringify(address)}\n`;
      await inFolder({ 'config/hub.yaml': text, 'flows/.keep': '' }, async (folder) => {
        if (!isBroker) isSilent(await told(() => openBooks(folder, {})));
        const env = { [isBroker ? 'STOCKBUS_BROKER' : 'STOCKBUS_STORE']: address };
        if (!isBroker) isSilent(await told(() => openBooks(folder, env)));
      });
      if (isBroker) isSilent(await told(() => readAddress(address)));
      else isSilent(await told(() => mongodb.open(address, systemRuntime())));
      isSilent(shownAddress(address));
    });
  }

  it('are left out of an address that is right, and nothing else is', () => {
    assert.equal(shownAddress('mongodb://u:p%40@a:1,b:2/db?replicaSet=rs'), 'mongodb://a:1,b:2/db');
    assert.equal(shownAddress('mongodb://[::1]:27017'), 'mongodb://[::1]:27017');
  });

  it('are not told where they are of the wrong kind', async () => {
    const files = (http: string, webhook: string) => ({
      'config/hub.yaml': `http: { token: ${http} }\nconnectors: { w: { http: ${webhook} } }\n`,
      'flows/.keep': '',
    });
    const url = 'http://127.0.0.1/x';
    const all = [
      files('4711', '{ url: 4711 }'),
      files('[hunter2]', `{ url: "${url}", secret: 4711 }`),
      files('{ hunter2: 1 }', `{ url: "${url}", headers: { authorization: 4711 } }`),
      files('""', '{ url: "shop.example?key=hunter2" }'),
      files('""', '{ url: "http://user:hunter2@shop.example" }'),
      files('""', `{ url: "${url}", secret: "whsec_hunter2!" }`),
    ];
    for (const one of all) isSilent((await lint(one)).join('\n'));
  });
});

describe('the API token', () => {
  const file = (token: string) => ({
    'config/hub.yaml': `http:\n  token: ${JSON.stringify(token)}\n`,
    'flows/.keep': '',
  });
  const weak = {
    x: /has 1 characters, at least 16/,
    'fifteen-letters': /has 15 characters/,
    aaaaaaaaaaaaaaaaaaaaaaaa: /fewer than 8 different/,
    'Tea-4732Tea-4732': /can be guessed/,
    '12345678901234567890': /can be guessed/,
    abcdefghijklmnopqrstuvwxyz: /can be guessed/,
    'correct horse battery staple': /no client can send/,
    'Schlüssel-für-alle-Türen': /no client can send/,
    'tab\there-and-more-of-it': /no client can send/,
    '                    ': /no client can send/,
  };
  for (const [token, message] of Object.entries(weak)) {
    it(`is refused where it is ${JSON.stringify(token)}, with its place and without it`, async () => {
      const [fault, ...others] = await lint(file(token));
      assert.match(fault!, /^config\/hub\.yaml:2:10 CONFIG_WEAK_TOKEN .*openssl rand -hex 32/);
      assert.match(fault!, message);
      assert.deepEqual(others, []);
      if (token.trim().length > 1) assert.ok(!fault!.includes(token));
    });
  }

  it('is taken where it was made at random', async () => {
    for (const token of ['9f86d081884c7d659a2feaa0c55ad015', 'Kx7_q-Zt.4mV2/pL+w8=']) {
      await assert.rejects(lint(file(token)), /no fault was found/);
    }
  });
});
