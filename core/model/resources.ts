import * as z from 'zod';
import type { Parsed } from './parsed.ts';

/** What a pilot asks for or a worker offers: whole cores, MB (2^20 bytes, as HTCondor counts), whole GPUs. */
export const resources = z.object({
  cpus: z.number().min(0),
  memoryMb: z.number().min(0),
  diskMb: z.number().min(0),
  gpus: z.number().min(0),
});

export type Resources = Parsed<typeof resources>;

/** A number of waiting pilots of one shape. */
export interface Waiting {
  readonly shape: Shape;
  readonly count: number;
}

/** The shape of a pilot is what it asks the matchmaker for. */
export type Shape = Resources;

/** What HTCondor is asked for: whole cores, one at least, and whole MB and GPUs. */
export const asRequested = (shape: Shape): Shape => ({
  cpus: Math.max(1, Math.ceil(shape.cpus)),
  memoryMb: Math.ceil(shape.memoryMb),
  diskMb: Math.ceil(shape.diskMb),
  gpus: Math.ceil(shape.gpus),
});

export const fits = (need: Resources, room: Resources): boolean =>
  need.cpus <= room.cpus &&
  need.memoryMb <= room.memoryMb &&
  need.diskMb <= room.diskMb &&
  need.gpus <= room.gpus;

/** The smaller of two in each of its dimensions. */
export const least = (a: Resources, b: Resources): Resources => ({
  cpus: Math.min(a.cpus, b.cpus),
  memoryMb: Math.min(a.memoryMb, b.memoryMb),
  diskMb: Math.min(a.diskMb, b.diskMb),
  gpus: Math.min(a.gpus, b.gpus),
});

export const minus = (room: Resources, taken: Resources, times = 1): Resources => ({
  cpus: room.cpus - taken.cpus * times,
  memoryMb: room.memoryMb - taken.memoryMb * times,
  diskMb: room.diskMb - taken.diskMb * times,
  gpus: room.gpus - taken.gpus * times,
});

/** How many pilots of one shape fit into a room at once. A shape that asks for nothing is no shape: 0. */
export const howManyFit = (shape: Shape, room: Resources): number => {
  const ratios = [
    [room.cpus, shape.cpus],
    [room.memoryMb, shape.memoryMb],
    [room.diskMb, shape.diskMb],
    [room.gpus, shape.gpus],
  ] as const;
  const bounds = ratios.filter(([, need]) => need > 0).map(([have, need]) => Math.floor(have / need));
  return bounds.length === 0 ? 0 : Math.max(0, Math.min(...bounds));
};

/** One text for one shape: the key under which pilots of the same shape are counted together. */
export const shapeKey = (shape: Shape): string =>
  `${shape.cpus}c-${shape.memoryMb}m-${shape.diskMb}d-${shape.gpus}g`;
