/**
 * THE page: every seam of the hub, and what each side promises. Adapters and components implement
 * these; the engine knows nothing else of them. Each port has one contract suite in `test/contract`
 * that all of its implementations pass.
 */

export type * from './ports/backend.ts';
export type * from './ports/broker.ts';
export type * from './ports/codec.ts';
export type * from './ports/connector.ts';
export * from './ports/controlStore.ts';
export * from './ports/deadLetters.ts';
export type * from './ports/doorkeeper.ts';
export type * from './ports/figures.ts';
export type * from './ports/historyStore.ts';
export * from './ports/names.ts';
export type * from './ports/packing.ts';
export type * from './ports/payload.ts';
export type * from './ports/poller.ts';
export type * from './ports/producerStore.ts';
export type * from './ports/stage.ts';
export type * from './ports/stageStore.ts';
export type * from './ports/step.ts';
export type * from './ports/store.ts';
export type * from './ports/valuation.ts';
