import type { ConfigSetting } from '../../flow/configSettings.ts';
import { NamedSchema } from '../NamedSchema.ts';
import type { Route } from '../Route.ts';
import { shape } from '../shape.ts';

const configSchema = new NamedSchema(
  'Config',
  shape.object({
    version: shape.text('Of Stockbus.'),
    settings: shape.list(
      shape.object(
        {
          name: shape.text('Its path in config/hub.yaml, such as `stock.zone`.'),
          value: shape.text('As it stands there; of a secret only that there is one.'),
          from: shape.choice(['file', 'environment', 'default'], 'What says so.'),
        },
        {
          at: shape.object({ file: shape.text(), line: shape.count(), column: shape.count() }),
          variable: shape.text('Of the environment, where that says so.'),
        },
      ),
      'In the order of the reference; connectors with those of their kind.',
    ),
  }),
);

export const configRoute: Route = {
  method: 'get',
  path: '/v1/config',
  scope: 'admin',
  summary: 'What this process runs by, and which line, variable or default says so.',
  answer: configSchema,
  handle: async ({ settings, version }, _request, response) => {
    response.json({ version, settings: settings().map(shown) });
  },
};

const shown = ({ at, ...setting }: ConfigSetting): object => ({
  ...setting,
  ...(at ? { at: { file: at.file, line: at.line, column: at.column } } : {}),
});
