import type { Shape } from '../model/resources.ts';
import type { ParsedSettings, ValuesOf, WithSchedule } from './parse.ts';
import { QUEUE_KNOBS } from './queue-knobs.ts';

/** All knobs of one queue. */
export type QueueSettings = { readonly name: string } & ValuesOf<typeof QUEUE_KNOBS> & WithSchedule;

export type ParsedQueue = ParsedSettings<QueueSettings>;

/** PanDA's name of a queue. */
export const siteOf = (settings: QueueSettings): string => settings.siteid || settings.name;

/** What one pilot of a queue asks for. */
export const shapeOf = ({
  cpus,
  memoryMb,
  diskMb,
  gpus,
}: Pick<QueueSettings, 'cpus' | 'memoryMb' | 'diskMb' | 'gpus'>): Shape => ({
  cpus,
  memoryMb,
  diskMb,
  gpus,
});

/** What a pilot asks for whose queue says nothing of it. */
export const USUAL_SHAPE: Shape = {
  cpus: Number(QUEUE_KNOBS.cpus.fallback),
  memoryMb: Number(QUEUE_KNOBS['memory-mb'].fallback),
  diskMb: Number(QUEUE_KNOBS['disk-mb'].fallback),
  gpus: Number(QUEUE_KNOBS.gpus.fallback),
};
