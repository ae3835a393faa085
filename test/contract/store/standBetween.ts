import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/**
 * Stands between a driver and its MongoDB server. `wire` says what passes of a connection, and may end both
 * of its sides.
 */
export async function standBetween(
  address: string,
  wire: (client: Socket, upstream: Socket, end: () => void) => void,
): Promise<{ address: string; close(): void }> {
  const target = new URL(address);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 27_017), target.hostname);
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', end);
    }
    wire(client, upstream, end);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    address: `mongodb://127.0.0.1:${port}${target.pathname}?directConnection=true`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
