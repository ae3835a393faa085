/** A page of prose with fenced blocks and tables, read as what is to be done and what is to be found. */

export interface Table {
  header: string[];
  rows: string[][];
}

export interface Block {
  /** `docs/page.md:12`, for whoever has to mend it. */
  place: string;
  /** Counted from 1. */
  line: number;
  language: string;
  text: string;
  /** The table right behind it, if there is one. */
  table: Table | undefined;
}

export interface Section {
  title: string;
  blocks: Block[];
}

/** Sections by their headings of the second level, each with its fenced blocks. */
export function readPage(page: string, text: string): Section[] {
  const sections: Section[] = [{ title: '', blocks: [] }];
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index]!;
    if (line.startsWith('## ')) sections.push({ title: line.slice(3), blocks: [] });
    const { blocks } = sections.at(-1)!;
    if (line.startsWith('```')) {
      const end = lines.indexOf('```', index + 1);
      const language = line.slice(3).trim();
      const inside = lines.slice(index + 1, end).join('\n');
      const place = `${page}:${index + 1}`;
      blocks.push({ place, line: index + 1, language, text: inside, table: undefined });
      index = end;
    } else if (line.startsWith('|')) {
      const table = readTable(lines, index);
      const last = blocks.at(-1);
      // Any other table stands for itself, with nothing to compare it with.
      if (last && isRightBehind(lines, last, index)) last.table = table;
      index += table.rows.length + 1;
    }
  }
  return sections;
}

/** Only blank lines between the end of a block and a table. */
function isRightBehind(lines: readonly string[], { line, text }: Block, index: number): boolean {
  const end = line + text.split('\n').length;
  return lines.slice(end + 1, index).every((between) => between.trim() === '');
}

function readTable(lines: readonly string[], start: number): Table {
  let end = start;
  while (lines[end]?.startsWith('|')) end += 1;
  const [header, , ...rows] = lines.slice(start, end).map(cellsOf);
  return { header: header!, rows };
}

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** A table as it stands in a page, for whoever has to mend one. */
export const tableText = (header: readonly string[], rows: readonly string[][]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
