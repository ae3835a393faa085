/** Marker files: `receipts-1.csv.done` says that `receipts-1.csv` is complete. */
import type { Field } from '../../core/spec.ts';
import { text } from '../../core/spec.ts';

/** What a marker is called: `{name}` stands for the whole name of the file. */
export const readyField = (about: string): Field<string> =>
  text(about, {
    pattern: /^(?!\{name\}$)[^/\\\0{}*?[\]]*\{name\}[^/\\\0{}*?[\]]*$/,
    shape: 'the name of a marker file such as {name}.done',
  });

export interface ReadyMarker {
  /** The marker of a file. */
  of(name: string): string;
  /** The file that a name would be the marker of; undefined for a name that is none. */
  fileOf(marker: string): string | undefined;
}

export function readyMarker(pattern: string): ReadyMarker {
  const [before = '', after = ''] = pattern.split('{name}');
  return {
    of: (name) => before + name + after,
    fileOf: (marker) => {
      const fits = marker.startsWith(before) && marker.endsWith(after);
      return fits && marker.length > before.length + after.length
        ? marker.slice(before.length, marker.length - after.length)
        : undefined;
    },
  };
}
