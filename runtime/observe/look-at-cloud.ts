import { setTimeout } from 'node:timers/promises';
import type { Instance } from '../../core/model/instance.ts';
import { TAG } from '../../core/model/names.ts';
import { type Snapshot, unknown } from '../../core/model/snapshot.ts';
import type { Stage } from '../../core/model/stage.ts';
import type { Cloud } from '../../core/ports.ts';
import { HTTP_TIMEOUT_SECONDS } from '../run/environment.ts';
import { NEEDED_SECONDS, type TimeLeft } from '../run/time-left.ts';

/** What a cloud beside EC2 has of the stage. It sends no events: one list a tick stands for them. */
export interface Looked {
  readonly cloud: string;
  readonly seen: Snapshot<readonly Instance[]>;
}

/** The fleets of EC2 wait for a cloud that does not answer: it is asked so often. */
const ASKED_AGAIN_SECONDS = 60;

/** … and waited for as long as PanDA and the endpoint are for one answer of theirs. */
const WAITED_SECONDS = HTTP_TIMEOUT_SECONDS;

/** How long a tick waits for it: launches of other clouds keep the time that they need, with what is written down before them. */
const patience = (timeLeft: TimeLeft): number =>
  Math.max(0, Math.min(WAITED_SECONDS, timeLeft() - NEEDED_SECONDS.launch - NEEDED_SECONDS.keep));

/** Waits so many seconds, or until nobody needs it any more. */
export type Wait = (seconds: number, signal: AbortSignal) => Promise<unknown>;

const inTime: Wait = (seconds, signal) => setTimeout(1_000 * seconds, undefined, { signal });

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
  wait: Wait = inTime,
): ((now: number, timeLeft: TimeLeft) => Promise<Looked | undefined>) => {
  const [name] = Object.keys(stage.clouds ?? {});
  let absent: { readonly at: number; readonly looked: Looked } | undefined;
  /** What hangs is given up, and may still answer: nobody hears that. */
  const lookFor = async (name: string, seconds: number, now: number): Promise<Looked | undefined> => {
    const over = new AbortController();
    const late = async (): Promise<Looked> => {
      await wait(seconds, over.signal);
      return { cloud: name, seen: unknown(`no answer within ${Math.round(seconds)} s`) };
    };
    try {
      return await Promise.race([lookAtCloud(cloud, stage, now), late()]);
    } finally {
      over.abort();
    }
  };
  return async (now, timeLeft) => {
    if (name === undefined) return undefined;
    if (absent !== undefined && now >= absent.at && now - absent.at < ASKED_AGAIN_SECONDS)
      return absent.looked;
    const looked = await lookFor(name, patience(timeLeft), now);
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
