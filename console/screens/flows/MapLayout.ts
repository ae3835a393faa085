/** Where each thing of the map of flows lies. */
import type { MapFlow, MapSink } from '../../../schemas/generated/api.d.ts';

export const NODE_HEIGHT = 24;

export interface Box {
  x: number;
  width: number;
  /** Of its middle. */
  y: number;
}

export interface EndNode extends Box {
  id: string;
  name: string;
  sinks: readonly MapSink[];
}

export interface FlowNode extends Box {
  flow: MapFlow;
}

export type Side = 'sources' | 'ins' | 'outs' | 'subscribers';
export type Column = Side | 'stock';

export interface MapLayout {
  width: number;
  height: number;
  /** What nothing stands in has no width. */
  columns: Readonly<Record<Column, { x: number; width: number }>>;
  sources: readonly EndNode[];
  /** Into the stock, then out of it. */
  flows: readonly FlowNode[];
  subscribers: readonly EndNode[];
  edges: readonly MapEdge[];
}

export interface MapEdge {
  key: string;
  /** The flow that it belongs to. */
  flow: string;
  path: string;
  width: number;
  isIdle: boolean;
  tone?: 'bad' | 'warn';
}
