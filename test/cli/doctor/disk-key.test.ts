import { expect, it } from 'vitest';
import { block } from './breakages.ts';
import { amiss } from './found.ts';
import { examineWorld, wellWorld } from './world.ts';

const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef';

it("a customer's key is said to be named and not to be looked at, with the command that shows it", async () => {
  const world = wellWorld();
  block(world, { diskKey: KEY });
  const examination = await examineWorld(world);
  expect(amiss(examination)).toEqual([]);
  expect(examination.findings.find(({ kind }) => kind === 'ebs-key')).toEqual({
    kind: 'ebs-key',
    level: 'ok',
    text: `disks are encrypted with ${KEY}, which the stage names; whether it is enabled: aws kms describe-key --key-id ${KEY}`,
  });
});
