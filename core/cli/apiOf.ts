import { readFile } from 'node:fs/promises';
import type { Api } from '../api/createApi.ts';
import type { ReadTls } from '../api/serverOf.ts';
import { codecs } from '../catalog.ts';
import type { ReloadReport } from '../deployment/ReloadReport.ts';
import { StockbusError } from '../errors.ts';
import type { ConfigSetting } from '../flow/configSettings.ts';
import type { HubConfig } from '../flow/hubConfig.ts';
import { type ServedHub, statusOfHub } from '../hub/statusOfHub.ts';
import type { Metrics, Runtime } from '../runtime.ts';
import type { HubStatus } from '../status/HubStatus.ts';

import { packageFacts } from './packageFacts.ts';

/** Where numbers go when nobody can ask for them. */
export interface Meter {
  metrics: Metrics;
  text: () => Promise<string>;
}

/** Prometheus metrics, loaded only where there is an HTTP interface to show them. */
export async function prometheusMeter(): Promise<Meter> {
  const { prometheusMetrics } = await import('../api/metrics.ts');
  return prometheusMetrics();
}

/** The HTTP interface of a hub, not yet listening. Loaded only where it is wanted. */
export async function apiOf(
  open: ServedHub,
  runtime: Runtime,
  metricsText: () => Promise<string>,
  choice: {
    port?: number;
    onlyHealth?: boolean;
    status?: () => Promise<HubStatus>;
    reload?: (by: string) => Promise<ReloadReport>;
    settings?: () => readonly ConfigSetting[];
  } = {},
): Promise<Api> {
  const { hub, config } = open;
  const { status = () => statusOfHub(open, runtime), reload = notReloaded, ...rest } = choice;
  const { settings = () => config.settings, ...door } = rest;
  const { createApi } = await import('../api/createApi.ts');
  const writers = codecs.map(({ name, contentType, extension, codec }) => [
    name,
    { contentType, extension, codec: codec(undefined, undefined) },
  ]);
  return createApi({
    hub,
    runtime,
    writers: Object.fromEntries(writers),
    metricsText,
    status,
    reload,
    settings,
    version: packageFacts().version,
    config: { ...config.http, ...door, tls: config.http.tls && tlsFiles(config.http.tls) },
  });
}

const notReloaded = async (): Promise<never> => {
  throw new StockbusError('RELOAD_REFUSED', 'this hub reads nothing anew');
};

const tlsFiles =
  ({ cert, key }: { cert: string; key: string }): ReadTls =>
  async () => ({ cert: await readFile(cert), key: await readFile(key) });

/** Where the hub of this configuration answers. With TLS its certificate is of a name, not of this machine. */
export function ownAddress({ host, port, tls, origin }: HubConfig['http']): string {
  const near = host === '0.0.0.0' ? '127.0.0.1' : host;
  return tls ? (origin ?? httpAddress(near, port, 'https')) : httpAddress(near, port);
}

/** `http://127.0.0.1:8080`; an IPv6 address in brackets. */
export const httpAddress = (host: string, port: number, scheme = 'http'): string =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
