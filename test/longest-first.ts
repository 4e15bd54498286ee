import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that run whole machines, clouds and days, a minute or more each; the longest first. */
const LONG = [
  'lab/contract',
  'twin/run',
  'cli/ending',
  'lab/',
  'twin/alarms',
  'faults/',
  'deploy/',
  'lib/stages',
  'kills/',
  'cli/',
];

const rank = ({ moduleId }: TestSpecification): number => {
  const place = LONG.findIndex((name) => moduleId.includes(`/test/${name}`));
  return place < 0 ? LONG.length : place;
};

/** Begins with the long ones, so that no processor waits at the end for one of them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
