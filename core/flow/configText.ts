/** The one reader of what people write for the hub: config/hub.yaml, flows, tables, rates, units. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '../errors.ts';

/**
 * Text of a file, without its byte order mark. Bytes that are not UTF-8 are refused with their place,
 * never replaced; a file that cannot be read is a fault too. `undefined` after a fault, and where
 * there is no such file: only the caller knows whether that is one.
 */
export async function readConfigText(
  folder: string,
  file: string,
  faults: Fault[],
): Promise<string | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(join(folder, file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') faults.push(unreadable(file, error));
    return undefined;
  }
  const text = utf8(bytes);
  if (text !== undefined && !text.includes('\0')) return text.replace(/^\ufeff/, '');
  faults.push(notUtf8(file, bytes));
  return undefined;
}

function unreadable(file: string, error: unknown): Fault {
  return {
    code: 'CONFIG_UNREADABLE',
    message: `${file} cannot be read: ${(error as Error).message}`,
    at: { file, line: 1, column: 1 },
  };
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** At the first byte that is not UTF-8, or a NUL: no editor writes one, but UTF-16 is full of them. */
function notUtf8(file: string, bytes: Uint8Array): Fault {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const { before, offset } = firstBad(text, bytes);
  const lines = before.split(/\r\n|\r|\n/);
  const byte = (bytes[offset] ?? 0).toString(16).padStart(2, '0');
  const wide = bytes.subarray(0, 4).includes(0) || (bytes[0] ?? 0) >= 0xfe;
  const what = byte === '00' && !wide ? 'stands in no text' : 'is not UTF-8';
  return {
    code: 'CONFIG_BAD_ENCODING',
    message: `the byte 0x${byte} ${what}${wide ? '; the file looks like UTF-16' : ''}`,
    at: { file, line: lines.length, column: [...lines.at(-1)!].length + 1 },
  };
}

/** The text before the first byte that was replaced. A mark of replacement may stand there itself. */
function firstBad(text: string, bytes: Uint8Array): { before: string; offset: number } {
  for (const { index } of text.matchAll(/[\0\ufffd]/g)) {
    const before = text.slice(0, index);
    const offset = Buffer.byteLength(before);
    if (bytes[offset] !== 0xef) return { before, offset };
  }
  return { before: text, offset: bytes.length };
}

/**
 * Files of a folder whose name ends in one of `ends`, sorted; undefined when there is no such folder.
 * Hidden files are an editor's own and are passed over. What looks like such a file and is not read
 * is told: an end in capitals is a fault, a file in a folder inside is a hint.
 */
export async function configFiles(
  root: string,
  folder: string,
  ends: readonly string[],
  faults: Fault[],
): Promise<string[] | undefined> {
  let names: string[];
  try {
    names = await readdir(join(root, folder));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    faults.push(unreadable(folder, error));
    return [];
  }
  const seen = names.filter((name) => !name.startsWith('.')).sort();
  const fits = (name: string) => ends.some((end) => name.endsWith(end));
  for (const name of seen) {
    if (fits(name)) continue;
    if (fits(name.toLowerCase())) faults.push(inCapitals(`${folder}/${name}`));
    else faults.push(...(await filesInside(root, `${folder}/${name}`, fits)));
  }
  return seen.filter(fits).map((name) => `${folder}/${name}`);
}

function inCapitals(file: string): Fault {
  const name = file.slice(0, file.lastIndexOf('.'));
  const end = file.slice(name.length);
  return {
    code: 'CONFIG_FILE_NAME',
    message: `'${end}' is no end of a file that is read here`,
    todo: `rename it to ${name.slice(name.lastIndexOf('/') + 1)}${end.toLowerCase()}`,
    at: { file, line: 1, column: 1 },
  };
}

async function filesInside(
  root: string,
  folder: string,
  fits: (name: string) => boolean,
): Promise<Fault[]> {
  try {
    if (!(await stat(join(root, folder))).isDirectory()) return [];
    const inside = await readdir(join(root, folder), { recursive: true });
    return inside
      .map((name) => name.replaceAll('\\', '/'))
      .filter((name) => fits(name.toLowerCase()) && !/(^|\/)\./.test(name))
      .sort()
      .map((name) => passedOver(`${folder}/${name}`));
  } catch (error) {
    // A link to nowhere is no folder.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : [unreadable(folder, error)];
  }
}

const passedOver = (file: string): Fault => ({
  code: 'CONFIG_FILE_PASSED_OVER',
  message: 'files in folders inside are not read',
  at: { file, line: 1, column: 1 },
});
