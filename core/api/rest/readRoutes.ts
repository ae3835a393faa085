import type { Route } from '../Route.ts';
import { flowMapRoute } from './flowMapRoute.ts';
import { searchRoute } from './searchRoute.ts';

/** What people look for and look at, over all that the hub keeps. */
export const readRoutes: readonly Route[] = [searchRoute, flowMapRoute];
