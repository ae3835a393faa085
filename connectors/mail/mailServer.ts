/** Where a server of mail is, and whether the way there is encrypted. */
import type { Field } from '../../core/spec.ts';
import { checked, text } from '../../core/spec.ts';

export interface MailServer {
  host: string;
  port: number;
  /** TLS from the first byte, else by STARTTLS, unless `isPlain`. */
  isSecure: boolean;
  isPlain: boolean;
}

export interface MailLogin {
  user: string | undefined;
  password: string | undefined;
  /** An access token of OAuth2, instead of a password. */
  token: string | undefined;
}

const PORTS: Record<string, number> = { 'imap:': 143, 'imaps:': 993, 'smtp:': 587, 'smtps:': 465 };
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

export function serverField(about: string, protocol: 'imap' | 'smtp'): Field<string> {
  const shape = `an address such as ${protocol}s://${protocol}.example.com`;
  return checked(text(about, { shape }), (value) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (!url || ![`${protocol}:`, `${protocol}s:`].includes(url.protocol) || url.hostname === '')
      return `'${value}' is not ${shape}`;
    const isBare = url.username === '' && url.password === '' && url.search === '';
    return isBare && url.pathname.length < 2
      ? undefined
      : 'an address here is a host and a port: user, password and folder have fields of their own';
  });
}

export const isOnThisMachine = (address: string): boolean => LOOPBACK.test(urlOf(address).hostname);

export function mailServer(address: string, plain: boolean): MailServer {
  const url = urlOf(address);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || PORTS[url.protocol]),
    isSecure: url.protocol.endsWith('s:'),
    isPlain: plain && !url.protocol.endsWith('s:'),
  };
}

const urlOf = (address: string): URL => new URL(address);
