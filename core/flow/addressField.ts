import { isServerAddress, plainAddressTodo } from '../serverAddress.ts';
import { type Field, secret } from '../spec.ts';

/** `file:`, or an address of a server of which it is plain what in it is the password. */
export const addressField = (about: string): Field<string> => {
  const field = secret(about, 'an address');
  return {
    ...field,
    read(value, path, report) {
      const address = field.read(value, path, report);
      if (address === undefined || /^file:/i.test(address) || isServerAddress(address)) {
        return address;
      }
      const message = 'this is no address, or it is not plain where its password ends';
      report({ path, code: 'CONFIG_BAD_VALUE', message, todo: plainAddressTodo });
      return undefined;
    },
  };
};
