/** Who may call what: each address with a key of each scope. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { nobody } from '../../../core/api/auth/Caller.ts';
import { KeyDesk } from '../../../core/api/auth/KeyDesk.ts';
import {
  type ApiScope,
  grantedBy,
  type RouteScope,
  scopeNames,
} from '../../../core/api/auth/scopes.ts';
import { templateOf } from '../../../core/api/openApi.ts';
import type { Route } from '../../../core/api/Route.ts';
import { routes } from '../../../core/api/rest/routes.ts';
import { seenRehearsal } from '../../../core/api/rest/seenRehearsal.ts';
import type { Rehearsed } from '../../../core/parked/ReplayRehearsal.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { commitOf, headOf, itemOf } from '../../contract/store/fixtures.ts';
import { type ApiRig, openApi } from './apiRig.ts';
import { wantedScopes } from './wantedScopes.ts';

const nameOf = ({ method, path }: Route): string => `${method.toUpperCase()} ${templateOf(path)}`;

describe('scopes of the API', () => {
  let rig: ApiRig;
  before(async () => {
    rig = await openApi({ token: 'a-token-of-sixteen', requestsPerMinute: 1_000_000 });
  });
  after(() => rig.close());

  it('are decided for each address, in the table of the tests as in its route', () => {
    const decided = Object.entries(wantedScopes).flatMap(([scope, names]) =>
      names
        .trim()
        .split(/\n\s*/)
        .filter((name) => name !== '')
        .map((name) => `${name} wants ${scope}`),
    );
    const declared = routes.map((route) => `${nameOf(route)} wants ${route.scope}`);
    deepEqual(declared.sort(), decided.sort(), 'put it into test/unit/api/wantedScopes.ts');
  });

  it('show of a dry run what may be read of the books elsewhere, too', () => {
    const outcome = { booked: 1, exists: 0, parked: 0, samples: [] };
    const refusals = [{ code: 'STOCK_INSUFFICIENT', message: 'WINE at BER: 5 asked, 3 there' }];
    const run = { faults: [], refusals, outcome, stock: [], values: [], outgoing: [] } as unknown;
    const shown = (...scopes: ApiScope[]) => {
      const caller = { ...nobody, scopes: grantedBy(scopes) };
      const told = seenRehearsal(run as Rehearsed, caller);
      const isTold = JSON.stringify(told).includes('3 there');
      equal(isTold, scopes.includes('stock:read'), 'how much is there');
      ok(JSON.stringify(told).includes('STOCK_INSUFFICIENT'));
      return ['stock', 'values', 'outgoing'].filter((name) => Object.hasOwn(told, name));
    };
    deepEqual(shown('parked:read'), []);
    deepEqual(shown('parked:read', 'stock:read'), ['stock']);
    deepEqual(shown('parked:read', 'ledger:read'), ['values']);
    deepEqual(shown('parked:read', 'stock:read', 'ledger:read'), ['stock', 'values', 'outgoing']);
  });

  for (const scope of scopeNames) {
    it(`${scope} opens what wants it or what it implies, and nothing else`, async () => {
      const { key } = await new KeyDesk(rig.store, systemRuntime()).create(
        { name: scope, scopes: [scope], source: 'test' },
        'cli:root',
      );
      const granted = grantedBy([scope]);
      const mayCall = (wanted: RouteScope): boolean =>
        wanted === 'open' || wanted === 'known' || granted.has(wanted);
      for (const route of routes) {
        const isAllowed = mayCall(route.scope);
        if (isAllowed && scope === 'admin' && route.scope !== 'admin') continue;
        const problem = await call(route, key);
        if (isAllowed) equal(problem?.code === 'HTTP_SCOPE', false, nameOf(route));
        else {
          equal(problem?.code, 'HTTP_SCOPE', nameOf(route));
          equal(problem?.detail.includes(`the scope ${route.scope},`), true, problem?.detail);
        }
      }
    });
  }

  it('of quantities show nobody what an item costs; ledger:read does', async () => {
    const item = itemOf('COSTLY', { valuation: 'standard', standardCost: 7_500_000n });
    await rig.store.commit(commitOf({ heads: [headOf('COSTLY', 1, { item })] }));
    const desk = new KeyDesk(rig.store, systemRuntime());
    for (const scopes of [['stock:read'], ['stock:read', 'ledger:read']] as const) {
      const { key } = await desk.create({ name: 'shop', scopes, source: 'shop' }, 'cli:root');
      const get = async (path: string) =>
        (await fetch(rig.url + path, { headers: { authorization: `Bearer ${key}` } })).text();
      const cost = scopes.length > 1;
      equal(/"standardCost":"7.5"/.test(await get('/v1/items?sku=COSTLY')), cost);
      equal(/7\.5/.test(await get('/v1/items?sku=COSTLY&format=csv')), cost);
      equal(/standardCost/.test(await get('/v1/stock/COSTLY')), cost);
    }
  });

  it('are asked of nobody before it is known who it is', async () => {
    for (const route of routes.filter((one) => one.scope !== 'open')) {
      equal((await call(route, 'sb_000000000000_nobody'))?.status, 401, nameOf(route));
    }
  });

  interface Refused {
    code: string;
    detail: string;
    status: number;
  }

  async function call(route: Route, key: string): Promise<Refused | undefined> {
    const gone = new AbortController();
    const answer = await fetch(rig.url + route.path.replace(/:\w+/g, 'x'), {
      method: route.method.toUpperCase(),
      headers: { authorization: `Bearer ${key}` },
      signal: gone.signal,
    });
    const isProblem = answer.headers.get('content-type')?.startsWith('application/problem');
    if (isProblem) return (await answer.json()) as Refused;
    // Events would go on for ever.
    gone.abort();
    return undefined;
  }
});
