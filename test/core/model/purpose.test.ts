import { expect, it } from 'vitest';
import { type Purpose, purpose, purposeOf } from '../../../core/model/purpose.ts';

const ALL: Purpose = {
  ...{ fleet: 'default', onlyQueue: 'BNL', width: 8, meantFor: '8c', kept: true, firstWidth: 8 },
};

it.each<readonly [Purpose]>([
  [ALL],
  ...Object.keys(ALL).map((name): readonly [Purpose] => [
    { fleet: 'default', [name]: ALL[name as keyof Purpose] },
  ]),
])('what a worker is for is kept as it is: %j', (of) => {
  expect(purposeOf({ ...of, launchId: 'not of it' } as Purpose)).toStrictEqual(of);
  expect(purpose.parse(of)).toStrictEqual(of);
});
