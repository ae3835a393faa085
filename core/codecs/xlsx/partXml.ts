/** The XML of a part of a workbook. It has no document type, and no entities of its own. */
import { SaxesParser } from 'saxes';
import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';

export type Attributes = Readonly<Partial<Record<string, string>>>;

/** Hears what a part says. Names of tags come without their prefix. */
export interface PartListener {
  open?(name: string, attributes: Attributes): void;
  close?(name: string): void;
  text?(text: string): void;
}

/** Tells all of a part, and gives others their turn between two pieces of it. Throws XLSX_BROKEN. */
export async function* tellPart(
  chunks: AsyncIterable<Uint8Array>,
  part: string,
  listener: PartListener,
): AsyncGenerator<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let waiting = 0;
  const parser = parserOf(part, listener, () => {
    waiting = 0;
  });
  for await (const chunk of chunks) {
    const text = decode(decoder, chunk, part);
    waiting += text.length;
    parser.write(text);
    if (waiting > limits.recordBytes)
      throw brokenPart(part, `a tag or a text is longer than ${limits.recordBytes} characters`);
    yield;
  }
  parser.close();
  yield;
}

function parserOf(
  part: string,
  { open, close, text }: PartListener,
  heard: () => void,
): SaxesParser<{ position: false; xmlns: false }> {
  const parser = new SaxesParser({ position: false, xmlns: false });
  parser.on('error', ({ message }) => {
    throw brokenPart(part, `it is no well-formed XML: ${message.slice(0, 120)}`);
  });
  parser.on('doctype', () => {
    throw brokenPart(part, 'it has a document type, which no workbook needs');
  });
  parser.on('opentag', ({ name, attributes }) => {
    heard();
    open?.(bare(name), attributes);
  });
  if (close) parser.on('closetag', ({ name }) => close(bare(name)));
  if (text) {
    parser.on('text', text);
    parser.on('cdata', text);
  }
  return parser;
}

function decode(
  decoder: InstanceType<typeof TextDecoder>,
  chunk: Uint8Array,
  part: string,
): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch {
    throw brokenPart(part, 'it is not UTF-8');
  }
}

export function brokenPart(part: string, why: string): StockbusError {
  const error = new StockbusError('XLSX_BROKEN', why, { file: part });
  error.ofPayload = true;
  return error;
}

const bare = (name: string): string => name.slice(name.indexOf(':') + 1);
