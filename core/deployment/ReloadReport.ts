import type { Change } from './flowChanges.ts';

/** What became of a reload, for people and programs. */
export interface ReloadReport {
  flows: { flow: string; change: Change; faults: string[] }[];
  /** Settings of config/hub.yaml that are others now, and count from the next start on. */
  needsRestart: string[];
}
