/** Passwords of people: scrypt, which takes memory as well as time of whoever tries a list of them. */
import { scrypt, timingSafeEqual } from 'node:crypto';

import { newKey } from '../../runtime.ts';

/** As it is kept: with what it was made by, so that a later version may take more. */
export interface PasswordHash {
  salt: string;
  hash: string;
  /** Cost, block size and parallelism of scrypt. */
  by: readonly [N: number, r: number, p: number];
}

const COST: PasswordHash['by'] = [2 ** 15, 8, 3];
const HASH_BYTES = 32;
const SALT_BYTES = 16;

const derived = (password: string, salt: Buffer, [N, r, p]: PasswordHash['by']): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options = { N, r, p, maxmem: 256 * N * r };
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

export async function hashOfPassword(password: string): Promise<PasswordHash> {
  const salt = Buffer.from(newKey()).subarray(0, SALT_BYTES);
  const hash = await derived(password, salt, COST);
  return { salt: salt.toString('base64'), hash: hash.toString('base64'), by: COST };
}

/** Of nobody: takes as long as one of somebody, and is never right. */
const nobodys: PasswordHash = { salt: '', hash: '', by: COST };

/** Without a hash it takes as long: that there is no such user shows in nothing. */
export async function isPassword(password: string, kept?: PasswordHash): Promise<boolean> {
  const { salt, hash, by } = kept ?? nobodys;
  const given = await derived(password, Buffer.from(salt, 'base64'), by);
  const wanted = Buffer.from(hash, 'base64');
  return kept !== undefined && wanted.length === given.length && timingSafeEqual(given, wanted);
}
