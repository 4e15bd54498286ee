import { describe, expect, it } from 'vitest';
import { type LauncherCall, launcherCalls } from '../../../cli/doctor/account/launcher-calls.ts';
import { readConfig, type StageConfig } from '../../../lib/stage/config.ts';
import { ACCOUNT, isAllowed, REGION } from '../../lib/simulated.ts';
import { STAGE, stackOf } from '../../lib/stack-of.ts';
import { answers, block } from './breakages.ts';
import { amiss } from './found.ts';
import { demandsTag } from './organisation.ts';
import { SECURITY_GROUP } from './well-account.ts';
import { examineWorld, wellWorld } from './world.ts';

describe('an organisation that demands a tag', () => {
  it('is no obstacle to a stage that has it', async () => {
    const world = wellWorld();
    block(world, { tags: { CostCenter: '4711' } });
    answers(world, demandsTag('CostCenter'));
    expect(amiss(await examineWorld(world))).toEqual([]);
  });

  it('is found where the stage does not have it', async () => {
    const world = wellWorld();
    answers(world, demandsTag('CostCenter'));
    const { findings } = await examineWorld(world);
    const found = amiss({ findings }).map(({ kind, level, text }) => `${kind} ${level}: ${text}`);
    expect(found).toEqual([
      expect.stringMatching(/^dry-run warn: .*instance, volume without CostCenter/),
      expect.stringMatching(/^dry-run warn: .*fleet, instance, volume without CostCenter/),
      expect.stringMatching(
        /^launcher-rights FAIL: .*ec2:CreateFleet on .*:fleet\/\*: denied by a policy of/,
      ),
      expect.stringMatching(/^launcher-rights FAIL: .*ec2:RunInstances on .*:instance\/\*/),
      expect.stringMatching(/^launcher-rights FAIL: .*ec2:RunInstances on .*:volume\/\*/),
    ]);
  });
});

it("asks about the stack's own security group", async () => {
  const { calls } = await examineWorld(wellWorld());
  const asked = calls.map(({ params }) => String(params['ResourceArns.member.1']));
  expect(asked.filter((arn) => arn.includes(':security-group/'))).toEqual([
    expect.stringMatching(new RegExp(`/${SECURITY_GROUP}$`)),
  ]);
});

describe('the calls that IAM is asked about', () => {
  const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef`;
  const configOf = (more: object): StageConfig => {
    const read = readConfig({ stages: { dev: { ...STAGE, ...more } } }, 'dev');
    if (!read.ok) throw new Error(read.mistakes.join(' '));
    return read.config;
  };
  const identity = { account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/admin`, region: REGION };
  const callsOf = (more: object): readonly LauncherCall[] =>
    launcherCalls({ config: configOf(more) }, { CostCenter: '4711', 'aerie:stage': 'dev' }, identity, {
      templateIds: ['lt-0123456789abcdef0'],
      subnetId: undefined,
      securityGroupId: undefined,
    });
  /** The role that is passed has a name that the evaluator does not know. */
  const evaluated = (calls: readonly LauncherCall[]) =>
    calls.filter(({ action }) => action !== 'iam:PassRole');
  const deniedIn = async (block: object, calls: readonly LauncherCall[]) => {
    const template = stackOf(block);
    const asked = await Promise.all(
      evaluated(calls).map(async ({ action, resource, context }) => {
        const plain = Object.fromEntries(
          Object.entries(context).map(([key, value]) => [
            key,
            typeof value === 'object' ? [...value] : String(value),
          ]),
        );
        const may = await isAllowed(template, 'Launcher', { action, resource, context: plain });
        return may ? [] : [`${action} ${resource}`];
      }),
    );
    return asked.flat();
  };

  it('are all allowed by the role that is deployed', async () => {
    expect(await deniedIn({ diskKey: KEY }, callsOf({ diskKey: KEY }))).toEqual([]);
  });

  it("include those of a customer's key, which a role without the setting is denied", async () => {
    const denied = await deniedIn({}, callsOf({ diskKey: KEY }));
    expect(denied).toHaveLength(6);
    for (const call of denied) expect(call).toMatch(/^kms:/);
  });

  it('are on each kind of thing that a launch makes or uses', () => {
    const kinds = callsOf({})
      .filter(({ action }) => action === 'ec2:RunInstances')
      .map(({ resource }) => resource.split(':')[5]?.split('/')[0]);
    expect(kinds.sort()).toEqual(
      ['image', 'instance', 'launch-template', 'network-interface', 'snapshot', 'volume'].sort(),
    );
  });
});
