import { expect, it } from 'vitest';
import { instanceId, joinRequest } from '../../../core/model/pool.ts';

const SERVER = 'os-5d0c1a1e-1111-4222-8333-444455556666';

it.each([
  ['i-0123456789abcdef0', true],
  ['i-01234567', true],
  [SERVER, true],
  ['5d0c1a1e-1111-4222-8333-444455556666', false],
  ['os-5d0c1a1e', false],
  ['os-0123456789abcdef0', false],
  ['i-0123456789ABCDEF0', false],
  [`${SERVER}\n`, false],
  [`x${SERVER}`, false],
  ['', false],
])('%j is the id of a machine: %s', (text, isId) => {
  expect(instanceId.safeParse(text).success).toBe(isId);
});

it('a proof by a role of AWS is for a machine of EC2', () => {
  const { instanceId: joining } = joinRequest.shape;
  expect(joining.safeParse('i-0123456789abcdef0').success).toBe(true);
  expect(joining.safeParse(SERVER).success).toBe(false);
});
