import type { Route } from '../Route.ts';
import { deploymentsRoute } from './deploymentsRoute.ts';
import { flowMapRoute } from './flowMapRoute.ts';
import { journalBatchRoute } from './journalBatchRoute.ts';
import { payloadsRoute } from './payloadsRoute.ts';
import { searchRoute } from './searchRoute.ts';

/** What people look for and look at, over all that the hub keeps. */
export const readRoutes: readonly Route[] = [
  searchRoute,
  flowMapRoute,
  payloadsRoute,
  deploymentsRoute,
  journalBatchRoute,
];
