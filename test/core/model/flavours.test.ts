import { describe, expect, it } from 'vitest';
import { isArm64, offered, parseFlavour } from '../../../core/model/flavours.ts';
import { parseFleetSettings } from '../../../core/settings/settings.ts';
import { problemsInWords } from '../../../core/tell/fact-sentence.ts';

describe('a flavour', () => {
  it.each([
    ['m6i.large', { cpus: 2, memoryMb: 8192, gpus: 0 }],
    ['c5.xlarge', { cpus: 4, memoryMb: 8192, gpus: 0 }],
    ['r7a.2xlarge', { cpus: 8, memoryMb: 65_536, gpus: 0 }],
    ['m5ad.24xlarge', { cpus: 96, memoryMb: 393_216, gpus: 0, storeGb: 3_600 }],
    ['m7g.medium', { cpus: 1, memoryMb: 4096, gpus: 0 }],
    ['c8g.2xlarge', { cpus: 8, memoryMb: 16_384, gpus: 0 }],
    ['r6gd.large', { cpus: 2, memoryMb: 16_384, gpus: 0, storeGb: 118 }],
    ['m5d.4xlarge', { cpus: 16, memoryMb: 65_536, gpus: 0, storeGb: 600 }],
    ['c5d.large', { cpus: 2, memoryMb: 4_096, gpus: 0, storeGb: 50 }],
    ['c6id.16xlarge', { cpus: 64, memoryMb: 131_072, gpus: 0, storeGb: 3_776 }],
    ['r5d.large', { cpus: 2, memoryMb: 16_384, gpus: 0, storeGb: 75 }],
    ['c5ad.large', { cpus: 2, memoryMb: 4_096, gpus: 0, storeGb: 75 }],
    ['r8g.medium', { cpus: 1, memoryMb: 8_192, gpus: 0 }],
    ['c7a.medium', { cpus: 1, memoryMb: 2_048, gpus: 0 }],
    ['m6gd.medium', { cpus: 1, memoryMb: 4_096, gpus: 0, storeGb: 59 }],
  ])('%s of a plain family has the size of its name', (name, size) => {
    expect(parseFlavour(name)).toEqual({ name, ...size });
  });

  it.each([
    ['g5.xlarge(4c,16384m,1g)', { name: 'g5.xlarge', cpus: 4, memoryMb: 16_384, gpus: 1 }],
    ['x2idn.16xlarge(64c,1048576m)', { name: 'x2idn.16xlarge', cpus: 64, memoryMb: 1_048_576, gpus: 0 }],
    ['u-6tb1.metal(448c,6291456m)', { name: 'u-6tb1.metal', cpus: 448, memoryMb: 6_291_456, gpus: 0 }],
    ['A_b-1.C(1c,1m,12g)', { name: 'A_b-1.C', cpus: 1, memoryMb: 1, gpus: 12 }],
  ])('%s has the size that is written out', (text, flavour) => {
    expect(parseFlavour(text)).toEqual(flavour);
  });

  it.each([
    'm5g.large',
    'm6a.medium',
    'c7gn.xlarge',
    'm5zn.large',
    'm6i-flex.large',
    'm4.large',
    't3.large',
    'm6i',
    'm6i.0xlarge',
    'm6i.02xlarge',
    '',
    'M6I.large',
    'g5.xlarge(4c)',
    'g5.xlarge(0c,16384m)',
    'g5.xlarge(4c,0m)',
  ])('%j is none that could be planned with', (text) => expect(parseFlavour(text)).toBeUndefined());

  it.each([
    ['an instance store that is larger than its volumes', 118, 50_000, 109_157],
    ['its volumes where they are larger than the instance store', 118, 150_000, 150_000],
    ['its volumes where it has no instance store', 0, 5, 5],
  ])('offers the disk of %s', (_, storeGb, volumesMb, diskMb) => {
    const flavour = { name: 'm6id.large', cpus: 2, memoryMb: 8192, gpus: 0, storeGb };
    expect(offered(flavour, volumesMb).diskMb).toBe(diskMb);
  });

  it.each(['m6g.large', 'c7gn.xlarge', 'r8gd.4xlarge', 'a1.large', 'g5g.xlarge', 't4g.small', 'im4gn.large'])(
    '%s has the processors of ARM',
    (type) => expect(isArm64(type)).toBe(true),
  );

  it.each([
    'm6i.large',
    'm6id.large',
    'g5.xlarge',
    'g4dn.xlarge',
    'p4de.24xlarge',
    'u-6tb1.metal',
    'hpc7a.96xlarge',
  ])('%s has those of x86_64', (type) => expect(isArm64(type)).toBe(false));

  it('offers less memory than EC2 sells, and all of its cores', () => {
    expect(offered({ name: 'm6i.large', cpus: 2, memoryMb: 8192, gpus: 0 }, 50_000)).toEqual({
      cpus: 2,
      memoryMb: 7500,
      diskMb: 50_000,
      gpus: 0,
    });
  });
});

describe('flavours that are given twice', () => {
  const names = (text: string) => {
    const parsed = parseFleetSettings('F', { flavours: text });
    return parsed.ok ? parsed.settings.flavours.map(({ name }) => name) : problemsInWords(parsed.problems);
  };

  it.each([
    'm6i.large, m6a.large, m6i.large',
    'm6i.large, m6i.large(2c,8192m), m6a.large',
    'm6i.large(2c,8192m,0g), m6a.large, m6i.large',
  ])('in one size are one: %s', (text) => {
    expect(names(text)).toEqual(['m6i.large', 'm6a.large']);
  });

  it('in two sizes are a mistake', () => {
    expect(names('m6i.large, m6i.large(2c,7000m)')).toMatch(
      /"m6i.large" is given as \(2c,8192m,0g\) and as \(2c,7000m,0g\); give each type once\); expected/,
    );
  });
});
