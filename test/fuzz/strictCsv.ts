/**
 * RFC 4180 to the letter, over the whole text: every row has as many cells as the first, quotes stand
 * only around whole cells, and nothing but LF or CR LF ends a line. Undefined where the text is not so.
 */
export function strictCsv(text: string): string[][] | undefined {
  if (/\ufeff|="/.test(text)) return undefined;
  const rows: string[][] = [];
  let at = 0;
  while (at < text.length) {
    const row: string[] = [];
    for (;;) {
      const cell =
        /"((?:[^"]|"")*)"(?=,|\r?\n|$)/y.exec(from(text, at)) ??
        /([^",\r\n]*)(?=,|\r?\n|$)/y.exec(from(text, at));
      if (!cell) return undefined;
      const quoted = cell[0].startsWith('"');
      row.push(quoted ? cell[1]!.replaceAll('""', '"') : cell[1]!);
      at += cell[0].length;
      if (text[at] !== ',') break;
      at += 1;
    }
    if (text.startsWith('\r\n', at)) at += 2;
    else if (text[at] === '\n') at += 1;
    else if (at < text.length) return undefined;
    rows.push(row);
  }
  const width = rows[0]?.length;
  return rows.every((row) => row.length === width) ? rows : undefined;
}

/** Sticky patterns are tried at the beginning of what is left. */
const from = (text: string, at: number): string => text.slice(at);
