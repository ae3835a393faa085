/** What an Excel workbook (ISO/IEC 29500) says beside its cells. */
import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { KeptBytes } from '../../ports.ts';
import { ZipArchive, type ZipEntry } from '../packings/ZipArchive.ts';
import { type NumberForm, numberForm } from './cellText.ts';
import { SharedTexts } from './SharedTexts.ts';
import { attribute, brokenPart, type SheetToken, sheetTokens } from './sheetTokens.ts';

export interface Sheet {
  name: string;
  part: string;
  isHidden: boolean;
}

export class Workbook {
  readonly #archive: ZipArchive;
  readonly #name: string;
  readonly #entries: ReadonlyMap<string, ZipEntry>;
  readonly sheets: Sheet[] = [];
  readonly #texts = new SharedTexts();
  is1904 = false;
  /** By the number of a style. */
  readonly forms: NumberForm[] = [];

  private constructor(archive: ZipArchive, name: string) {
    this.#archive = archive;
    this.#name = name;
    this.#entries = new Map(archive.entries.map((entry) => [entry.name.replace(/^\//, ''), entry]));
  }

  static async open(kept: KeptBytes, name: string): Promise<Workbook> {
    const book = new Workbook(await ZipArchive.open(kept, name), name);
    await book.#readParts();
    return book;
  }

  /** Tags and text of a part; nothing where the workbook has none of that name. */
  async *part(part: string): AsyncGenerator<SheetToken[]> {
    const entry = this.#entries.get(part);
    const name = `${this.#name}/${part}`;
    if (entry) yield* sheetTokens(this.#archive.bytes(entry, name), name);
  }

  async #readParts(): Promise<void> {
    const root = await this.#targets('_rels/.rels', '');
    const main = [...root.values()].find(({ type }) => type.endsWith('/officeDocument'));
    if (!main || !this.#entries.has(main.part))
      throw new StockbusError('XLSX_BROKEN', 'the archive is no Excel workbook', {
        file: this.#name,
      });
    const folder = main.part.slice(0, main.part.lastIndexOf('/') + 1);
    const rels = `${folder}_rels/${main.part.slice(folder.length)}.rels`;
    const targets = await this.#targets(rels, folder);
    await this.#readSheets(main.part, targets);
    const of = (kind: string): string =>
      [...targets.values()].find(({ type }) => type.endsWith(`/${kind}`))?.part ?? '';
    await this.#readStyles(of('styles'));
    await this.#readTexts(of('sharedStrings'));
  }

  async #targets(
    part: string,
    folder: string,
  ): Promise<Map<string, { part: string; type: string }>> {
    const targets = new Map<string, { part: string; type: string }>();
    for await (const tokens of this.part(part))
      for (const token of tokens) {
        if (token.kind !== 'open' || token.name !== 'Relationship') continue;
        const target = attribute(token, 'Target') ?? '';
        const whole = target.startsWith('/') ? target.slice(1) : folder + target;
        targets.set(attribute(token, 'Id') ?? '', {
          part: whole,
          type: attribute(token, 'Type') ?? '',
        });
      }
    return targets;
  }

  async #readSheets(part: string, targets: ReadonlyMap<string, { part: string }>): Promise<void> {
    for await (const tokens of this.part(part))
      for (const token of tokens) {
        if (token.kind !== 'open') continue;
        if (token.name === 'workbookPr')
          this.is1904 = /^(1|true|on)$/.test(attribute(token, 'date1904') ?? '');
        if (token.name !== 'sheet') continue;
        const sheet = targets.get(/\s\w+:id\s*=\s*["']([^"']*)/.exec(token.text)?.[1] ?? '');
        const state = attribute(token, 'state') ?? 'visible';
        const name = attribute(token, 'name') ?? '';
        if (sheet) this.sheets.push({ name, part: sheet.part, isHidden: state !== 'visible' });
      }
  }

  async #readStyles(part: string): Promise<void> {
    const codes = new Map<number, string>();
    let isInFormats = false;
    for await (const tokens of this.part(part))
      for (const token of tokens) {
        if (token.name === 'cellXfs') isInFormats = token.kind === 'open';
        if (token.kind !== 'open') continue;
        const id = Number(attribute(token, 'numFmtId') ?? 0);
        if (token.name === 'numFmt') codes.set(id, attribute(token, 'formatCode') ?? '');
        if (token.name === 'xf' && isInFormats) this.forms.push(numberForm(id, codes.get(id)));
      }
  }

  async #readTexts(part: string): Promise<void> {
    let [text, isText, phonetic] = ['', false, 0];
    for await (const tokens of this.part(part))
      for (const { kind, name, text: said } of tokens) {
        if (name === 'si' && kind === 'open') text = '';
        else if (name === 'si') {
          this.#texts.add(unescapedText(text));
          if (this.#texts.size > limits.workbookTextBytes) throw this.#tooMuchText();
        } else if (name === 'rPh') phonetic += kind === 'open' ? 1 : -1;
        else if (name === 't') isText = kind === 'open';
        else if (kind === 'text' && isText && phonetic === 0) text += said;
      }
  }

  #tooMuchText(): StockbusError {
    const why = `the workbook has more than ${limits.workbookTextBytes} bytes of shared text`;
    const error = new StockbusError('PACKED_TOO_LARGE', why, { file: this.#name });
    error.ofPayload = true;
    return error;
  }

  textAt(index: string, part: string): string {
    const text = this.#texts.at(Number(index));
    if (text === undefined) throw brokenPart(part, `there is no shared text ${index.slice(0, 20)}`);
    return text;
  }
}

/** How workbooks write characters that XML does not have. */
export const unescapedText = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([\da-fA-F]{4})_/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
    : text;
