import { expect, it } from 'vitest';
import { lackOf } from '../../../core/settings/holdable.ts';
import { LARGE, NARROW, WIDE } from '../worlds.ts';

const WITH_GPU = { ...LARGE, gpus: 1 };

it.each([
  ['nothing where one holds it', NARROW, [LARGE], undefined],
  ['cores, where none has enough', WIDE, [LARGE], 'cpus'],
  ['memory', { ...NARROW, memoryMb: 9000 }, [LARGE], 'memory-mb'],
  ['disk', { ...NARROW, diskMb: 900_000 }, [LARGE], 'disk-mb'],
  ['GPUs', { ...NARROW, gpus: 2 }, [WITH_GPU], 'gpus'],
  ['flavours, where all have GPUs and it asks for none', NARROW, [WITH_GPU], 'flavours'],
  ['nothing where it asks for the GPU that they have', { ...NARROW, gpus: 1 }, [WITH_GPU], undefined],
  ['cores, where there is no flavour at all', NARROW, [], 'cpus'],
  ['cores first, where it lacks more', { ...WIDE, gpus: 9, diskMb: 900_000 }, [LARGE], 'cpus'],
  ['GPUs before disk', { ...NARROW, gpus: 2, diskMb: 900_000 }, [WITH_GPU], 'gpus'],
  [
    'a flavour that has all of it at once',
    { ...NARROW, cpus: 4, memoryMb: 9000 },
    [
      { ...LARGE, cpus: 8 },
      { ...LARGE, memoryMb: 64_000 },
    ],
    'flavours',
  ],
])('a pilot lacks %s', (_, shape, rooms, knob) => {
  expect(lackOf(shape, rooms)?.knob).toBe(knob);
});
