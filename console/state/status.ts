/** How the hub does: asked for once, for every part of the page. */
import { useEffect } from 'preact/hooks';
import type { Status } from '../../schemas/generated/api.d.ts';
import type { ApiProblem } from '../api/client.ts';
import { useQuery } from '../api/useQuery.ts';
import { Store } from './Store.ts';
import { useMay } from './session.ts';

const EVERY_MS = 15_000;

export interface KnownStatus {
  /** The newest that was told. */
  status?: Status | undefined;
  /** Why there is no newer one. */
  problem?: ApiProblem | undefined;
  reload: () => void;
}

export const known = new Store<KnownStatus>({ reload: () => undefined });

/** Once, by the frame; the others look at `known`. */
export function useStatusAsked(): void {
  const isAsked = useMay('flows:read');
  const {
    data: status,
    problem,
    reload,
  } = useQuery<Status>(isAsked ? '/v1/status' : undefined, { everyMs: EVERY_MS });
  useEffect(() => known.set({ status, problem, reload }), [status, problem]);
}
