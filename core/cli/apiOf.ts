import type { Api } from '../api/createApi.ts';
import { createApi } from '../api/createApi.ts';
import { codecs } from '../catalog.ts';
import type { Runtime } from '../runtime.ts';
import type { OpenHub } from './openHub.ts';

/** The HTTP interface of a hub, not yet listening. */
export function apiOf(
  { hub, config }: OpenHub,
  runtime: Runtime,
  metricsText: () => Promise<string>,
): Api {
  const writers = codecs.map(({ name, contentType, codec }) => [
    name,
    { contentType, codec: codec(undefined, undefined) },
  ]);
  return createApi({
    hub,
    runtime,
    stock: config.stock,
    writers: Object.fromEntries(writers),
    metricsText,
    config: config.http,
  });
}

/** `http://127.0.0.1:8080`; an IPv6 address in brackets. */
export const httpAddress = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
