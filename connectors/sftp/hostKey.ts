/** Keys by which a server shows that it is the one that is meant. */
import { createHash } from 'node:crypto';

const FINGERPRINT = /^SHA256:([A-Za-z0-9+/]{43})=?$/;
/** The base64 of a public key begins with the length of its type. */
const KEY = /^AAAA[A-Za-z0-9+/]+={0,2}$/;

/** `SHA256:…`, as ssh-keygen -l shows it. */
export const fingerprintOf = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

/** `ssh-ed25519`, from the key itself. */
export function typeOfKey(key: Buffer): string {
  const length = key.length < 4 ? 0 : key.readUInt32BE(0);
  const type = key.subarray(4, 4 + Math.min(length, 64)).toString('latin1');
  return /^[\w@.-]+$/.test(type) ? type : 'unknown';
}

/** What is wrong with a key as it was written down. */
export function hostKeyProblem(written: string): string | undefined {
  if (FINGERPRINT.test(written.trim()) || keyIn(written)) return undefined;
  return `'${written.slice(0, 60)}' is neither a fingerprint (SHA256:…, as ssh-keygen -l shows it) nor a public key (ssh-ed25519 AAAA…)`;
}

export function isKnownKey(key: Buffer, known: string | readonly string[]): boolean {
  const fingerprint = fingerprintOf(key);
  return [known].flat().some((written) => {
    const given = keyIn(written);
    if (given) return given.equals(key);
    return FINGERPRINT.exec(written.trim())?.[1] === fingerprint.slice('SHA256:'.length);
  });
}

/** Signatures that a server is asked for, where all its keys are written down whole: those of their types. */
export function algorithmsFor(known: string | readonly string[]): string[] | undefined {
  const keys = [known].flat().map(keyIn);
  const types = new Set(keys.map((key) => key && typeOfKey(key)));
  if (types.has(undefined)) return undefined;
  return [...types].flatMap((type) =>
    type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type!],
  );
}

/** Of a line of a .pub file or of known_hosts: the part that is the key. */
function keyIn(written: string): Buffer | undefined {
  const part = written.split(/\s+/).find((one) => KEY.test(one));
  return part === undefined ? undefined : Buffer.from(part, 'base64');
}
