/** What an Excel workbook (ISO/IEC 29500) says beside its cells. */
import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { KeptBytes } from '../../ports.ts';
import { ZipArchive, type ZipEntry } from '../packings/ZipArchive.ts';
import { type NumberForm, numberForm } from './cellText.ts';
import { type Attributes, brokenPart, type PartListener, tellPart } from './partXml.ts';
import { SharedTexts } from './SharedTexts.ts';

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

  /** Tells a part piece by piece; nothing where the workbook has none of that name. */
  async *part(part: string, listener: PartListener): AsyncGenerator<void> {
    const entry = this.#entries.get(part);
    const name = `${this.#name}/${part}`;
    if (entry) yield* tellPart(this.#archive.bytes(entry, name), name, listener);
  }

  async #hear(part: string, listener: PartListener): Promise<void> {
    for await (const _ of this.part(part, listener));
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
    await this.#hear(part, {
      open(name, said) {
        if (name !== 'Relationship') return;
        const target = said.Target ?? '';
        const whole = target.startsWith('/') ? target.slice(1) : folder + target;
        const type = said.Type ?? '';
        targets.set(said.Id ?? '', { part: whole, type });
      },
    });
    return targets;
  }

  async #readSheets(part: string, targets: ReadonlyMap<string, { part: string }>): Promise<void> {
    await this.#hear(part, {
      open: (tag, said) => {
        if (tag === 'workbookPr') this.is1904 = /^(1|true|on)$/.test(said.date1904 ?? '');
        if (tag !== 'sheet') return;
        const sheet = targets.get(relationOf(said));
        const state = said.state ?? 'visible';
        const name = said.name ?? '';
        if (sheet) this.sheets.push({ name, part: sheet.part, isHidden: state !== 'visible' });
      },
    });
  }

  async #readStyles(part: string): Promise<void> {
    const codes = new Map<number, string>();
    let isInFormats = false;
    await this.#hear(part, {
      open: (tag, said) => {
        if (tag === 'cellXfs') isInFormats = true;
        const id = Number(said.numFmtId ?? 0);
        if (tag === 'numFmt') codes.set(id, said.formatCode ?? '');
        if (tag === 'xf' && isInFormats) this.forms.push(numberForm(id, codes.get(id)));
      },
      close(tag) {
        if (tag === 'cellXfs') isInFormats = false;
      },
    });
  }

  async #readTexts(part: string): Promise<void> {
    let [text, isText, phonetic] = ['', false, 0];
    await this.#hear(part, {
      open(tag) {
        if (tag === 'si') text = '';
        else if (tag === 'rPh') phonetic += 1;
        else if (tag === 't') isText = true;
      },
      close: (tag) => {
        if (tag === 'rPh') phonetic -= 1;
        else if (tag === 't') isText = false;
        else if (tag === 'si') this.#addText(unescapedText(text));
      },
      text(said) {
        if (isText && phonetic === 0) text += said;
        if (text.length > limits.recordBytes)
          throw brokenPart(part, `a text is longer than ${limits.recordBytes} characters`);
      },
    });
  }

  #addText(text: string): void {
    this.#texts.add(text);
    if (this.#texts.size > limits.workbookTextBytes) throw this.#tooMuchText();
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

/** `r:id`, whatever the prefix. */
function relationOf(said: Attributes): string {
  const name = Object.keys(said).find((one) => /^(?:.+:)?id$/.test(one));
  return (name === undefined ? undefined : said[name]) ?? '';
}

/** How workbooks write characters that XML does not have. */
export const unescapedText = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([\da-fA-F]{4})_/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
    : text;
