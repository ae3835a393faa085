/** What is wrong, or strange, with accounts and their rules. */
import { type FaultSink, suggestion } from '../spec.ts';
import { type AccountRule, mainPool, type Purpose, type StockPolicy } from '../stock/policy.ts';

/** What of the configuration is looked at. */
type Accounted = Pick<StockPolicy, 'pools' | 'accounts'> & { accountRules: AccountRule[] };

export function checkAccounts(stock: Accounted, report: FaultSink): void {
  const pools = [...Object.keys(stock.pools), mainPool];
  for (const pool of Object.keys(stock.accounts.inventoryByPool)) {
    if (pools.includes(pool)) continue;
    report({
      path: ['stock', 'accounts', 'inventoryByPool', pool],
      onKey: true,
      code: 'CONFIG_BAD_VALUE',
      message: `there is no cost pool '${pool}'`,
      todo: suggestion(pool, pools),
    });
  }
}

/** What would keep an account from being worth what stands behind it. */
const unfit: Partial<
  Record<Purpose, { by: readonly ('group' | 'reason' | 'partner')[]; why: string }>
> = {
  inventory: {
    by: ['reason', 'partner'],
    why: 'stock is worth what it is, whoever moved it and why',
  },
  transit: {
    by: ['reason', 'partner'],
    why: 'stock is worth what it is, whoever moved it and why',
  },
  received: {
    by: ['reason'],
    why: 'an invoice has not the reason of its receipt, and would not clear it',
  },
  production: { by: ['group'], why: 'components and products would not clear each other' },
};

export function checkAccountRules({ accountRules }: Accounted, report: FaultSink): void {
  const known = new Map<string, number>();
  for (const [index, rule] of accountRules.entries()) {
    const { of, group, reason, partner } = rule;
    const path = ['stock', 'accountRules', index];
    const refuse = (message: string, todo: string, field?: string): void =>
      report({
        path: field === undefined ? path : [...path, field],
        ...{ code: 'CONFIG_BAD_VALUE', message, todo },
      });
    if (group === undefined && reason === undefined && partner === undefined) {
      refuse(
        'the rule is for everything',
        `name a group, a reason or a partner, or write \`accounts: ${of}\``,
      );
    }
    const { by = [], why = '' } = unfit[of] ?? {};
    for (const name of by) {
      if (rule[name] === undefined) continue;
      refuse(`'${of}' cannot go by ${name}: ${why}`, 'leave it out', name);
    }
    const key = JSON.stringify([of, group, reason, partner]);
    const other = known.get(key);
    if (other !== undefined) refuse(`it is for the same as rule ${other + 1}`, 'keep one of them');
    known.set(key, other ?? index);
  }
}

/** `1400 Inventory` is the account 1400; one without a number is its name. */
const accountNumber = (name: string): string => /^\s*(\S*\d\S*)/.exec(name)?.[1] ?? name.trim();

export function tellSameAccounts(stock: Accounted, report: FaultSink): void {
  // A difference of price may well be a variance.
  const { inventoryByPool, priceDifference: _, ...single } = stock.accounts;
  const all = [
    ...Object.entries(single).map(([use, name]) => ({ path: [use], name })),
    ...Object.entries(inventoryByPool).map(([pool, name]) => ({
      path: ['inventoryByPool', pool],
      name,
    })),
  ];
  const uses = new Map<string, string>();
  for (const { path, name } of all) {
    const number = accountNumber(name);
    const other = uses.get(number);
    uses.set(number, other ?? path.join('.'));
    if (other === undefined) continue;
    report({
      path: ['stock', 'accounts', ...path],
      code: 'CONFIG_SAME_ACCOUNT',
      message: `'${path.join('.')}' and '${other}' are both the account ${number}`,
    });
  }
  tellMixedAccounts(stock, uses, report);
}

const isOfStock = (use: string): boolean => use === 'transit' || use.startsWith('inventory');

/** An account of a rule may be that of another purpose, but then no stock stands behind either. */
function tellMixedAccounts(
  { accountRules }: Accounted,
  uses: ReadonlyMap<string, string>,
  report: FaultSink,
): void {
  for (const [index, { of, account }] of accountRules.entries()) {
    const number = accountNumber(account);
    const use = uses.get(number);
    if (use === undefined || isOfStock(use) === isOfStock(of)) continue;
    report({
      path: ['stock', 'accountRules', index, 'account'],
      code: 'CONFIG_SAME_ACCOUNT',
      message: `'${of}' of this rule and '${use}' are both the account ${number}`,
    });
  }
}
