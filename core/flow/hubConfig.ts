import type { StepHistory } from '../history/stepHistory.ts';
import type { StockPolicy } from '../stock/policy.ts';
import type { ConfigSetting } from './configSettings.ts';

/** What config/hub.yaml says, with every default filled in. */
export interface HubConfig {
  /** Of the deployment; undefined: the host and the folder. */
  name: string | undefined;
  /** Absolute path of the folder for everything that the hub writes by itself. */
  dataFolder: string;
  /** Addresses: `amqp://…`, `mongodb://…`, or `file:` for the embedded pair in the data folder. */
  broker: string;
  store: string;
  http: {
    host: string;
    port: number;
    token: string | undefined;
    trustProxy: number;
    /** Where a process without the role `api` tells how it does; undefined: nowhere. */
    healthPort: number | undefined;
    /** Where browsers find it; undefined: as their requests say. */
    origin?: string | undefined;
    /** Of answers that are given again; undefined: each is read when it is asked for. */
    cache?: { maxAgeMs: number; entries: number; bytes: number } | undefined;
    /** Absolute paths of files in PEM. */
    tls?: { cert: string; key: string } | undefined;
    oidc?: OidcConfig | undefined;
  };
  stock: StockPolicy;
  connectors: Record<string, ConnectorEntry>;
  roles: Role[];
  apply: { partitions: number };
  /** For how long relayed events can be read again by their numbers. */
  events: { keepMs: number };
  /** What is noted of the way of payloads and events, and for how long it is kept. */
  history: { keepMs: number; steps: StepHistory; redact: string[] };
  /** What is parked and dead: for how long it is kept once a person has nothing more to do about it, and how much. */
  keep: Record<'parked' | 'dead', { keepMs: number; most: number }>;
  replayBy: Replayer;
  /** What it runs by, value by value, and what says so. */
  settings: readonly ConfigSetting[];
}

/** Who sends again what was corrected. */
export const replayers = ['anyone', 'another'] as const;
export type Replayer = (typeof replayers)[number];

/** A provider of identities, and how what it says is read. */
export interface OidcConfig {
  issuer: string;
  audience: string;
  claim: string;
  /** By value of the claim; undefined: values are the names of scopes. */
  scopes: Record<string, string[]> | undefined;
  name: string;
  /** Undefined: nobody signs in by it. */
  clientId: string | undefined;
  clientSecret: string | undefined;
}

export interface ConnectorEntry {
  kind: string;
  config: unknown;
}

export type Role = 'intake' | 'apply' | 'relay' | 'deliver' | 'api';
export const roles: readonly Role[] = ['intake', 'apply', 'relay', 'deliver', 'api'];
