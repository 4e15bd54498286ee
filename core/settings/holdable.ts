import { fits, type Resources, type Shape } from '../model/resources.ts';

/** Each dimension of a shape in the order in which it is looked at, with the knob that asks for it and its unit. */
const DIMENSIONS = [
  { of: 'cpus', knob: 'cpus', unit: 'cores' },
  { of: 'memoryMb', knob: 'memory-mb', unit: 'MB of memory' },
  { of: 'gpus', knob: 'gpus', unit: 'GPUs' },
  { of: 'diskMb', knob: 'disk-mb', unit: 'MB of disk' },
] as const satisfies readonly {
  readonly of: keyof Resources;
  readonly knob: string;
  readonly unit: string;
}[];

/** Why no worker can hold one pilot of a shape: the knob that is to blame, and a sentence that goes behind its name. */
export interface Lack {
  readonly knob: string;
  readonly why: string;
}

/**
 * Finds the first dimension of which no worker has enough for one pilot, or says that none has all at once; undefined if
 * one can hold it. `all` is what a worker of each flavour offers, with infinite disk where that is not known.
 */
export const lackOf = (shape: Shape, all: readonly Resources[]): Lack | undefined => {
  const rooms = all.filter(({ gpus }) => gpus === 0 || shape.gpus > 0);
  if (rooms.some((room) => fits(shape, room))) return undefined;
  if (rooms.length === 0 && all.length > 0) {
    return {
      knob: 'flavours',
      why: 'have GPUs, all of them, which are kept for pilots that ask for one; add a flavour without',
    };
  }
  for (const { of, knob, unit } of DIMENSIONS) {
    const most = Math.max(0, ...rooms.map((room) => room[of]));
    if (shape[of] <= most) continue;
    const mend = of === 'diskMb' ? 'give the stage a larger workerDiskGb' : 'add a flavour that has more';
    return {
      knob,
      why: `is ${shape[of]}, and ${most} is the most ${unit} that a worker of these flavours offers; ask for less, or ${mend}`,
    };
  }
  return {
    knob: 'flavours',
    why: 'have none that offers the cores, the memory, the GPUs and the disk of a pilot at once; add one that does',
  };
};
