import { channel } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What has gone over the functions' wires in this process. */
export interface Traffic {
  /** Calls by service and action: `DynamoDB Query`, `PanDA`, `endpoint /v1/pool`. */
  readonly calls: ReadonlyMap<string, number>;
  /** DynamoDB's units, from the bytes on the wire: its JSON is a little larger than the items, so a little too many. */
  readonly units: { readonly read: number; readonly written: number };
  stop(): void;
}

const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

/** Who is called, and for what; undefined: none of aerie's services. */
const calledBy = ({ headers, url = '' }: IncomingMessage): string | undefined => {
  const target = String(headers['x-amz-target'] ?? '').split('.');
  if (target[0] === 'DynamoDB_20120810') return `DynamoDB ${target[1]}`;
  if (target[0] === 'AmazonSSM') return `SSM ${target[1]}`;
  if (url.startsWith('/api/v1/')) return 'PanDA';
  return url.startsWith('/v1/') ? `endpoint ${url.split('?')[0]}` : undefined;
};

const lengthOf = (value: unknown): number => Number(value ?? 0);

/** Counts what the twin's faces are asked for; Node itself tells of each answer of a server. */
export const traffic = (): Traffic => {
  const calls = new Map<string, number>();
  const units = { read: 0, written: 0 };
  const finished = channel('http.server.response.finish');
  const note = (message: unknown) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const called = calledBy(request);
    if (called === undefined) return;
    calls.set(called, (calls.get(called) ?? 0) + 1);
    if (/^DynamoDB (Query|GetItem)$/.test(called)) {
      units.read += Math.max(1, Math.ceil(lengthOf(response.getHeader('content-length')) / READ_UNIT_BYTES));
    } else if (called.startsWith('DynamoDB')) {
      units.written += Math.ceil(lengthOf(request.headers['content-length']) / WRITE_UNIT_BYTES);
    }
  };
  finished.subscribe(note);
  return { calls, units, stop: () => void finished.unsubscribe(note) };
};
