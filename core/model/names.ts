import { DEFAULT_FLEET } from './pool.ts';

/** FNV-1a, 64 bit, in hex: names the same thing the same way every time, without a crypto library. */
const fnv1a64 = (text: string): string => {
  let value = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i += 1) {
    value = BigInt.asUintN(64, (value ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n);
  }
  return value.toString(16).padStart(16, '0');
};

/** The n-th launch of a fleet in a tick. */
export const launchIdOf = (fleet: string, at: number, index: number): string => `${fleet}.${at}.${index}`;

/**
 * EC2's client token of a launch: at most 64 ASCII characters, so the names are hashed. The same launch of the same
 * stage always has the same token, and no other has it.
 */
export const clientTokenOf = (stage: string, launchId: string): string => {
  const moment = launchId.split('.').slice(-2).join('-');
  return `aerie-${fnv1a64(`${stage}/${launchId}`)}-${moment}`;
};

/** The request id of a queue's submission in a tick. */
export const submissionIdOf = (queue: string, at: number): string => `${queue}.${at}`;

/** Where the settings of a stage's queues stand in SSM: below it everything is `<queue>/<knob>`. */
export const queuesPath = (stage: string): string => `/aerie/${stage}/queues`;

/** The same of its fleets: `<fleet>/<knob>`. */
export const fleetsPath = (stage: string): string => `/aerie/${stage}/fleets`;

/** The partition of the ledger that holds the settings, and the only one that the settings function may touch. */
export const SETTINGS_PARTITION = 'settings';

/**
 * Where a stage's image pipeline writes the id of each image that has passed its tests. Image Builder's own role may
 * write below `/imagebuilder/` and nowhere else.
 */
export const imagePath = (stage: string): string => `/imagebuilder/aerie/${stage}/image`;

/** Where the admin keeps the endpoint's bearer secret, as a SecureString. */
export const secretPath = (stage: string): string => `/aerie/${stage}/endpoint/secret`;

/** The stack of a stage: the command line finds what is deployed by it. */
export const stackNameOf = (stage: string): string => `aerie-${stage}`;

/**
 * The IAM role of a stage's workers. Its name can be written into the endpoint's `sts.roles` before anything is deployed,
 * so that the first worker is admitted.
 */
export const workerRoleName = (stage: string): string => `aerie-${stage}-worker`;

/** Whose jobs a worker was launched for, as its tags say; undefined: they do not. */
export const belongingIn = (
  tags: Readonly<Record<string, string>>,
): { readonly fleet: string; readonly onlyQueue?: string } | undefined => {
  const [fleet, queue] = [tags[TAG.fleet], tags[TAG.queue]];
  if (fleet !== undefined) return { fleet };
  return queue === undefined ? undefined : { fleet: DEFAULT_FLEET, onlyQueue: queue };
};

/** Tags of everything aerie launches. A worker reads its fleet and its limits from them at boot. */
export const TAG = {
  stage: 'aerie:stage',
  /** The fleet it is of. */
  fleet: 'aerie:fleet',
  /** The queue it serves: on workers from before there were fleets. */
  queue: 'aerie:queue',
  launch: 'aerie:launch',
  /** The cloud it is launched on; absent: EC2. */
  cloud: 'aerie:cloud',
  lingerSeconds: 'aerie:linger-seconds',
  /** The same once a job has run since it booted or woke, of one that may sleep; absent: as before. */
  lingerAfterJobSeconds: 'aerie:linger-after-job-seconds',
  maxLifeSeconds: 'aerie:max-life-seconds',
  /** What the launch was counted on to have, at least: a worker that has less ends itself before it joins. */
  promised: 'aerie:promised',
  /** `drain`: a rebalance recommendation keeps new jobs from the worker; absent: it does nothing. */
  rebalance: 'aerie:rebalance',
  /** Jobs of so many cores only; absent: of any. */
  width: 'aerie:width',
  /** In its first minutes: jobs of so many cores or more. Absent: of any. */
  firstWidth: 'aerie:first-width',
  /** How long a job is taken to run that does not say it itself. */
  jobWallSeconds: 'aerie:job-wall-seconds',
  /** The image it was launched from instead of its template's own. */
  image: 'aerie:image',
  /** What a server of an OpenStack is to answer the endpoint with. */
  challenge: 'aerie:challenge',
  /** Put on an instance by an operator: aerie does nothing to it. */
  protected: 'aerie:protected',
} as const;

/** The tags that are written on a machine that is woken: what it promises then. No right allows others. */
export const WAKE_TAGS = [TAG.promised] as const;
