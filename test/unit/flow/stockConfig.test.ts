import assert from 'node:assert/strict';
import { config, lint, load } from './hubFolder.ts';

const hub = (stock: string) => ({ 'config/hub.yaml': `${config}stock:\n  ${stock}\n` });

describe('stock: in config/hub.yaml', () => {
  it('has a default for everything', async () => {
    const { stock } = (await load({ 'flows/.keep': '' })).config;
    assert.equal(stock.closedPeriod, 'refuse');
    assert.deepEqual(stock.rates, {});
    assert.equal(stock.accounts.inventory, '1400 Inventory');
    assert.equal(new Set(Object.values(stock.accounts)).size, Object.keys(stock.accounts).length);
  });

  it('reads rates exactly, oldest first, whatever the order of rows and columns', async () => {
    const rates =
      'rate,currency,from\n0.9251,USD,2026-03-01\n\n0.000000000001,USD,2026-01-01\n1,CHF,2026-01-01\n';
    const read = await load({
      ...hub('closedPeriod: redirect'),
      'config/rates.csv': rates,
      'flows/.keep': '',
    });
    assert.deepEqual(read.config.stock.rates, {
      USD: [
        { from: '2026-01-01', rate: 1n },
        { from: '2026-03-01', rate: 925_100_000_000n },
      ],
      CHF: [{ from: '2026-01-01', rate: 1_000_000_000_000n }],
    });
    assert.equal(read.config.stock.closedPeriod, 'redirect');
  });

  it('names every fault of the rates by its line', async () => {
    const rates =
      'currency,from,rate\nUSD,2026-01-01,0.9\n\nUSD,2026-01-01,0.91\nEUR,2026-01-01,1\nusd,2026-01-01,1\nGBP,31.01.2026,1\nGBP,2026-02-30,1\nGBP,2026-01-01,0\n';
    assert.deepEqual(
      await lint({ ...hub('rates: days.csv'), 'config/days.csv': rates, 'flows/.keep': '' }),
      [
        'config/days.csv:4:1 TABLE_BAD USD has two rates from 2026-01-01 on; Write rows of currency, first day and rate, such as USD,2026-03-31,0.9251.',
        'config/days.csv:5:1 TABLE_BAD EUR is the currency of the valuation itself; Write rows of currency, first day and rate, such as USD,2026-03-31,0.9251.',
        "config/days.csv:6:1 TABLE_BAD 'usd' is not an ISO 4217 code such as USD; Write rows of currency, first day and rate, such as USD,2026-03-31,0.9251.",
        "config/days.csv:7:1 TABLE_BAD '31.01.2026' is not a day such as 2026-03-31; Write rows of currency, first day and rate, such as USD,2026-03-31,0.9251.",
        "config/days.csv:8:1 TABLE_BAD there is no day '2026-02-30'; Write rows of currency, first day and rate, such as USD,2026-03-31,0.9251.",
        "config/days.csv:9:1 TABLE_BAD '0' is not a rate above zero with at most 12 decimals; Write rows of currency, first day and rate, such as USD,2026-03-31,0.9251.",
      ],
    );
    const columns = 'currency,frm,rate\nUSD,2026-01-01,0.9\n';
    assert.deepEqual(await lint({ 'config/rates.csv': columns, 'flows/.keep': '' }), [
      "config/rates.csv:1:1 TABLE_BAD the table has no column 'from'; its columns are currency, frm, rate",
      "config/rates.csv:1:1 TABLE_BAD 'frm' is not a column of rates; did you mean 'from'?",
    ]);
    assert.deepEqual(await lint({ ...hub('rates: missing.csv'), 'flows/.keep': '' }), [
      'config/hub.yaml:7:10 CONFIG_BAD_VALUE there is no file config/missing.csv; make it, with the columns currency, from and rate',
    ]);
  });

  it('refuses pools and accounts that mean nothing', async () => {
    const stock = `negativePlaces: { SHOP: no }
  pools:
    transit: [WH1]
    berlin: [WH2, supplier]
  accounts:
    inventory: 1400
    inventoryByPool: { berln: "1401" }`;
    assert.deepEqual(await lint({ ...hub(stock), 'flows/.keep': '' }), [
      "config/hub.yaml:7:27 CONFIG_BAD_VALUE 'no' is not one of allow, deny; Choose a value that is allowed.",
      'config/hub.yaml:12:16 CONFIG_WRONG_TYPE 1400 is not text, such as "1400"; write text, such as "1400"',
    ]);
    const mended = stock.replace('no }', 'deny }').replace('1400', '"1400"');
    assert.deepEqual(await lint({ ...hub(mended), 'flows/.keep': '' }), [
      "config/hub.yaml:9:5 CONFIG_BAD_VALUE 'transit' is the pool of what is under way; give it another name",
      "config/hub.yaml:10:19 CONFIG_BAD_VALUE 'supplier' is no place of ours: it has no pool to choose; remove it",
      "config/hub.yaml:13:24 CONFIG_BAD_VALUE there is no cost pool 'berln'; did you mean 'berlin'?",
    ]);
  });

  it('reads rules for accounts, and refuses those that mean nothing or too much', async () => {
    const rules = (list: string) => hub(`accountRules:\n${list}`);
    const good = rules(`    - { of: costOfSales, reason: SAMPLE, account: "6600" }
    - { of: inventory, group: CUPS, account: "1405" }`);
    const { stock } = (await load({ ...good, 'flows/.keep': '' })).config;
    assert.deepEqual(
      stock.accountRules?.map(({ of, account }) => `${of} ${account}`),
      ['costOfSales 6600', 'inventory 1405'],
    );
    const bad = rules(`    - { of: costOfSale, reason: SAMPLE, account: "6600" }
    - { of: scrap, raeson: SAMPLE, account: 6600 }`);
    assert.deepEqual(
      (await lint({ ...bad, 'flows/.keep': '' })).map((line) =>
        line.replace(/one of .*; did/, 'one of …; did'),
      ),
      [
        "config/hub.yaml:8:13 CONFIG_BAD_VALUE 'costOfSale' is not one of …; did you mean 'costOfSales'?",
        "config/hub.yaml:9:20 CONFIG_UNKNOWN_FIELD 'raeson' is not a field of accountRules; did you mean 'reason'?",
        'config/hub.yaml:9:45 CONFIG_WRONG_TYPE 6600 is not text, such as "1400"; write text, such as "1400"',
      ],
    );
    const odd = rules(`    - { of: scrap, account: "6600" }
    - { of: inventory, partner: V-1, account: "1406" }
    - { of: received, group: CUPS, reason: X, account: "2151" }
    - { of: costOfSales, reason: SAMPLE, account: "6600" }
    - { of: costOfSales, reason: SAMPLE, account: "6610" }`);
    assert.deepEqual(await lint({ ...odd, 'flows/.keep': '' }), [
      'config/hub.yaml:8:7 CONFIG_BAD_VALUE the rule is for everything; name a group, a reason or a partner, or write `accounts: scrap`',
      "config/hub.yaml:9:33 CONFIG_BAD_VALUE 'inventory' cannot go by partner: stock is worth what it is, whoever moved it and why; leave it out",
      "config/hub.yaml:10:44 CONFIG_BAD_VALUE 'received' cannot go by reason: an invoice has not the reason of its receipt, and would not clear it; leave it out",
      'config/hub.yaml:12:7 CONFIG_BAD_VALUE it is for the same as rule 4; keep one of them',
    ]);
  });
});
