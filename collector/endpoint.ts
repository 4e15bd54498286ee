import { promisify } from 'node:util';
import { constants, gzip as gzipWithCallback } from 'node:zlib';
import type { EndpointAbout } from '../core/model/about.ts';
import type {
  JoinReply,
  JoinRequest,
  PoolView,
  RemoveRequest,
  SubmitReply,
  SubmitRequest,
  WorkersReply,
} from '../core/model/pool.ts';
import { about } from './about.ts';
import { condor } from './condor.ts';
import type { Config } from './config.ts';
import { credentialEnds } from './credential.ts';
import { credentialFileEnds } from './credential-files.ts';
import { drainer } from './drain.ts';
import { forgetter } from './forget.ts';
import { idleSince } from './idle-since.ts';
import { joiner } from './join.ts';
import { type Metrics, metrics } from './metrics.ts';
import { newcomers } from './newcomers.ts';
import { once } from './once.ts';
import { rate } from './rate.ts';
import { remover } from './remove.ts';
import { endedPilots } from './see-ended.ts';
import { shared } from './shared.ts';
import { takeSnapshot } from './snapshot.ts';
import { askSts } from './sts.ts';
import { submitter } from './submit.ts';
import { turns } from './turns.ts';

/** All that the endpoint does, without HTTP. */
export interface Endpoint {
  readonly metrics: Metrics;
  pool(): Promise<PoolText>;
  about(): Promise<EndpointAbout>;
  metricsText(): Promise<string>;
  submit(request: SubmitRequest): Promise<SubmitReply>;
  remove(request: RemoveRequest): Promise<{ readonly removed: number }>;
  drain(instanceIds: readonly string[]): Promise<WorkersReply>;
  undrain(instanceIds: readonly string[]): Promise<WorkersReply>;
  forget(instanceIds: readonly string[]): Promise<WorkersReply>;
  join(request: JoinRequest, source: string): Promise<JoinReply>;
}

/** A snapshot as it is sent: written and packed once for all who get it. */
interface PoolText {
  readonly json: Buffer;
  readonly gzipped: Buffer;
}

export interface EndpointOptions {
  readonly config: Config;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Does something once, so many seconds from now; where nothing is said it does not keep the process alive. */
  readonly later?: (seconds: number, act: () => void) => void;
}

const inRealTime = (seconds: number, act: () => void): void => {
  setTimeout(act, seconds * 1000).unref();
};

/** Long after the last token that an instance may have had has ended, its name need not be kept. */
const JOINED_KEPT_LIVES = 2;

const gzip = promisify(gzipWithCallback);
/** The fastest level already makes a tenth of it, and a quick answer is what counts. */
const LEVEL = { level: constants.Z_BEST_SPEED };

const packed = async (view: unknown): Promise<PoolText> => {
  const json = Buffer.from(JSON.stringify(view));
  return { json, gzipped: await gzip(json, LEVEL) };
};

/** Sets up what the configuration says. */
export const endpoint = async (options: EndpointOptions): Promise<Endpoint> => {
  const { config, environment, now, later = inRealTime } = options;
  const { templatesDirectory, stateDirectory, joining, shortSeconds } = config;
  const told = metrics(now);
  const tools = condor({ ...config.tools, environment, onEnd: told.toolEnded });
  const takeTurns = turns();
  const joined = await once(`${stateDirectory}/joined`);
  await joined.forgetBefore(now() - JOINED_KEPT_LIVES * joining.tokenSeconds);

  const ends = async () => {
    const all = await credentialEnds(templatesDirectory);
    told.credentials(all);
    return all;
  };
  const sources = {
    condor: tools,
    ended: endedPilots(tools, shortSeconds),
    idleSince: idleSince(now()),
    shortSeconds,
    landingsFile: config.landingsFile,
    credentials: ends,
  };
  const view = shared(
    async () => {
      const [taken, credentials] = await Promise.all([
        takeSnapshot(sources, now()),
        credentialFileEnds(config.credentialFiles),
      ]);
      told.seen(taken);
      return packed({ ...taken, tokenSeconds: joining.tokenSeconds, credentials } satisfies PoolView);
    },
    config.snapshotSeconds,
    now,
  );
  /** After a change nobody is shown what was before it. */
  const changing =
    <A extends readonly unknown[], T>(act: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      try {
        return await act(...args);
      } finally {
        view.outdate();
      }
    };
  const arriving = newcomers({ condor: tools, now, later });
  const join = joiner({
    config,
    condor: tools,
    askSts: askSts(config.sts.url),
    joined,
    rate: rate(joining.perMinute),
    now,
  });
  const pilots = { condor: tools, templatesDirectory, stateDirectory, turns: takeTurns, now };
  return {
    metrics: told,
    pool: () => view.get(),
    about: about({ config, condor: tools, now }),
    async metricsText() {
      await ends();
      return told.text();
    },
    submit: changing(submitter(pilots)),
    remove: changing(remover(pilots)),
    drain: changing(drainer(tools, 'drain')),
    undrain: changing(drainer(tools, 'undrain')),
    forget: changing(forgetter(tools)),
    async join(request, source) {
      const reply = await join(request, source);
      arriving.expect(request.instanceId);
      return reply;
    },
  };
};
