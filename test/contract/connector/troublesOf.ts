/** What may be wrong with a server behind a proxy, for connectors that connect anew for each look. */
import type { TcpProxy } from '../../TcpProxy.ts';
import type { SourceRig } from './connectorContract.ts';

export const troublesOf = (proxy: TcpProxy): NonNullable<SourceRig['troubles']> => ({
  silence: async () => {
    proxy.isSilent = true;
    return async () => {
      proxy.isSilent = false;
      proxy.cutAll();
    };
  },
  'breaking off': async () => {
    proxy.cutAfterBytes = 700;
    return async () => {
      proxy.cutAfterBytes = Infinity;
    };
  },
  garbage: async () => {
    proxy.garbles = true;
    return async () => {
      proxy.garbles = false;
      proxy.cutAll();
    };
  },
});
