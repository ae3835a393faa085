/** Words of the Core Business Vocabulary in their three forms. */
import { gs1Text } from './gs1Keys.ts';

const URN = /^urn:epcglobal:cbv:(bizstep|disp|btt|sdt|er):(.+)$/;
const WEB =
  /^(?:https?:\/\/(?:ref|ns)\.gs1\.org\/(?:cbv|voc)\/|cbv:)(?:BizStep|Bizstep|Disp|BTT|SDT|ER)-(.+)$/;

/** The bare word: `receiving`, whichever form it has. Words of others stay as they are. */
export function cbv(value: unknown): string | undefined {
  const text = gs1Text(value);
  return text === undefined ? undefined : (URN.exec(text)?.[2] ?? WEB.exec(text)?.[1] ?? text);
}

const classes: Readonly<Record<string, string>> = {
  ...{ bizstep: 'BizStep', disp: 'Disp', btt: 'BTT', sdt: 'SDT', er: 'ER' },
};

/** The web address of a word; `kind` is the class of bare words. */
export function cbvAddress(text: string, kind?: string): string {
  const [, of = '', word] = URN.exec(text) ?? [];
  if (word !== undefined) return `https://ref.gs1.org/cbv/${classes[of]}-${word}`;
  return kind === undefined || text.includes(':') ? text : `https://ref.gs1.org/${kind}${text}`;
}
