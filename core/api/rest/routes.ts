/** The only list of routes, by subject. A new one is a file beside this and a line here. */
import { eventRoutes } from '../events/eventRoutes.ts';
import { graphqlRoutes } from '../graphql/graphqlRoutes.ts';
import type { Route, Subject } from '../Route.ts';
import { bulkRoutes } from '../writes/bulkRoutes.ts';
import { commandRoutes } from '../writes/commandRoutes.ts';
import { configRoute } from './configRoute.ts';
import { deskRoutes } from './deskRoutes.ts';
import { endpointRoutes } from './endpointRoutes.ts';
import { flowRoutes } from './flowRoutes.ts';
import { historyRoutes } from './historyRoutes.ts';
import { indexRoutes } from './indexRoutes.ts';
import { intakeRoutes } from './intakeRoutes.ts';
import { itemRoute } from './itemRoute.ts';
import { keyRoutes } from './keyRoutes.ts';
import { readRoutes } from './readRoutes.ts';
import { reportRoutes, reservationRoute, skuRoute } from './reportRoutes.ts';
import { runsRoute } from './runsRoute.ts';
import { sessionRoutes } from './sessionRoutes.ts';
import { statusRoutes } from './statusRoutes.ts';

const ofScope = (wanted: Route['scope']): Route[] =>
  reportRoutes.filter(({ scope }) => scope === wanted);

export const subjects: readonly Subject[] = [
  {
    name: 'Interface',
    about: 'What there is, and what refusals mean.',
    routes: indexRoutes(() => subjects),
  },
  {
    name: 'Sending',
    about: 'Payloads go in, and what became of each can be asked.',
    routes: intakeRoutes,
  },
  {
    name: 'Writing',
    about: 'Commands, an address for each type of message, one or many at a time.',
    routes: [...commandRoutes, ...bulkRoutes],
  },
  {
    name: 'Stock',
    about: 'What there is, where, and what is free of it.',
    routes: [...ofScope('stock:read'), skuRoute, itemRoute, reservationRoute],
  },
  {
    name: 'Ledger and value',
    about: 'Who moved what, when, and what it is worth.',
    routes: [...ofScope('ledger:read'), ...historyRoutes],
  },
  {
    name: 'Audit',
    about: 'Who did what about the hub’s own work.',
    routes: ofScope('audit:read'),
  },
  { name: 'Finding', about: 'Whatever has a name.', routes: readRoutes },
  { name: 'Events', about: 'What happens, as it does.', routes: eventRoutes },
  {
    name: 'GraphQL',
    about: 'What the lists say, in one answer.',
    routes: graphqlRoutes(() => subjects),
  },
  {
    name: 'Parked and dead',
    about: 'What waits for a person, and what people do about it.',
    routes: deskRoutes,
  },
  {
    name: 'Flows and endpoints',
    about: 'How they do, and who tells them to pause.',
    routes: [...flowRoutes, ...endpointRoutes, runsRoute],
  },
  {
    name: 'Access',
    about: 'Who calls, and keys of programs.',
    routes: [...sessionRoutes, ...keyRoutes],
  },
  { name: 'Status', about: 'How the process does.', routes: [...statusRoutes, configRoute] },
];

export const routes: readonly Route[] = subjects.flatMap((subject) => subject.routes);
