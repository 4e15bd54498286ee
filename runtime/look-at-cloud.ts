import type { Instance } from '../core/model/instance.ts';
import { TAG } from '../core/model/names.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import type { Stage } from '../core/model/stage.ts';
import type { Cloud } from '../core/ports.ts';

/** What a cloud beside EC2 has of the stage. It sends no events: one list a tick stands for them. */
export interface Looked {
  readonly cloud: string;
  readonly seen: Snapshot<readonly Instance[]>;
}

/** A cloud that does not answer may take its time over it, which the fleets of EC2 wait for: it is asked so often. */
const ASKED_AGAIN_SECONDS = 60;

/** The tags by which a cloud shows everything that a stage has there. */
const tagsOn = (cloud: string, stage: string) => ({ [TAG.stage]: stage, [TAG.cloud]: cloud });

/** Looks once, at the one cloud that a stage may have beside EC2; undefined: it has none. */
export const lookAtCloud = async (
  cloud: Pick<Cloud, 'list'>,
  { stage, clouds = {} }: Stage,
  now: number,
): Promise<Looked | undefined> => {
  const [name] = Object.keys(clouds);
  return name === undefined ? undefined : { cloud: name, seen: await cloud.list(tagsOn(name, stage), now) };
};

/** The same for every tick of a container, which remembers that there was no answer. */
export const cloudLooker = (
  cloud: Pick<Cloud, 'list'>,
  stage: Stage,
): ((now: number) => Promise<Looked | undefined>) => {
  let absent: { readonly at: number; readonly looked: Looked } | undefined;
  return async (now) => {
    if (absent !== undefined && now >= absent.at && now - absent.at < ASKED_AGAIN_SECONDS)
      return absent.looked;
    const looked = await lookAtCloud(cloud, stage, now);
    absent = looked?.seen.kind === 'unknown' ? { at: now, looked } : undefined;
    return looked;
  };
};

/** The stage as a plan needs it once its cloud has been looked at. */
export const withLook = (stage: Stage, looked: Looked | undefined): Stage => {
  const source = looked === undefined ? undefined : stage.clouds?.[looked.cloud];
  if (looked === undefined || source === undefined || looked.seen.kind === 'known') return stage;
  return { ...stage, clouds: { ...stage.clouds, [looked.cloud]: { ...source, unknown: looked.seen.why } } };
};
