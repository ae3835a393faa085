import { hash as hashOf } from 'node:crypto';
import type { LogLine } from '../logLine.ts';
import { pagesOf } from '../pagesOf.ts';
import type { Books } from '../ports.ts';
import { requireVersion } from '../requireVersion.ts';

/** The last pack of a SKU. */
export interface LastPack {
  sku: string;
  version: number;
  hash: string;
}

/** How a digest is made, and of what. */
const DIGEST_RULE = 1;

/** Of one that somebody noted. Throws FORMAT_UNKNOWN where it was made by another rule. */
export function requireRuleOf(digest: string): void {
  const rule = /^(\d{1,4})\./.exec(digest)?.[1];
  if (rule !== undefined) requireVersion('the digest that is expected', Number(rule), DIGEST_RULE);
}

/**
 * SHA-256 over the hash of the last pack of every SKU, in the order of lists, in hex: whoever changes one
 * changes it.
 */
export class LedgerDigest {
  /** '' of a ledger without packs. */
  text = '';

  /** The last line of a log. */
  addLog({ about, name, ...last }: Omit<LogLine, 'body'>): void {
    this.add({ sku: `${about}\t${name}`, version: last.version, hash: last.hash });
  }

  /** With that of the logs, where there are any; the rule before it, as hashes of packs have theirs. '' of nothing. */
  with(logs: LedgerDigest): string {
    const text = logs.text === '' ? this.text : hashOf('sha256', `${this.text}\nlog\t${logs.text}`);
    return text === '' ? '' : `${DIGEST_RULE}.${text}`;
  }

  add({ sku, version, hash }: LastPack): void {
    this.text = hashOf('sha256', `${this.text}\n${sku}\t${version}\t${hash}`);
  }
}

/**
 * The digest of all that is in the books, which nobody may be writing, and how many SKUs it covers. The last pack of a SKU
 * is believed: that it follows from those before is for `verify` to say.
 */
export async function digestOf(books: Books): Promise<{ digest: string; skus: number }> {
  const digest = new LedgerDigest();
  let skus = 0;
  for await (const pointers of pagesOf((page) => books.pointers({}, page))) {
    for (const { sku } of pointers) {
      const loaded = await books.load({ skus: [sku], reservations: [], openOrders: [] });
      const { head } = loaded.skus[0]!;
      if (head.version === 0) continue;
      digest.add(head);
      skus += 1;
    }
  }
  return { digest: digest.with(await digestOfLogs(books)), skus };
}

async function digestOfLogs(books: Books): Promise<LedgerDigest> {
  const digest = new LedgerDigest();
  let last: LogLine | undefined;
  const add = (): void => {
    if (last) digest.addLog(last);
  };
  for await (const lines of pagesOf((page) => books.log({}, page))) {
    for (const line of lines) {
      if (line.version === 1) add();
      last = line;
    }
  }
  add();
  return digest;
}
