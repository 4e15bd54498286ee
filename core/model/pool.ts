import * as z from 'zod';
import { cut } from './words.ts';

/**
 * The endpoint's API (`/v1`): what crosses the wire between the Lambdas and the service beside the collector.
 * Moments are seconds since 1970. Both ends parse with these schemas.
 */

/** The year 5138: what is beyond it is no moment, but milliseconds, or somebody's joke. */
export const LAST_MOMENT = 1e11;

const seconds = z.number().nonnegative().max(LAST_MOMENT);

/** HTCondor's own integers end there. */
const MOST = 2 ** 31 - 1;

const count = z.int().min(0).max(MOST);

/** What does not fit HTCondor's own integers is neither room nor a request for it. */
export const MOST_AMOUNT = MOST;

const amount = z.number().min(0).max(MOST_AMOUNT);

const resources = z.object({ cpus: amount, memoryMb: amount, diskMb: amount, gpus: amount });

/** What somebody else has to say of something: cut where it is read, whatever came. */
const words = z.string().transform(cut);

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** A queue's name: also an SSM path segment, a tag value and a file name on the central manager. */
export const queueName = z.string().regex(NAME);

/** A fleet's name; as a queue's. Also a job's attribute and a worker's tag. */
export const fleetName = z.string().regex(NAME);

/** The fleet that is there by itself: of queues that name none, and of pilots and workers from before there were fleets. */
export const DEFAULT_FLEET = 'default';

/** What clouds' machines are called: EC2's instance ids, and `os-` with the UUID of an OpenStack's server. */
const OF_EC2 = 'i-[0-9a-f]{8,17}';
export const INSTANCE_ID = `(?:${OF_EC2}|os-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})`;

/** The name of a worker everywhere. */
export const instanceId = z.string().regex(new RegExp(`^${INSTANCE_ID}$`));

/** Derived from what is asked, so that asking again is the same request. */
export const requestId = z.string().regex(/^[A-Za-z0-9_.:-]{1,128}$/);

const fleet = fleetName.default(DEFAULT_FLEET);

/** Jobs that ask for the same. */
const likeJobs = {
  shape: resources,
  /** The fleet whose workers take them. */
  fleet,
  /** The longest that one of them may run. Absent: none says. */
  wallSeconds: seconds.exactOptional(),
  idle: count,
  running: count,
  held: count,
  /** Of those that run: on machines that are no workers of aerie. Absent: an endpoint that does not look. */
  elsewhere: count.exactOptional(),
  /** Of the idle ones: those that ran when they became idle, so that their machine is lost. Absent: none. */
  restarting: count.exactOptional(),
};

/** Most moments of which idle jobs of one kind are told. */
export const MOST_MOMENTS = 60;

/**
 * Idle jobs by a moment from which on they have waited, oldest first. They may wait for longer, and never for less: moments
 * are joined to the latest of them.
 */
const waitingSince = z.array(z.object({ at: seconds, count })).max(MOST_MOMENTS);

const queuePilots = z.object({
  queue: queueName,
  /** `waitingSince` is absent from an endpoint that does not tell it of pilots. */
  shapes: z.array(z.object({ ...likeJobs, waitingSince: waitingSince.exactOptional() })),
  /** Pilots that began to run 0–1, 1–2, … 9–10 minutes before `observedAt`. */
  recentStarts: z.array(count).length(10),
  /** Pilots that ended in the last hour, and how many of them within `shortSeconds` of their start. */
  ended: z.object({ count, short: count, shortSeconds: seconds }),
  /** When the credential that this queue's pilots carry ends; null if its template names none. */
  credentialExpiresAt: seconds.nullable().optional(),
});

export type QueuePilots = z.infer<typeof queuePilots>;

/** Jobs that are no pilots and name a fleet (`+AerieFleet`): whoever sent them wants them run there. */
const fleetJobs = z.object({
  fleet: fleetName,
  shapes: z.array(z.object({ ...likeJobs, waitingSince })),
});

export type FleetJobs = z.infer<typeof fleetJobs>;

export const poolWorker = z.object({
  instanceId,
  /** The fleet whose jobs it takes, as it says itself. */
  fleet,
  /** A worker from before there were fleets: it takes the pilots of this queue only. */
  queue: queueName.exactOptional(),
  /** It takes jobs of this width only, in cores, as it says itself. Absent: of any. */
  width: amount.exactOptional(),
  /** The same of its first three minutes: jobs of so many cores or more. Absent: of any. */
  firstWidth: amount.exactOptional(),
  /** How long it takes a job to run that does not say it. Absent: no time. */
  jobWallSeconds: seconds.exactOptional(),
  /** When its longest life is over, as it says itself. Absent: a worker from before there were fleets. */
  endsAt: seconds.exactOptional(),
  total: resources,
  free: resources,
  /** Dynamic slots in use. */
  busy: count,
  /** Takes no new job (drained, or switched off peacefully). */
  draining: z.boolean(),
  /** False if the startd advertises no CCB contact: nothing can be started there. */
  reachable: z.boolean(),
  joinedAt: seconds,
  lastHeardAt: seconds,
  /** Since when no job has run there; null while one runs. */
  idleSince: seconds.nullable(),
  /** Why it takes no new job, in its own words, if it says that it is unwell. Absent: it does not. */
  unwell: words.exactOptional(),
  /** Since when its free room has stayed as it is though a job waited that it takes and that fits. Absent: none does. */
  unmatchedSince: seconds.exactOptional(),
  /** Pilots that ended there in the last hour, and how many soon after their start. Absent: nobody has counted. */
  ended: z.object({ count, short: count }).exactOptional(),
});

export type PoolWorker = z.infer<typeof poolWorker>;

/** A worker that is in the collector and says of itself what cannot be used: nothing else is known of it. */
const unreadableWorker = z.object({ instanceId, why: words });

export type UnreadableWorker = Readonly<z.infer<typeof unreadableWorker>>;

/** Jobs of a queue whose inputs land at a moment that the site knows; without a shape they ask for the queue's own. */
export const landing = z.object({ queue: queueName, at: seconds, count, shape: resources.exactOptional() });

export type Landing = z.infer<typeof landing>;

const part = { complete: z.boolean(), why: words.optional() };

/** `GET /v1/pool`. A part that is not complete says why, and must not be acted on. */
export const poolView = z.object({
  observedAt: seconds,
  collectorStartedAt: seconds,
  pilots: z.object({
    ...part,
    queues: z.array(queuePilots),
    /** Jobs that name a queue or a fleet which cannot be one of aerie's. Absent: none, or an endpoint that does not count them. */
    unreadable: count.exactOptional(),
  }),
  /** Plain jobs; not complete: those of some schedd are not among them. Absent: an endpoint that does not look for them. */
  jobs: z
    .object({
      ...part,
      fleets: z.array(fleetJobs),
      /** Jobs that name a fleet which cannot be one, or that are of more kinds than are told. Absent: none. */
      unreadable: count.exactOptional(),
    })
    .exactOptional(),
  workers: z.object({
    ...part,
    workers: z.array(poolWorker),
    /** In the order of their instance ids; none of them is among `workers`. Absent: as an empty list. */
    unreadable: z.array(unreadableWorker).exactOptional(),
    /** Ads that claim to be of workers and do not say of which. */
    unnamed: count.exactOptional(),
  }),
  /** Absent where the site says nothing of landings; not complete where what it says cannot be used. */
  landings: z
    .object({
      ...part,
      landings: z.array(landing),
      /** Entries that cannot be used; `why` is of the first. Absent: none. */
      unreadable: count.exactOptional(),
    })
    .exactOptional(),
  /** How long a worker's token lives from its join on; absent: an older endpoint does not say. */
  tokenSeconds: seconds.exactOptional(),
  /** Files of the central manager that the admin has named, because what is in them ends; 0: cannot be read. */
  credentials: z.array(z.object({ file: z.string(), expiresAt: seconds })).exactOptional(),
});

export type PoolView = z.infer<typeof poolView>;

/** Most pilots that one request may submit or remove. */
export const MOST_PILOTS_AT_ONCE = 10_000;

const pilotCount = z.int().min(1).max(MOST_PILOTS_AT_ONCE);

/** `POST /v1/pilots`: submit `count` pilots of the queue's template, each asking for `shape`. */
export const submitRequest = z.strictObject({
  requestId,
  queue: queueName,
  count: pilotCount,
  shape: resources,
  /** The fleet whose workers shall take them, and the longest that one of them may run: both ride on each pilot. */
  fleet: fleetName.exactOptional(),
  wallSeconds: count.exactOptional(),
});

export type SubmitRequest = z.infer<typeof submitRequest>;

/** `submitted` is what this request id has put into the schedd, now or when it was first asked. */
export const submitReply = z.object({ submitted: count, repeated: z.boolean() });

export type SubmitReply = z.infer<typeof submitReply>;

/**
 * `POST /v1/pilots/remove`: remove up to `count` idle pilots of the queue, newest first, but leave `leave` of them.
 * Because of `leave`, asking again removes nothing more.
 */
export const removeRequest = z.strictObject({
  queue: queueName,
  count: pilotCount,
  leave: count,
  /** Only those that ask for this fleet: of a fleet that is gone. Absent: whichever they ask for. */
  fleet: fleetName.exactOptional(),
});

export type RemoveRequest = z.infer<typeof removeRequest>;

export const removeReply = z.object({ removed: count });

/** `POST /v1/workers/drain`, `/undrain` and `/forget`. */
export const workersRequest = z.strictObject({ instanceIds: z.array(instanceId).min(1).max(1_000) });

/** Why a worker could not be drained whose startd is not in the collector at this moment; nothing else says that. */
export const NOT_IN_COLLECTOR = 'not in the collector';

/** Per instance: done, or why not. Partial success is a value. */
export const workersReply = z.object({
  done: z.array(instanceId),
  failed: z.array(z.object({ instanceId, why: words })),
});

export type WorkersReply = z.infer<typeof workersReply>;

/** What became of a queue or a fleet at a tick, for those who use the pool and have no rights on the control plane. */
const poolState = z.strictObject({
  of: z.enum(['queue', 'fleet']),
  name: queueName,
  /** `acting`: it submits or launches; `held`: it does nothing, for want of facts; `limited`: something keeps it from more. */
  state: z.enum(['acting', 'met', 'idle', 'limited', 'held']),
  /** What limits it, a sentence; absent: nothing. */
  limit: words.exactOptional(),
  /** When the first of its machines that are on their way is expected to take jobs; absent: none is, or nobody can say. */
  machineAt: seconds.exactOptional(),
});

export type PoolState = Readonly<z.infer<typeof poolState>>;

/** As many queues as a stage may have, and as many fleets. */
const MOST_STATES = 1_000;

/** `POST /v1/states`: what the endpoint tells the collector of queues or of fleets. */
export const statesRequest = z.strictObject({
  stage: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/),
  states: z.array(poolState).min(1).max(MOST_STATES),
});

export type StatesRequest = Readonly<z.infer<typeof statesRequest>>;

export const statesReply = z.object({ advertised: count });

export type StatesReply = z.infer<typeof statesReply>;

/** Every refusal: one sentence that says what was expected, what came, and what to do. */
export const refusal = z.object({ error: words });

/**
 * `POST /v1/workers/join`: a booting worker proves who it is with an STS `GetCallerIdentity` request that it has
 * signed with its instance role and not sent. The endpoint sends it, and learns from STS whose signature it is.
 * `headers` are those of the signed request, names in small letters; `x-aerie-pool` names this pool and is signed too,
 * so that a proof for one pool is none for another.
 */
export const joinRequest = z.strictObject({
  // Only a role of AWS can be shown so.
  instanceId: z.string().regex(new RegExp(`^${OF_EC2}$`)),
  headers: z.strictObject({
    host: z.string().max(256),
    'content-type': z.literal('application/x-www-form-urlencoded; charset=utf-8'),
    'x-amz-date': z.string().regex(/^[0-9]{8}T[0-9]{6}Z$/),
    'x-amz-security-token': z.string().max(4096),
    'x-aerie-pool': z.string().max(256),
    authorization: z.string().max(1024),
  }),
});

export type JoinRequest = z.infer<typeof joinRequest>;

/** The body of that request, always the same. */
export const GET_CALLER_IDENTITY = 'Action=GetCallerIdentity&Version=2011-06-15';

/** `token`: an HTCondor IDTOKEN for exactly that instance, for `tokens.d`; `expiresAt`: when it ends. */
export const joinReply = z.object({ token: z.string(), expiresAt: seconds });

export type JoinReply = z.infer<typeof joinReply>;
