/** What an answer costs in express alone: one route, no middleware, JSON of a given size; says its port. */
import express from 'express';

const [text = '{}'] = process.argv.slice(2);
const body: unknown = JSON.parse(text);
const app = express();
app.get('/v1/stock/:sku', (_request, response) => {
  response.json(body);
});
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send!(typeof address === 'object' && address ? address.port : 0);
});
process.once('disconnect', () => process.exit(0));
