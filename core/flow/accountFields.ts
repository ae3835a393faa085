/** The accounts of the journal, in config/hub.yaml. */
import { choice, identifier, list, namedIdentifiers, optional, record, text } from '../spec.ts';
import type { Purpose } from '../stock/policy.ts';

/** An account that is a number stands in quotes, so that none of its zeros is lost. */
const account = (about: string, name: string) =>
  optional(text(about, { shape: 'text, such as "1400"' }), name);

export const accountsField = () =>
  record('Accounts of the journal.', {
    inventory: account('Stock in our places.', '1400 Inventory'),
    inventoryByPool: optional(
      namedIdentifiers(
        'Cost pools whose stock has an account of its own.',
        text('Account of the stock in the pool.', { shape: 'text, such as "1400"' }),
      ),
      {},
    ),
    transit: account('Stock under way between two of our places.', '1410 Inventory in transit'),
    conversion: account(
      'Labour, machines and services that products cost, as absorbed by them.',
      '5400 Conversion costs absorbed',
    ),
    production: account(
      'Work in progress: components go in, products come out.',
      '1420 Work in progress',
    ),
    received: account('Goods received, not invoiced.', '2150 Goods received not invoiced'),
    payable: account('Invoices of suppliers.', '2000 Accounts payable'),
    landedCost: account(
      'Freight, customs and the like that receipts are charged with.',
      '2160 Landed costs not invoiced',
    ),
    costOfSales: account('Cost of what was sold.', '5000 Cost of sales'),
    writeDown: account(
      'What stock was written down below its cost, less what was written up again.',
      '5110 Write-downs',
    ),
    adjustment: account('What was found, lost or revalued.', '5100 Inventory adjustments'),
    opening: account('What was there when the books began.', '3000 Opening balance'),
    variance: account(
      'What receipts cost more than the standard, or than a guess that a product was made at.',
      '5200 Purchase price variance',
    ),
    priceDifference: optional(
      text('What invoices say more of goods that are sold; left out, as `costOfSales`.', {
        shape: 'text, such as "1400"',
      }),
    ),
    exchange: account('What invoices differ by their rate.', '5600 Exchange differences'),
    scrap: account('What was scrapped.', '5300 Scrap'),
  });

export const purposes = Object.keys(accountsField().fields!).filter(
  (name): name is Purpose => name !== 'inventoryByPool',
);

export const accountRulesField = () =>
  optional(
    list(
      'Accounts for some of what goes to those above: the rule that names most of group, reason and partner counts; of as many, who names the partner goes before who names the reason.',
      record('A rule.', {
        of: choice('Which of the accounts above it stands in for.', purposes),
        group: optional(identifier('Group of the item.')),
        reason: optional(
          text('Reason that the document states; what corrects or cancels that goes the same way.'),
        ),
        partner: optional(identifier('Partner of the document.')),
        account: text('The account.', { shape: 'text, such as "1400"' }),
      }),
    ),
    [],
  );
