/** docs/ledger.md and its chapters are an example that runs: each figure is what the books say at that place. */
import assert from 'node:assert/strict';
import { hash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { derivedKinds, factKinds } from '../../core/ledger.ts';
import { limits } from '../../core/limits.ts';
import { dropDatabase } from '../dropDatabase.ts';
import { describeWith } from '../notRun.ts';
import { ExampleBooks, type ExampleMessage } from './ledgerPage/ExampleBooks.ts';
import { mongosh } from './ledgerPage/mongosh.ts';
import { type Block, readPage, type Table, tableText } from './ledgerPage/readPage.ts';
import { defaults } from './valuation/ScenarioHub.ts';

const contents = 'docs/ledger.md';
const contentsText = readFileSync(contents, 'utf8');
/** In the order in which the contents name them. */
const chapters = [...contentsText.matchAll(/\]\((ledger\/\w+\.md)\)/g)].map(
  ([, file]) => `docs/${file}`,
);
const pages = [contents, ...chapters].map((page) => ({ page, text: readFileSync(page, 'utf8') }));
const text = pages.map((page) => page.text).join('\n');
const sections = pages
  .flatMap(({ page, text }) => readPage(page, text))
  .filter(({ blocks }) => blocks.length > 0);

/** Follows the page on a store; what it does not know of, it passes over. */
function followPage(store: string, passes: (block: Block) => boolean): void {
  let books: ExampleBooks | undefined;

  before(async () => {
    const config = sections[0]?.blocks.find(({ language }) => language === 'yaml');
    const text = config?.text ?? assert.fail('the page has no configuration');
    books = await ExampleBooks.open(text, store);
  });

  after(() => books?.close());

  for (const { title, blocks } of sections) {
    it(title || 'The company', async () => {
      for (const block of blocks) if (passes(block)) await follow(books!, block, store);
    });
  }
}

describe(contents, () => {
  it('names every chapter that there is', () => {
    const files = readdirSync('docs/ledger').map((file) => `docs/ledger/${file}`);
    assert.deepEqual(chapters.toSorted(), files.toSorted());
  });

  followPage('', ({ language }) => language !== 'js');

  it('says how much is costed anew at once', () => {
    assert.ok(text.includes(` ${limits.recostFacts.toLocaleString('en')} later movements`));
  });

  it('names the account of each side', () => {
    const { accounts } = defaults({}).stock;
    const rows = text.split('\n').filter((row) => row.startsWith('|'));
    for (const [name, account] of Object.entries(accounts)) {
      if (typeof account !== 'string') continue;
      const isTold = rows.some(
        (row) => row.includes(`\`${name}\``) && row.includes(`| ${account} |`),
      );
      assert.ok(isTold, `${name}: ${account}`);
    }
  });

  it('explains every kind of entry', () => {
    const told = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, kind]) => kind);
    for (const kind of [...factKinds, ...derivedKinds]) assert.ok(told.includes(kind), kind);
  });
});

describeWith(
  process.env.STOCKBUS_TEST_STORE,
  'STOCKBUS_TEST_STORE',
  `${contents} on MongoDB`,
  (address) => {
    const store = new URL(address);
    store.pathname = `/stockbus_page_${randomUUID().slice(0, 8)}`;
    // Nothing is forged there.
    const blocks = sections.flatMap((section) => section.blocks);
    const forged = blocks.findIndex(({ text }) => text.startsWith('DROP TRIGGER'));
    const honest = new Set(blocks.slice(0, forged));
    followPage(store.href, (block) => block.language !== 'sql' && honest.has(block));

    after(() => dropDatabase(store.href));
  },
);

async function follow(books: ExampleBooks, block: Block, store: string): Promise<void> {
  switch (block.language) {
    case 'yaml':
      return;
    case 'json':
      await books.book(messagesOf(block));
      return;
    case 'console':
      await compareCommand(books, block);
      return;
    case 'sql':
      compareAnswer(block, books.sql(block.text));
      return;
    case 'js':
      compareAnswer(block, await mongosh(store, block.text));
      return;
    default:
      assert.fail(`${block.place} nobody knows what to do with '${block.language}'`);
  }
}

function messagesOf({ text }: Block): ExampleMessage[] {
  const said = JSON.parse(text);
  return Array.isArray(said) ? said : [said];
}

/** A report has its rows in the table behind it; what other commands write stands below the line. */
async function compareCommand(books: ExampleBooks, block: Block): Promise<void> {
  const [first = '', ...says] = block.text.split('\n');
  const hashed = /^\$ printf '%s' '(?<text>.*)' \| openssl dgst -sha256 /.exec(first)?.groups?.text;
  if (hashed !== undefined) {
    assert.deepEqual(says, [hash('sha256', hashed, 'base64url')], block.place);
    return;
  }
  const [prompt, name, ...line] = first.split(' ');
  assert.deepEqual([prompt, name], ['$', 'stockbus'], block.place);
  const report = await books.report(line);
  if (!report) {
    const { code, out } = await books.command(line);
    assert.equal(out.trimEnd(), says.join('\n'), block.place);
    assert.equal(code, out.includes('NOT right') ? 1 : 0);
    return;
  }
  const { spec, rows } = report;
  if (rows.length === 0) {
    assert.deepEqual([says, block.table], [[spec.none], undefined], block.place);
    return;
  }
  const header = tableOf(block).header;
  const fields = header.map((cell) => {
    const found = spec.columns.find(({ field, title }) => field === cell || title === cell);
    return found?.field ?? assert.fail(`${block.place} ${spec.name} has no column ${cell}`);
  });
  const found = rows.map((row) => fields.map((field) => String(row[field] ?? '')));
  compareTable(block, { header, rows: found });
}

/** What gives no rows has no table behind it. */
function compareAnswer(block: Block, found: ReturnType<ExampleBooks['sql']>): void {
  if (block.table || found.header.length > 0) compareTable(block, found);
}

function compareTable(
  block: Block,
  found: { header: readonly string[]; rows: readonly string[][] },
): void {
  const { header, rows } = tableOf(block);
  const short = found.rows.map((row) => row.map(shortTime));
  const told = `${block.place} is to be\n${tableText(found.header, short)}\n`;
  assert.deepEqual([header, ...rows], [found.header, ...short], told);
}

const tableOf = ({ table }: Block): Table => table ?? { header: ['(no table)'], rows: [] };

/** `2026-03-02T09:00:00.000Z` stands in the page as `03-02 09:00`; of two commits of that time one is 1 ms later. */
const shortTime = (cell: string): string =>
  cell.replace(/^2026-(\d\d-\d\d)T(\d\d:\d\d):00\.00\dZ$/, '$1 $2');
