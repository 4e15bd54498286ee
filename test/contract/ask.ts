import { type IncomingHttpHeaders, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { connect as plainConnect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import type { Subject } from './subject.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  /** Undefined: no body. */
  readonly body?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Sends one request on a connection of its own, with exactly these headers. */
export const ask = ({ url, ca }: Subject, { method, path, body, headers = {} }: Asked): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? tlsRequest : plainRequest;
    const asked = send(`${url}${path}`, {
      method,
      agent: false,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` }),
      },
      ...(ca === undefined ? {} : { ca }),
    });
    asked.on('error', reject);
    asked.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const packed = response.headers['content-encoding'] === 'gzip';
        const text = (packed ? gunzipSync(bytes) : bytes).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    asked.end(body);
  });

/** Writes these bytes into a connection and gives what comes until it is closed. */
export const askRaw = ({ url, ca }: Subject, bytes: string | Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const { protocol, hostname, port } = new URL(url);
    const at = { host: hostname, port: Number(port) };
    const write = () => socket.write(bytes);
    const socket =
      protocol === 'https:'
        ? tlsConnect({ ...at, ...(ca === undefined ? {} : { ca }) }, write)
        : plainConnect(at, write);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
