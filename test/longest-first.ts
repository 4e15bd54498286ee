import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take longest, in their order, wherever they are among the files of a run. */
const FIRST = [
  'lab/lab',
  'lab/contract',
  'twin/run',
  'cli/ending',
  'lab/',
  'faults/',
  'deploy/',
  'lib/stages',
  'kills/',
  'cli/',
];

const rank = ({ moduleId }: TestSpecification): number => {
  const place = FIRST.findIndex((name) => moduleId.includes(`/test/${name}`));
  return place < 0 ? FIRST.length : place;
};

/** Begins with the long ones, so that no processor waits at the end for one of them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
