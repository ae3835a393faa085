/** Secrets that the hub makes: long enough that nobody guesses one, and kept only as their hash. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { newKey } from '../../runtime.ts';

/** 256 bits, as every header, cookie and address carries them. */
export const newSecret = (): string => Buffer.from(newKey()).toString('base64url');

/** Of what holds 256 bits a plain hash is enough: there is no list of them to try. */
export const hashOfSecret = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url');

/** Takes as long whatever they differ in: hashes have one length. */
export const isSameHash = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
