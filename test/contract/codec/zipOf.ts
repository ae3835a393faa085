import { ZipWriter } from '../../../core/codecs/packings/ZipWriter.ts';

/** An archive of these entries. */
export function zipOf(entries: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const zip = new ZipWriter();
  for (const [name, content] of Object.entries(entries)) zip.add(name, Buffer.from(content));
  return zip.end();
}
