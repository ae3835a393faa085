import { StockbusError } from '../../core/errors.ts';
import type { Doorkeeper, SignedRequest } from '../../core/ports.ts';
import { isSignedBy, type Key, keyOfSecret, type SchemeName, schemes } from './schemes.ts';

export interface SignedConfig {
  scheme: SchemeName;
  /** One, or two while one is exchanged for the other: either may sign. */
  secrets: readonly string[];
  /** How far the time of signing may be from ours, where it is signed too. */
  toleranceMs: number;
}

export class SignedDeliveries implements Doorkeeper {
  readonly #config: SignedConfig;
  readonly #keys: readonly Key[];

  constructor(config: SignedConfig) {
    this.#config = config;
    this.#keys = config.secrets.flatMap(
      (secret) => keyOfSecret(schemes[config.scheme], secret) ?? [],
    );
  }

  check({ headers, body }: SignedRequest, nowMs: number): string | undefined {
    const { scheme, toleranceMs } = this.#config;
    const signed = schemes[scheme].read(headers);
    if (!this.#keys.some((key) => isSignedBy(key, signed, body))) {
      const message = 'no secret of the connector gives the signature of the delivery';
      throw new StockbusError('SIGNATURE_WRONG', message);
    }
    const { atSeconds } = signed;
    if (atSeconds !== undefined && Math.abs(nowMs - atSeconds * 1_000) > toleranceMs) {
      const at = new Date(atSeconds * 1_000).toISOString();
      const message = `the delivery was signed at ${at}, and here it is ${new Date(nowMs).toISOString()}`;
      throw new StockbusError('SIGNATURE_STALE', message);
    }
    return signed.id;
  }
}
