/** Account determination: the accounts of what a movement posts, by item group, reason and partner. */
import type { AccountRule, Accounts } from '../../stock/policy.ts';

/** What rules go by, as the line of a document had it. */
export interface PostedFor {
  group: string;
  reason: string;
  partner: string;
}

/** The accounts with those that rules, the most exact first, put in their place. */
export function accountsFor(
  accounts: Accounts,
  rules: readonly AccountRule[],
  posted: PostedFor,
): Accounts {
  if (rules.length === 0) return accounts;
  const fitting = rules.filter((rule) => fits(rule, posted));
  if (fitting.length === 0) return accounts;
  // The most exact stands first, and is put last.
  const own = fitting.reverse().map(({ of, account }) => [of, account]);
  return { ...accounts, ...Object.fromEntries(own) };
}

function fits(rule: AccountRule, { group, reason, partner }: PostedFor): boolean {
  return (
    (rule.group ?? group) === group &&
    (rule.partner ?? partner) === partner &&
    // What the books add to a reason stands behind it.
    (rule.reason === undefined || reason === rule.reason || reason.startsWith(`${rule.reason}; `))
  );
}

const exactness = ({ group, reason, partner }: AccountRule): number =>
  [group, reason, partner].reduce(
    (sum, name, index) => (name === undefined ? sum : sum + 8 + 2 ** index),
    0,
  );

/** The most exact first: who names more, and of as many a partner before a reason before a group. */
export const mostExactFirst = (rules: readonly AccountRule[]): AccountRule[] =>
  [...rules].sort((one, other) => exactness(other) - exactness(one));
