import { hash } from 'node:crypto';
import { contentOf } from '../core/message.ts';

/** The `contenthash` that intake gives to a command of this content. */
export const hashOfContent = (type: string, data: unknown): string =>
  hash('sha256', contentOf(type as never, JSON.stringify(data)));
