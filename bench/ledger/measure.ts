/** The parts of the ledger's bench on one pair, each measurement a process in a place of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits } from '../../core/limits.ts';
import type { Pair } from '../../test/pairs.ts';
import { embedded } from '../../test/pairs.ts';
import { runChild } from '../child.ts';
import {
  embeddedEnv,
  inWorkplace,
  measureRawMongodb,
  measureRawSqlite,
  rawKinds,
} from '../measurePair.ts';
import type { RawWriteFigures } from '../rawSqlite.ts';
import type { BackdatedFigures } from './backdated.ts';
import type { BareReadFigures } from './bareRead.ts';
import type { HistoryFigures } from './history.ts';
import type { Kind, LateFigures, Order } from './late.ts';
import { ledgerFixture } from './ledgerFixture.ts';
import type { MixFigures } from './mix.ts';
import type { LayerFigures } from './openLayers.ts';
import type { PastFigures } from './pastValuation.ts';
import type { VerifyFigures } from './verifyAlone.ts';

const CHILD_TIMEOUT_MS = 900_000;
/** A server takes a quarter of an hour. */
const HISTORY_TIMEOUT_MS = 3_600_000;
const PAST_TIMES = 3;
const BACKDATED_TIMES = 3;
const BARE_READS = 3;
/** As bin/stockbus.js begins `verify`. */
const YOUNG = ['--max-semi-space-size=4'];

export interface Measuring {
  pair: Pair;
  /** Flags of Node for the processes that measure. */
  nodeFlags: readonly string[];
}

const at = (folder: string) => ({ fixture: ledgerFixture, folder });

type Env = Readonly<Record<string, string>>;

function child<T>(
  script: string,
  args: readonly (number | string)[],
  env: Env,
  nodeFlags: readonly string[],
  timeoutMs = CHILD_TIMEOUT_MS,
): Promise<T> {
  return runChild<T>(`ledger/${script}`, { args: args.map(String), env, nodeFlags, timeoutMs });
}

// --- the mix --------------------------------------------------------------------------------------

export interface MixPlan {
  skus: number;
  documents: number;
  /** Share of the documents that come up to 30 days late. */
  late: number;
}

export interface MixRun extends MixFigures {
  /** What the bare driver did with the same rows, by the name of the limit. */
  raw: { name: string; figures: RawWriteFigures }[];
}

/** With the raw limits where `limits` is set: taken right after the run that they are compared with. */
export async function measureMix(
  { pair, nodeFlags }: Measuring,
  { skus, documents, late }: MixPlan,
  limits: boolean,
): Promise<MixRun> {
  const run = (env: Env) => child<MixFigures>('mix.ts', [skus, documents, late], env, nodeFlags);
  if (pair === embedded) {
    return inWorkplace(pair, ledgerFixture, async ({ data, env }) => {
      const figures = await run(env);
      const raw = [];
      for (const kind of limits ? rawKinds : []) {
        const figuresOf = await measureRawSqlite(kind, at(data), figures.commitsInAll);
        raw.push({ name: `raw writes (SQLite, ${kind})`, figures: figuresOf });
      }
      return { ...figures, raw };
    });
  }
  const figures = await inWorkplace(pair, ledgerFixture, ({ env }) => run(env));
  if (!limits) return { ...figures, raw: [] };
  const booked = mkdtempSync(join(tmpdir(), 'stockbus-bench-'));
  try {
    await run({ ...embeddedEnv, STOCKBUS_DATA: booked });
    const name = 'raw writes (MongoDB)';
    const raw = await measureRawMongodb(pair, at(booked));
    return { ...figures, raw: [{ name, figures: raw }] };
  } finally {
    rmSync(booked, { recursive: true, force: true });
  }
}

// --- one SKU --------------------------------------------------------------------------------------

export const measureLayers = ({ pair, nodeFlags }: Measuring, few: number, many: number) =>
  inWorkplace(pair, ledgerFixture, ({ env }) =>
    child<LayerFigures>('openLayers.ts', [few, many], env, nodeFlags),
  );

export const measureBackdated = ({ pair, nodeFlags }: Measuring, later: number) =>
  inWorkplace(pair, ledgerFixture, ({ env }) =>
    child<BackdatedFigures>('backdated.ts', [later, BACKDATED_TIMES], env, nodeFlags),
  );

export const measureLate = (
  { pair, nodeFlags }: Measuring,
  kind: Kind,
  order: Order,
  rows: number,
) =>
  inWorkplace(pair, ledgerFixture, ({ env }) =>
    child<LateFigures>('late.ts', [kind, order, rows, limits.batchRecords], env, nodeFlags),
  );

// --- a long ledger --------------------------------------------------------------------------------

export interface HistoryRun {
  history: HistoryFigures;
  past: PastFigures;
  verify: VerifyFigures;
  bareRead: BareReadFigures;
}

export const measureHistory = (
  { pair, nodeFlags }: Measuring,
  skus: number,
  entries: number,
  tell: (what: string) => void,
): Promise<HistoryRun> =>
  inWorkplace(pair, ledgerFixture, async ({ env }) => {
    tell(`a ledger of ${entries} entries`);
    const args = [skus, entries];
    const history = await child<HistoryFigures>('history.ts', args, env, [], HISTORY_TIMEOUT_MS);
    tell('its valuation as of past dates');
    const past = await child<PastFigures>('pastValuation.ts', [PAST_TIMES], env, nodeFlags);
    tell('stockbus verify');
    const verify = await child<VerifyFigures>('verifyAlone.ts', [], env, [...YOUNG, ...nodeFlags]);
    tell('a bare read of the same rows');
    const bareRead = await child<BareReadFigures>('bareRead.ts', [BARE_READS], env, []);
    return { history, past, verify, bareRead };
  });
