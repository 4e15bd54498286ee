import { request } from 'node:https';
import type { LabEndpoint } from './endpoint.ts';

/** POSTs JSON to the lab's endpoint from this machine, with its secret; gives the status and what came back. */
export const askEndpoint = (
  { url, ca, secret }: LabEndpoint,
  path: string,
  body: object,
): Promise<{ readonly status: number; readonly answer: unknown }> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const asked = request(`${url}${path}`, { method: 'POST', ca, headers });
    asked.on('error', reject);
    asked.on('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, answer: JSON.parse(text) }));
    });
    asked.end(JSON.stringify(body));
  });
