import type { AboutPayload, Payload } from '../ports.ts';

/** Who sends something must not stand in what is booked. */
const SECRET = ['authorization', 'proxy-authorization', 'cookie'];

/** What flows may read of a payload that came in at that time, beside its hash. */
export function aboutPayload(payload: Payload, received: string): AboutPayload {
  const { origin, modified, headers } = payload;
  return {
    file: origin.name,
    ...(modified === undefined ? {} : { modified: new Date(modified).toISOString() }),
    received,
    ...(headers ? { headers: readable(headers) } : {}),
  };
}

function readable(headers: NonNullable<Payload['headers']>): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || SECRET.includes(name)) continue;
    all[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return all;
}
