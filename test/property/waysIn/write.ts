/** The same rows as CSV, JSON or XML, in the many ways in which senders write them. */
import { columnsOf, type Plan } from './plan.ts';
import type { Cells, Column, TruthRow } from './truth.ts';

/** What one payload is to say: its rows in order, or its documents with their lines. */
export interface Script {
  rows: readonly TruthRow[];
  documents: readonly (readonly TruthRow[])[];
}

/** Small decisions without end, the same for the same plan. */
export class Dice {
  readonly #numbers: readonly number[];
  #at = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  next(sides: number): number {
    const turn = Math.floor(this.#at / this.#numbers.length);
    const number = this.#numbers[this.#at % this.#numbers.length]! + turn * 7;
    this.#at += 1;
    return number % sides;
  }
}

export interface Written {
  text: string;
  /** Row of the script that was written ragged: it is bad, whatever it says. */
  ragged: number | undefined;
  /** Rows that are none: titles, footers and comments that the flow passes over, and counts. */
  passedOver: number;
}

export function write(plan: Plan, script: Script): Written {
  const dice = new Dice(plan.dice);
  if (plan.format === 'csv') return writeCsv(plan, script, dice);
  const text =
    plan.format === 'json' ? writeJson(plan, script, dice) : writeXml(plan, script, dice);
  return { text, ragged: undefined, passedOver: 0 };
}

// --- CSV ------------------------------------------------------------------------------------------

function writeCsv(plan: Plan, { rows }: Script, dice: Dice): Written {
  const { csv } = plan;
  const { delimiter, extra } = csv;
  const columns = columnsOf(plan);
  const behind = extra === 'none' ? [] : [extra === 'column' ? 'note' : ''];
  const lines: string[] = [];
  for (let title = 0; title < csv.skip; title += 1)
    lines.push(title === 0 ? `Report "of ${delimiter} today` : '');
  if (csv.sep) lines.push(`sep=${delimiter}`);
  const heads: readonly string[] =
    csv.header === 'other case' ? columns.map((name) => name.toUpperCase()) : columns;
  const line = (cells: readonly string[]): string =>
    cells.map((cell) => cellText(cell, plan, dice)).join(delimiter);
  if (csv.header !== 'none') lines.push(line([...heads, ...behind]));
  let passedOver = 0;
  // A ragged row lacks its end, behind the cell that says to which document it belongs.
  const ragged = csv.ragged < rows.length && columns.at(-1) !== 'Doc' ? csv.ragged : undefined;
  for (const [index, { cells }] of rows.entries()) {
    if (csv.ignore && dice.next(3) === 0) {
      lines.push(`#! ${delimiter} noted ${index}`);
      // Before the first row it is a title.
      if (index > 0 || csv.header !== 'none') passedOver += 1;
    }
    if (dice.next(9) === 0) lines.push('');
    const own = columns.map((name) => cells[name]);
    const all = [...own, ...behind.map((name) => (name === '' ? '' : 'n'))];
    lines.push(line(index === ragged ? cutShort(columns, all) : all));
  }
  for (let footer = 0; footer < csv.skipEnd; footer += 1) {
    lines.push(line(['Total', ...columns.slice(1).map(() => ''), ...behind]));
    passedOver += 1;
  }
  return { text: joined(lines, plan, dice), ragged, passedOver };
}

const cutShort = (columns: readonly Column[], cells: readonly string[]): string[] =>
  cells.slice(0, columns.indexOf('Doc') + 1).length === 1
    ? cells.slice(0, 2)
    : cells.slice(0, columns.indexOf('Doc') + 1);

function joined(lines: readonly string[], { csv }: Plan, dice: Dice): string {
  const eol = (): string =>
    csv.eol === 'mixed' ? ['\n', '\r\n', '\r\r\n'][dice.next(3)]! : csv.eol;
  const text = lines.map((line, index) => (index === 0 ? line : eol() + line)).join('');
  return text + (csv.lastEol ? eol() : '');
}

function cellText(cell: string, { csv }: Plan, dice: Dice): string {
  const { quote, delimiter } = csv;
  if (quote === 'none') return cell;
  const excel = quote === '"' && cell !== '' && dice.next(11) === 0;
  const meant = excel ? `="${cell.replaceAll('"', '""')}"` : looksExcel(cell, quote);
  const must =
    meant.startsWith(quote) ||
    meant.includes(delimiter) ||
    /[\r\n\ufeff]/.test(meant) ||
    meant.startsWith('#');
  if (!must && dice.next(4) > 0) return meant;
  return quote + meant.replaceAll(quote, quote + quote) + quote;
}

/** A cell that looks like the text of a spreadsheet and is meant as it stands is put into another. */
const looksExcel = (cell: string, quote: string): string =>
  quote === '"' && cell.startsWith('="') ? `="${cell.replaceAll('"', '""')}"` : cell;

// --- JSON -----------------------------------------------------------------------------------------

function writeJson(plan: Plan, script: Script, dice: Dice): string {
  const { json, shape } = plan;
  const values =
    shape === 'nested'
      ? script.documents.map((rows) => nestedJson(rows, plan, dice))
      : script.rows.map(({ cells }) => memberTexts(cells, columnsOf(plan), plan, dice));
  const eol = json.lastEol ? json.eol : '';
  if (json.form === 'lines') {
    return values.map((value) => value + (dice.next(7) === 0 ? json.eol : '')).join(json.eol) + eol;
  }
  const gap = json.indent > 0 ? json.eol : '';
  const array = `[${gap}${values.join(`,${gap}  `)}${gap}]`;
  return (
    (json.form === 'path' ? `{"x":[{}],"data":{"n":1,"rows":${array},"z":"]"},"y":null}` : array) +
    eol
  );
}

function nestedJson(rows: readonly TruthRow[], plan: Plan, dice: Dice): string {
  const items = rows.map(({ cells }) =>
    memberTexts(cells, ['Line', 'Sku', 'Loc', 'Qty', 'Lot'], plan, dice),
  );
  const one = items.length === 1 && dice.next(2) === 0;
  const list = one ? items[0]! : `[${items.join(', ')}]`;
  const head = memberTexts(rows[0]!.cells, headOf(plan), plan, dice);
  return dice.next(2) === 0
    ? `${head.slice(0, -1)},"Items":${list}}`
    : `{"Items" : ${list}, ${head.slice(1)}`;
}

const headOf = ({ filter }: Plan): Column[] => (filter ? ['Doc', 'At', 'State'] : ['Doc', 'At']);

function memberTexts(cells: Cells, columns: readonly Column[], plan: Plan, dice: Dice): string {
  const { json } = plan;
  const members: string[] = [];
  for (const name of columns) {
    const cell = cells[name];
    if (name === 'Lot' && cell === '' && dice.next(2) === 0) {
      if (dice.next(2) === 0) members.push('"Lot":null');
      continue;
    }
    const isNumber =
      json.numbers &&
      (name === 'Qty'
        ? /^(0|[1-9]\d*)(\.\d+)?$/.test(cell)
        : name !== 'At' && /^(0|[1-9]\d{0,14})$/.test(cell));
    members.push(
      `${stringText(name, false)}:${dice.next(3) === 0 ? ' ' : ''}${isNumber ? cell : stringText(cell, json.escaped)}`,
    );
  }
  return `{${members.join(',')}}`;
}

const stringText = (text: string, escaped: boolean): string =>
  escaped
    ? JSON.stringify(text).replace(
        /[\u007f-\uffff/]/g,
        (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
    : JSON.stringify(text);

// --- XML ------------------------------------------------------------------------------------------

function writeXml(plan: Plan, script: Script, dice: Dice): string {
  const { xml, shape, encoding } = plan;
  const { prefix, between, eol } = xml;
  const called = encoding.startsWith('utf-16') ? 'UTF-16' : encoding;
  const declaration = xml.declared ? `<?xml version="1.0" encoding="${called}"?>${eol}` : '';
  const space = prefix === '' ? '' : ` xmlns:${prefix.slice(0, -1)}="urn:x" ${prefix}v="1"`;
  const records =
    shape === 'nested'
      ? script.documents.map((rows) => {
          const items = rows.map(({ cells }) =>
            element('Items', cells, ['Line', 'Sku', 'Loc', 'Qty', 'Lot'], plan, dice),
          );
          return element('Row', rows[0]!.cells, headOf(plan), plan, dice, items);
        })
      : script.rows.map(({ cells }) => element('Row', cells, columnsOf(plan), plan, dice));
  const gap = between.replaceAll('\n', eol);
  const body = records.map((record) => gap + record).join('');
  return `${declaration}<${prefix}Rows${space}>${gap}<head>x &amp; y</head>${body}${gap}</${prefix}Rows>${eol}`;
}

function element(
  name: string,
  cells: Cells,
  columns: readonly Column[],
  plan: Plan,
  dice: Dice,
  more: readonly string[] = [],
): string {
  const { xml } = plan;
  const tag = xml.prefix + name;
  const gap = xml.between === '\n  ' ? `${xml.eol}  ` : '';
  const there = columns.filter(
    (column) => column !== 'Lot' || cells.Lot !== '' || dice.next(2) === 0,
  );
  if (xml.attributes) {
    const attributes = there
      .map((column) => ` ${column}=${attributeText(cells[column], dice)}`)
      .join('');
    return more.length === 0
      ? `<${tag}${attributes}/>`
      : `<${tag}${attributes}>${more.join(gap)}</${tag}>`;
  }
  const inner = there.map((column) => {
    const content = contentText(cells[column], xml.content, dice);
    const own = xml.prefix + column;
    return content === '' && dice.next(2) === 0 ? `<${own}/>` : `<${own}>${content}</${own}>`;
  });
  return `<${tag}>${[...inner, ...more].map((one) => gap + one).join('')}${gap}</${tag}>`;
}

function attributeText(text: string, dice: Dice): string {
  const quote = dice.next(2) === 0 ? '"' : "'";
  const safe = escaped(text).replaceAll(quote, quote === '"' ? '&quot;' : '&apos;');
  return quote + safe.replace(/[\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`) + quote;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function contentText(text: string, form: Plan['xml']['content'], dice: Dice): string {
  const way = form === 'mixed' ? (['plain', 'cdata', 'numbers'] as const)[dice.next(3)]! : form;
  const chars = Array.from(text);
  const half = Math.floor(chars.length / 2);
  if (way === 'numbers')
    return chars.map((char) => `&#x${char.codePointAt(0)!.toString(16)};`).join('');
  if (way === 'cdata' && text !== '') {
    const [first, second] = [chars.slice(0, half).join(''), chars.slice(half).join('')];
    const safe = second.replaceAll(']]>', ']]]]><![CDATA[>').replaceAll('\r', ']]>&#13;<![CDATA[');
    return `${plain(first)}<![CDATA[${safe}]]>`;
  }
  if (half > 0 && dice.next(4) === 0) {
    return `${plain(chars.slice(0, half).join(''))}<!-- & < -->${plain(chars.slice(half).join(''))}`;
  }
  return plain(text);
}

const plain = (text: string): string => escaped(text).replaceAll('\r', '&#13;');
