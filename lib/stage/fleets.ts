import * as z from 'zod';
import { EC2 } from '../../core/model/clouds.ts';
import { got } from './matching.ts';

/**
 * What a fleet can be launched from of its own. Each means what the setting of the stage with that name means, and stands for
 * this fleet in its place.
 */
const OWN_SOURCE = [
  'image',
  'arm64Image',
  'rootDevice',
  'workerDiskGb',
  'scratchVolume',
  'worker',
  'workerUserData',
] as const;

type OwnSource = (typeof OWN_SOURCE)[number];

const isOwnSource = (name: string): name is OwnSource => OWN_SOURCE.some((own) => own === name);

/** Numbers may be written as numbers; SSM holds text. */
export const knobs = z.record(
  z.string(),
  z.union([z.string(), z.number().transform(String)], {
    error: ({ input }) => got(input, 'a string or a number'),
  }),
);

/** One fleet as cdk.json says it. */
export interface FleetBlock {
  /** Its knobs, as texts. */
  readonly knobs: Readonly<Record<string, string>>;
  /** What it is launched from of its own, not judged yet; empty: it is launched from what the stage is. */
  readonly source: Readonly<Partial<Record<OwnSource, unknown>>>;
}

const partOf = (given: Readonly<Record<string, unknown>>, wanted: (name: string) => boolean) =>
  Object.fromEntries(Object.entries(given).filter(([name]) => wanted(name)));

const fleet = z
  .record(z.string(), z.unknown(), { error: ({ input }) => got(input, 'an object') })
  .transform((given, context): FleetBlock => {
    const read = knobs.safeParse(partOf(given, (name) => !isOwnSource(name)));
    for (const issue of read.error?.issues ?? []) {
      context.addIssue({ code: 'custom', path: [...issue.path], message: issue.message });
    }
    return { knobs: read.data ?? {}, source: partOf(given, isOwnSource) };
  });

export const FLEETS_ALLOWED = 'fleets by their names';
/** The fleets of a stage by their names. */
export const fleets = z
  .record(z.string(), fleet, { error: ({ input }) => got(input, FLEETS_ALLOWED) })
  .default({});

/** What is set up by `worker`, and means nothing to user-data of the site's own. */
const OF_WORKER = ['worker', 'workerCaFile', 'workerSite', 'workerLogs', 'sessionManager', 'squid'];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Returns the block of a stage that is launched as one of its fleets is: the stage's own, with what the fleet has in its place.
 * Of `worker` the fleet says only what differs. The stage's image pipeline bakes the stage's image, and no fleet's.
 */
export const blockOfFleet = (
  { imagePipeline: _, ...block }: Readonly<Record<string, unknown>>,
  { source }: FleetBlock,
): Readonly<Record<string, unknown>> => {
  if (source.workerUserData !== undefined && source.worker === undefined) {
    return { ...partOf(block, (name) => !OF_WORKER.includes(name)), ...source };
  }
  const { workerUserData: __, ...others } = block;
  const base = source.worker === undefined ? block : others;
  if (!isObject(source.worker) || !isObject(base.worker)) return { ...base, ...source };
  return { ...base, ...source, worker: { ...base.worker, ...source.worker } };
};

/** The cloud that a fleet's machines are had from, as its block says: `ec2`, or the name of another one of the stage. */
export const cloudOf = ({ knobs: { cloud = EC2 } }: FleetBlock): string => cloud;

/** Whether a fleet is launched from something of its own: machines of another cloud have other programs. */
export const hasOwnSource = (fleet: FleetBlock): boolean =>
  Object.keys(fleet.source).length > 0 || cloudOf(fleet) !== EC2;

/** Returns what a fleet is launched from: something of its own, or what the stage is. */
export const launchedFrom = <B>(
  stage: B & { readonly ownFleets: Readonly<Record<string, B>> },
  fleet: string | undefined,
): B =>
  (fleet !== undefined && Object.hasOwn(stage.ownFleets, fleet) ? stage.ownFleets[fleet] : undefined) ??
  stage;
