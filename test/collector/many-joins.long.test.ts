import { existsSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLAIMS, instanceOf, joinProof, trustingSts } from './join-proof.ts';
import { installed, type Running } from './process.ts';

const WORKERS = 2_000;
const TASKSET = '/usr/bin/taskset';
/** How many joins may be carried out while one waits for /healthz: a core makes some 36 a second, and who counts them is as busy. */
const JOINS_MEANWHILE = 150;

let place: Awaited<ReturnType<typeof installed>>;
let sts: Awaited<ReturnType<typeof trustingSts>>;
let running: Running;
beforeAll(async () => {
  place = await installed();
  sts = await trustingSts();
  running = await place.start({ under: [TASKSET, '-c', '0'], config: { sts: sts.config } });
});
afterAll(async () => {
  await running.stop();
  await sts.close();
  place.remove();
});

interface Answer {
  readonly status: number;
  readonly retryAfter: number;
  readonly text: string;
}

/** Asks on a connection of its own. */
const ask = (path: string, body?: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const asked = request(`${running.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      agent: false,
    });
    asked.on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: Number(response.headers['retry-after'] ?? 0),
          text,
        }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });

/** Asks for /healthz again and again, on a thread that the workers do not keep busy, and tells of each answer. */
const PROBE = `
  const { parentPort, workerData } = require('node:worker_threads');
  const ask = async () => {
    const began = performance.now();
    const status = await fetch(workerData, { headers: { connection: 'close' } }).then(
      async (response) => (await response.text(), response.status),
      String,
    );
    parentPort.postMessage({ status, milliseconds: performance.now() - began });
    setImmediate(ask);
  };
  ask();
`;

interface Probe {
  /** Or why there was none. */
  readonly status: number | string;
  readonly milliseconds: number;
}

describe.runIf(existsSync(TASKSET))('two thousand workers that join at once, on one core', () => {
  it('all get their own token, once each, and whoever asks meanwhile hears that the endpoint lives', async () => {
    let answered = 0;
    let refused = 0;
    /** As worker/files/join.py does: the same proof until there is an answer, the waits spread by half. */
    const joins = async (n: number): Promise<unknown> => {
      const body = JSON.stringify(joinProof(instanceOf(n), sts.host, new Date()));
      for (;;) {
        const { status, retryAfter, text } = await ask('/v1/workers/join', body).catch(() => ({
          status: 503,
          retryAfter: 1,
          text: '',
        }));
        if (status === 503) {
          refused += 1;
          await pause(retryAfter * (500 + (n % 1_000)));
          continue;
        }
        answered += 1;
        return status === 200 ? JSON.parse(text).token : `${status} ${text}`;
      }
    };
    const start = performance.now();
    let before = 0;
    let worst = 0;
    const probes: Probe[] = [];
    const probe = new Worker(PROBE, { eval: true, workerData: `${running.url}/healthz` });
    probe.on('message', (one: Probe) => {
      probes.push(one);
      worst = Math.max(worst, answered - before);
      before = answered;
    });
    const tokens = await Promise.all(Array.from({ length: WORKERS }, (_, n) => joins(n)));
    await probe.terminate();
    if (process.env.AERIE_SAY_TIMES !== undefined) {
      const worstMilliseconds = Math.max(...probes.map(({ milliseconds }) => milliseconds));
      process.stdout.write(
        `# ${WORKERS} joins in ${Math.round((performance.now() - start) / 1000)} s, ${probes.length} times /healthz, ${Math.round(worstMilliseconds)} ms at worst, ${refused} answers of 503\n`,
      );
    }
    expect(new Set(probes.map(({ status }) => status))).toEqual(new Set([200]));
    expect(tokens).toEqual(Array.from({ length: WORKERS }, (_, n) => `eyJh.${CLAIMS}.${instanceOf(n)}`));
    expect(readdirSync(place.at('state', 'joined'))).toHaveLength(WORKERS);
    expect(worst).toBeLessThan(JOINS_MEANWHILE);
  });
});
