import { promisify } from 'node:util';
import { constants, gzip as gzipWithCallback } from 'node:zlib';
import type { EndpointAbout } from '../core/model/about.ts';
import type { ChallengeReply, ChallengeRequest } from '../core/model/challenge.ts';
import type {
  JoinReply,
  PoolView,
  RemoveRequest,
  StatesReply,
  StatesRequest,
  SubmitReply,
  SubmitRequest,
  WorkersReply,
} from '../core/model/pool.ts';
import { about } from './about.ts';
import { condor } from './condor/condor.ts';
import { lanes } from './condor/lanes.ts';
import { toolTurns } from './condor/tool-turns.ts';
import type { Config } from './config.ts';
import type { JoinCaller } from './join/caller.ts';
import { type Challenger, challenger } from './join/challenge.ts';
import { challengeKey } from './join/challenge-key.ts';
import { type AnyJoin, joiner } from './join/join.ts';
import { challengeWriter, novaOf } from './join/openstack.ts';
import { FRESH_SECONDS } from './join/proof.ts';
import { askSts } from './join/sts.ts';
import { JOIN_WAIT_SECONDS, JOINS_WAITING, type Limits, STS_CALLS_PER_MINUTE } from './limits.ts';
import { newcomers } from './nudge/newcomers.ts';
import { nudger, sendNudge } from './nudge/nudge.ts';
import { nudging, type TickAsks } from './nudge/nudging.ts';
import { drainer } from './orders/drain.ts';
import { forgetter } from './orders/forget.ts';
import { poolUsers } from './orders/pool-users.ts';
import { remover } from './orders/remove.ts';
import { submitter } from './orders/submit.ts';
import { endedPilots } from './see/ended.ts';
import { idleSince } from './see/idle-since.ts';
import { anySeesNew, seesNew, seesNewElsewhere } from './see/new.ts';
import { otherSchedds } from './see/other-schedds.ts';
import { takeSnapshot } from './see/snapshot.ts';
import { unmatchedSince } from './see/unmatched.ts';
import { workerSight } from './see/worker-sight.ts';
import { bucket } from './serve/bucket.ts';
import { type Metrics, metrics } from './serve/metrics.ts';
import { once, type Uptime, uptimeHere } from './serve/once.ts';
import { type Rate, rate } from './serve/rate.ts';
import { sameAnswers } from './serve/same-answers.ts';
import { shared } from './serve/shared.ts';
import { credentialEnds } from './templates/credential.ts';
import { credentialFileEnds } from './templates/credential-files.ts';
import { turns } from './turns.ts';

/** All that the endpoint does, without HTTP. */
export interface Endpoint {
  readonly metrics: Metrics;
  /** `tick`: what a workers tick says of itself, which wants to be nudged. */
  pool(tick?: TickAsks): Promise<PoolText>;
  about(): Promise<EndpointAbout>;
  metricsText(): Promise<string>;
  submit(request: SubmitRequest): Promise<SubmitReply>;
  remove(request: RemoveRequest): Promise<{ readonly removed: number }>;
  drain(instanceIds: readonly string[]): Promise<WorkersReply>;
  undrain(instanceIds: readonly string[]): Promise<WorkersReply>;
  forget(instanceIds: readonly string[]): Promise<WorkersReply>;
  join(request: AnyJoin, caller: JoinCaller): Promise<JoinReply>;
  /** Absent: it knows no OpenStack, whose servers join so. */
  challenge?(request: ChallengeRequest, caller: JoinCaller): Promise<ChallengeReply>;
  /** Tells those who use the pool, through its collector. */
  tellUsers(request: StatesRequest): Promise<StatesReply>;
  /** Whether a join has no place to wait in: then it need not even be read. */
  joinsAreFull?(): boolean;
}

/** A snapshot as it is sent: written and packed once for all who get it. */
interface PoolText {
  /** When it was true, seconds since 1970. */
  readonly observedAt: number;
  readonly json: Buffer;
  readonly gzipped: Buffer;
}

export interface EndpointOptions {
  readonly config: Config;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly limits: Limits;
  /** Seconds since 1970: for moments that others have to agree on. */
  readonly now: () => number;
  /** Seconds since any moment, that only ever go forward: for how long something takes or holds. */
  readonly elapsed: () => number;
  /** How long the machine runs; where nothing is said, as it says itself. */
  readonly uptime?: () => Uptime;
  /** Does something once, so many seconds from now; where nothing is said it does not keep the process alive. */
  readonly later?: (seconds: number, act: () => void) => void;
  /** Hears whether the workers tick can be nudged, when that changes. */
  readonly tell?: (words: string) => void;
}

const inRealTime = (seconds: number, act: () => void): void => {
  setTimeout(act, seconds * 1000).unref();
};

/** Answers to proofs that are remembered: what one core gives out in five minutes, a KB each. */
const MOST_ANSWERS = 12_000;

const gzip = promisify(gzipWithCallback);
/** The fastest level already makes a tenth of it, and a quick answer is what counts. */
const LEVEL = { level: constants.Z_BEST_SPEED };

const packed = async (view: PoolView): Promise<PoolText> => {
  const json = Buffer.from(JSON.stringify(view));
  return { observedAt: view.observedAt, json, gzipped: await gzip(json, LEVEL) };
};

/** Nova makes a record of each; a small cloud's API has a handful of workers. */
const CHALLENGES_AT_ONCE = 4;

const challengerOf = async (
  { config, now, elapsed }: EndpointOptions,
  joinRate: Rate,
): Promise<Challenger | undefined> => {
  const { openstack, pool, stateDirectory } = config;
  if (openstack === undefined) return undefined;
  return challenger({
    ...{ pool, rate: joinRate, now, elapsed },
    key: await challengeKey(stateDirectory),
    write: challengeWriter(await novaOf(openstack), openstack),
    lanes: lanes({
      lanes: CHALLENGES_AT_ONCE,
      waiting: JOINS_WAITING,
      waitSeconds: JOIN_WAIT_SECONDS,
      elapsed,
    }),
  });
};

/** Sets up what the configuration says. */
export const endpoint = async (options: EndpointOptions): Promise<Endpoint> => {
  const { config, environment, limits, now, elapsed, later = inRealTime, tell = () => {} } = options;
  const { uptime = uptimeHere } = options;
  const { templatesDirectory, stateDirectory, joining, shortSeconds } = config;
  const told = metrics(now);
  const { tools, patient } = toolTurns(condor({ ...config.tools, environment, onEnd: told.toolEnded }), {
    limits,
    waitSeconds: config.tools.seconds,
    elapsed,
  });
  const takeTurns = turns();
  const joined = await once(`${stateDirectory}/joined`, { now, uptime });

  const ends = async () => {
    const all = await credentialEnds(templatesDirectory);
    told.credentials(all);
    return all;
  };
  const sources = {
    condor: tools,
    others: otherSchedds(config.schedds, { patient, later }),
    workers: workerSight(tools, elapsed, patient),
    ended: endedPilots(tools, shortSeconds),
    idleSince: idleSince(elapsed),
    shortSeconds,
    landingsFile: config.landingsFile,
    credentials: ends,
  };
  const unmatched = unmatchedSince();
  const snapshot = () => {
    const here = elapsed();
    return takeSnapshot(
      { ...sources, unmatched: (workers, waiting, at) => unmatched(workers, waiting, at, here) },
      now(),
    );
  };
  const arriving = newcomers({ condor: tools, elapsed, later });
  const view = shared(
    async () => {
      const [taken, credentials] = await Promise.all([
        snapshot(),
        credentialFileEnds(config.credentialFiles),
      ]);
      told.seen(taken);
      arriving.seen(taken);
      return packed({ ...taken, tokenSeconds: joining.tokenSeconds, credentials } satisfies PoolView);
    },
    config.snapshotSeconds,
    elapsed,
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
  const nudges = nudger({
    nudging: nudging(elapsed),
    seesNew: anySeesNew(seesNew(tools, elapsed), seesNewElsewhere(config.schedds, { patient, now, elapsed })),
    send: sendNudge,
    outdate: view.outdate,
    later,
    tell,
    count: told.nudged,
  });
  const joinLanes = lanes({
    lanes: limits.joinsAtOnce,
    waiting: JOINS_WAITING,
    waitSeconds: JOIN_WAIT_SECONDS,
    elapsed,
  });
  const joinRate = rate(joining.perMinute, elapsed);
  const challenges = await challengerOf(options, joinRate);
  const join = joiner({
    config,
    condor: tools,
    askSts: askSts(config.sts.url),
    stsCalls: bucket(STS_CALLS_PER_MINUTE, elapsed),
    joined,
    onState: told.state,
    challenger: challenges,
    rate: joinRate,
    lanes: joinLanes,
    answers: sameAnswers<JoinReply>({ seconds: FRESH_SECONDS, most: MOST_ANSWERS, elapsed }),
    ...{ now, elapsed },
  });
  const pilots = { condor: tools, templatesDirectory, stateDirectory, turns: takeTurns, now, elapsed };
  return {
    metrics: told,
    async pool(tick) {
      const seen = await view.get();
      if (tick !== undefined) nudges.asked(tick, seen.observedAt);
      return seen;
    },
    about: about({ config, condor: patient, now }),
    async metricsText() {
      await ends();
      return told.text();
    },
    submit: changing(submitter(pilots)),
    remove: changing(remover(pilots)),
    drain: changing(drainer(tools, 'drain', patient)),
    undrain: changing(drainer(tools, 'undrain', patient)),
    forget: changing(forgetter(tools)),
    tellUsers: poolUsers(tools, elapsed),
    joinsAreFull: joinLanes.isFull,
    join,
    ...(challenges === undefined ? {} : { challenge: challenges.ask }),
  };
};
