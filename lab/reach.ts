import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FORWARDER = fileURLToPath(new URL('./forwarder.mjs', import.meta.url));

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Something that has been made reachable, until it is closed. */
export interface Reach {
  close(): Promise<void>;
}

let sockets = 0;
const socketIn = async (directory: string): Promise<string> => {
  await mkdir(directory, { recursive: true });
  sockets += 1;
  return join(directory, `${sockets}.sock`);
};

const forward = async (namespace: string, from: object, to: object): Promise<Reach> => {
  const [command = '', ...args] = [
    ...['setpriv', '--pdeathsig', 'KILL', 'ip', 'netns', 'exec', namespace],
    ...[process.execPath, FORWARDER, JSON.stringify(from), JSON.stringify(to)],
  ];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  const first = await Promise.race([once(child.stdout, 'data'), gone]);
  if (child.exitCode !== null) throw new Error(`nothing listens in ${namespace}: ${String(first)}`);
  return {
    async close() {
      child.kill('SIGKILL');
      await gone;
    },
  };
};

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => server.close(() => resolve()));

/** Lets a server of this process be reached at an address inside a namespace. */
export const serveInside = async (
  namespace: string,
  at: Address,
  server: Server,
  directory: string,
): Promise<Reach> => {
  const path = await socketIn(directory);
  server.listen(path);
  await once(server, 'listening');
  const inside = await forward(namespace, at, { path });
  return {
    async close() {
      await inside.close();
      if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function') {
        server.closeAllConnections();
      }
      await closeServer(server);
    },
  };
};

/** Lets this machine's loopback reach an address inside a namespace; `port` is the one on the loopback. */
export const reachInside = async (
  namespace: string,
  at: Address,
  directory: string,
  from: Address = { host: '127.0.0.1', port: 0 },
): Promise<Reach & { readonly port: number }> => {
  const path = await socketIn(directory);
  const inside = await forward(namespace, { path }, at);
  const open = new Set<{ destroy(): void }>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path, allowHalfOpen: true });
    near.pipe(far).pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(from);
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the loopback gave no port');
  return {
    port: bound.port,
    async close() {
      for (const socket of open) socket.destroy();
      await closeServer(server);
      await inside.close();
    },
  };
};
