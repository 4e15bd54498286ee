import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { awsAt, clientOptions } from './aws.ts';
import { motoRoot, onPath, rootLacks } from './moto-root.ts';

/** An AWS that is emulated by moto's server, on this machine only. */
export interface Moto {
  readonly url: string;
  /** What it has written, for when something goes wrong. */
  log(): string;
  close(): Promise<void>;
}

const SERVER = 'moto_server';
const READY_SECONDS = 60;
const POLL_MILLISECONDS = 100;
const MOST_LOG = 200_000;

/** What this machine lacks for moto, each as a phrase; empty if it can run. */
export const motoLacks = (): readonly string[] =>
  onPath(SERVER) ? [] : rootLacks().map((lack) => `${lack} (or ${SERVER} 5.2 on the PATH)`);

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
};

const start = async (argv: readonly string[]): Promise<Moto> => {
  const port = await freePort();
  const [command = '', ...args] = [...argv, '-H', '127.0.0.1', '-p', String(port)];
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOME: process.env.HOME ?? '/' },
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      written = (written + text).slice(-MOST_LOG);
    });
  }
  // Buckets are told apart by the host's name, and moto takes none from an address.
  const url = `http://localhost:${port}`;
  try {
    await ready(url, child);
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${SERVER} did not start: ${written}`, { cause: error });
  }
  return { url, log: () => written, close: () => end(child) };
};

const ready = async (url: string, child: ChildProcess): Promise<void> => {
  for (let waited = 0; waited < READY_SECONDS * 1000; waited += POLL_MILLISECONDS) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('it ended');
    const answer = await fetch(`${url}/moto-api/data.json`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok === true) return;
    await pause(POLL_MILLISECONDS);
  }
  throw new Error(`it was not ready within ${READY_SECONDS} s`);
};

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
};

/**
 * Whether a moto can do what is needed of it: before 5.2 it sends two dates, from which the SDKs make a wrong clock; and
 * without python3-jsonpath-ng it hands no event on.
 */
const serves = async ({ url }: Moto): Promise<boolean> => {
  const client = new EventBridgeClient(clientOptions(awsAt(url)));
  const EventPattern = JSON.stringify({ source: ['aerie.probe'], detail: { name: [{ prefix: 'a' }] } });
  try {
    await client.send(new PutRuleCommand({ Name: 'probe', EventPattern }));
    const Detail = JSON.stringify({ name: 'a' });
    await client.send(
      new PutEventsCommand({ Entries: [{ Source: 'aerie.probe', DetailType: 'probe', Detail }] }),
    );
    await (await fetch(`${url}/moto-api/reset`, { method: 'POST' })).arrayBuffer();
    return true;
  } catch {
    return false;
  }
};

/** Starts moto's server: that of a Debian root of its own, or one on the PATH where no root can be made. */
export const startMoto = async (): Promise<Moto> => {
  if (rootLacks().length === 0) return start(['chroot', await motoRoot(), 'env', 'HOME=/', SERVER]);
  const found = await start([SERVER]);
  if (await serves(found)) return found;
  await found.close();
  throw new Error(
    `The ${SERVER} on the PATH cannot be deployed to; it has to be 5.2 or newer, with jsonpath-ng, flask-cors and openapi-spec-validator. As root, Debian's is taken instead.`,
  );
};
