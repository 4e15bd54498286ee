import type { RequestOptions } from 'node:http';
import { request } from 'node:https';
import type { LabEndpoint } from './endpoint.ts';

interface Answered {
  readonly status: number;
  readonly answer: unknown;
}

const send = (
  { url, ca, secret }: LabEndpoint,
  path: string,
  options: RequestOptions,
  body?: object,
): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const asked = request(`${url}${path}`, { ...options, ca, headers });
    asked.on('error', reject);
    asked.on('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('error', reject);
      answer.on('end', () => {
        try {
          resolve({ status: answer.statusCode ?? 0, answer: JSON.parse(text) });
        } catch (error) {
          reject(error);
        }
      });
    });
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });

/** POSTs JSON to the lab's endpoint from this machine, with its secret; gives the status and what came back. */
export const askEndpoint = (endpoint: LabEndpoint, path: string, body: object): Promise<Answered> =>
  send(endpoint, path, { method: 'POST' }, body);

/** The pool as the lab's endpoint shows it now, not yet parsed; throws if it does not answer with 200. */
export const getPool = async (endpoint: LabEndpoint): Promise<unknown> => {
  const { status, answer } = await send(endpoint, '/v1/pool', { method: 'GET' });
  if (status !== 200) throw new Error(`the endpoint answered ${status}: ${JSON.stringify(answer)}`);
  return answer;
};
