import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type Config, readConfig } from '../../collector/config.ts';
import { endpoint } from '../../collector/endpoint.ts';
import type { Limits } from '../../collector/limits.ts';
import { SLOT_ATTRIBUTES } from '../../collector/see/slot.ts';
import { server } from '../../collector/server.ts';
import { type FakeCondor, fakeCondor } from './fake-condor.ts';

export const SECRET = 'a-secret-of-more-than-thirty-two-characters';
export const NEXT_SECRET = 'the-secret-that-comes-after-that-other-one';
export const METRICS_SECRET = 'a-secret-that-opens-the-metrics-and-no-more';
export const QUEUE = 'BNL_CLOUD';
export const TEMPLATE = `executable = pilot.sh
universe = vanilla
request_cpus = 4
+MATCH_APF_QUEUE = "${QUEUE}"
queue 1
`;

/** The collector's own ad, in an answer to the question for workers. */
const COLLECTOR_CELLS = ['1795410439', ...SLOT_ATTRIBUTES.slice(1).map(() => 'undefined'), 'false'];
export const COLLECTOR_ROW = `${COLLECTOR_CELLS.join('\t')}\n`;

export interface Served {
  readonly app: FastifyInstance;
  readonly condor: FakeCondor;
  readonly config: Config;
  readonly templates: string;
  /** Seconds since 1970; it stands still until it is set. Time passes as it is set forward. */
  clock: number;
  /** Sets the wall clock back, by less than nothing forward, and lets no time pass. */
  setBack(seconds: number): void;
  /** What the endpoint has logged. */
  readonly lines: string[];
  /** What the endpoint wants to do later; nothing of it happens by itself. */
  readonly later: (() => void)[];
  /** What it has said of nudges. */
  readonly told: string[];
  post(path: string, body: unknown, secret?: string): Promise<{ status: number; body: unknown }>;
  get(path: string, secret?: string): Promise<{ status: number; body: unknown }>;
  close(): Promise<void>;
}

const textOf = (payload: string): unknown => {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
};

/** As many as a large process has. */
const LIMITS: Limits = { connections: 1_000, toolsAtOnce: 16, patientToolsAtOnce: 6, joinsAtOnce: 8 };

/** What of the configuration is another; `at` gives the path of a file that may be written for it. */
type Changes = Record<string, unknown>;

/** The endpoint over fake tools, with one queue that has a template. */
export const serve = async (
  given: Changes | ((at: (name: string) => string) => Changes) = {},
  limits: Partial<Limits> = {},
): Promise<Served> => {
  const condor = fakeCondor();
  const at = (name: string) => join(condor.directory, name);
  const { tools, ...others } = typeof given === 'function' ? given(at) : given;
  writeFileSync(at('secret'), `${SECRET}\n`);
  writeFileSync(at('secret-next'), NEXT_SECRET);
  writeFileSync(at('secret-metrics'), METRICS_SECRET);
  mkdirSync(at('state'));
  writeFileSync(join(at('templates'), `${QUEUE}.sub`), TEMPLATE);
  condor.answers('condor_status', { stdout: COLLECTOR_ROW });
  const read = readConfig(
    JSON.stringify({
      listen: { host: '127.0.0.1', port: 0 },
      secretFiles: [at('secret'), at('secret-next')],
      metricsSecretFile: at('secret-metrics'),
      pool: 'cm.example.org',
      templatesDirectory: at('templates'),
      stateDirectory: at('state'),
      tools: { directories: [condor.directory], seconds: 5, ...(typeof tools === 'object' ? tools : {}) },
      sts: { url: 'http://127.0.0.1:1/', account: '123456789012', roles: ['worker'] },
      joining: { tokenSeconds: 3600 },
      snapshotSeconds: 0,
      ...others,
    }),
  );
  if (!read.ok) throw new Error(read.mistakes.join(' '));
  const { config } = read;
  const later: (() => void)[] = [];
  const told: string[] = [];
  let behind = 0;
  const lines: string[] = [];
  const served = {
    clock: 1_795_411_000,
    later,
    told,
    lines,
    setBack(seconds: number) {
      served.clock -= seconds;
      behind += seconds;
    },
  };
  const elapsed = () => served.clock + behind;
  const whole = { ...LIMITS, ...limits };
  const app = await server({
    config,
    endpoint: await endpoint({
      config,
      environment: {},
      limits: whole,
      now: () => served.clock,
      elapsed,
      uptime: () => ({ boot: 'one', seconds: elapsed() }),
      later: (_, act) => served.later.push(act),
      tell: (words) => told.push(words),
    }),
    elapsed,
    connections: whole.connections,
    log: { write: (line) => lines.push(line) },
  });
  await app.ready();
  const call = async (method: 'GET' | 'POST', path: string, body: unknown, secret: string) => {
    const response = await app.inject({
      method,
      url: path,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.statusCode, body: textOf(response.payload) };
  };
  return Object.assign(served, {
    app,
    condor,
    config,
    templates: at('templates'),
    post: (path: string, body: unknown, secret = SECRET) => call('POST', path, body, secret),
    get: (path: string, secret = SECRET) => call('GET', path, undefined, secret),
    async close() {
      await app.close();
      condor.remove();
    },
  });
};
