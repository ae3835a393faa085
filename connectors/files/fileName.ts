/** Names of files to write, from a pattern with placeholders. */
import { createHash } from 'node:crypto';
import { instantText } from '../../core/instantText.ts';
import type { Field } from '../../core/spec.ts';
import { suggestion, text } from '../../core/spec.ts';

/** What a name is made of. `atMs` is told in UTC. */
export interface FileNameParts {
  atMs: number;
  seq: number;
  flow: string;
  id: string;
  extension: string;
}

const PLACEHOLDER = /\{([^{}:]*)(?::([^{}]*))?\}/g;
const names = ['date', 'seq', 'flow', 'id', 'extension'] as const;
/** Of a date. */
const LETTERS = /yyyy|MM|dd|HH|mm|ss|SSS/g;
const SHAPE = 'a file name such as stock-{date:yyyyMMdd-HHmmss}-{seq}.csv';

/**
 * The name a sink gives its files: `{date:yyyyMMdd-HHmmss}` in UTC (yyyy MM dd HH mm ss SSS),
 * `{seq}` or `{seq:4}` for at least four digits, `{flow}`, `{id}`, `{extension}`.
 */
export function fileNameField(about: string): Field<string> {
  const base = text(about, { pattern: /^(?!\.)[^/\\\0]{1,160}$/, shape: SHAPE });
  return {
    ...base,
    read(value, path, report) {
      const pattern = base.read(value, path, report);
      if (pattern === undefined) return undefined;
      let good = true;
      for (const [placeholder, name, option] of pattern.matchAll(PLACEHOLDER)) {
        const problem = placeholderProblem(placeholder, name!, option);
        if (!problem) continue;
        good = false;
        report({ path, code: 'CONFIG_BAD_VALUE', ...problem });
      }
      return good ? pattern : undefined;
    },
  };
}

function placeholderProblem(
  placeholder: string,
  name: string,
  option: string | undefined,
): { message: string; todo: string } | undefined {
  if (!(names as readonly string[]).includes(name)) {
    return {
      message: `${placeholder} is not a placeholder of file names`,
      todo: suggestion(name, names),
    };
  }
  if (name === 'date' && !option) {
    return { message: '{date} has no pattern', todo: 'write {date:yyyyMMdd-HHmmss}' };
  }
  if (name === 'seq' && option !== undefined && !/^[1-9]$/.test(option)) {
    return {
      message: `${placeholder} has no number of digits`,
      todo: 'write {seq} or {seq:1} to {seq:9}',
    };
  }
  return undefined;
}

export const hasSequence = (pattern: string): boolean => /\{seq(:\d)?\}/.test(pattern);

/** The name for these parts; always a plain file name that is neither hidden nor a path. */
export function fileName(pattern: string, parts: FileNameParts): string {
  const name = pattern.replace(PLACEHOLDER, (_, placeholder: string, option?: string) => {
    switch (placeholder) {
      case 'date':
        return instantText(new Date(parts.atMs), option ?? '', LETTERS);
      case 'seq':
        return String(parts.seq).padStart(option ? parseInt(option, 10) : 1, '0');
      case 'flow':
        return plain(parts.flow);
      case 'id':
        return plain(parts.id);
      default:
        return plain(parts.extension);
    }
  });
  return name.replace(/^\.+/, '_');
}

/** Text as a part of a file name. What had to be changed gets a hash, so that two never meet. */
function plain(part: string): string {
  const safe = part.replace(/[^\p{L}\p{N}._-]/gu, '_').slice(0, 60);
  if (safe === part) return part;
  return `${safe}-${createHash('sha256').update(part).digest('hex').slice(0, 8)}`;
}
