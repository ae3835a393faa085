/** What a flow says of the files that it writes, whatever holds them. */
import { type Field, optional, record } from '../../core/spec.ts';
import { fileNameField } from './fileName.ts';

export interface FileTo {
  name: string;
}

export const fileTo: Field<FileTo> = record('What the files are called.', {
  name: optional(
    fileNameField(
      'Name of each file: {date:yyyyMMdd-HHmmss} in UTC, {seq} counted up for each flow across restarts, {seq:4} with at least four digits, {flow}, {id}, {extension}. A taken name is never overwritten: the next number is used.',
    ),
    '{flow}-{date:yyyyMMdd-HHmmss}-{seq}.{extension}',
  ),
});
