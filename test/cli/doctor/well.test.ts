import { describe, expect, it } from 'vitest';
import { KINDS } from '../../../cli/doctor/kinds.ts';
import { answers, block } from './breakages.ts';
import { IMAGE, launcher, metricData } from './well-account.ts';
import { examineWorld, type World, wellWorld } from './world.ts';

/** Has the deployed launcher name the templates of fleets that have one of their own. */
const launcherSays = (world: World, fleets: string): void =>
  answers(world, { 'lambda:GetFunctionConfiguration': () => launcher({ AERIE_FLEETS: fleets }) });

describe('a stage of which nothing is amiss', () => {
  it('is ok in every kind of finding there is', async () => {
    const { code, findings } = await examineWorld(wellWorld());
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(new Set(findings.map(({ kind }) => kind))).toEqual(new Set(Object.keys(KINDS)));
    expect(code).toBe(0);
  });
});

describe('a stage without PanDA', () => {
  it('is ok in every kind of finding but those of PanDA, and no function for pilots is looked for', async () => {
    const world = wellWorld();
    block(world, { pandaUrl: undefined, queues: {} });
    answers(world, {
      'cloudwatch:GetMetricData': metricData((name, of) => (name === 'Ticks' && of === 'workers' ? 3 : 0)),
    });
    const { code, findings } = await examineWorld(world);
    const others = findings
      .filter(({ level }) => level !== 'ok')
      .map(({ kind, level }) => `${kind} ${level}`);
    expect(others).toEqual(['panda-tls skip', 'panda-api skip', 'panda-sites skip']);
    expect(code).toBe(0);
  });
});

describe('a stage whose workers come from a fleet of its own image, and are ARM', () => {
  const arm = { image: IMAGE, arm64Image: 'ami-000000000000000a1', flavours: 'm7g.large', 'max-workers': 2 };
  const own = JSON.stringify({ arm: { id: 'lt-2', version: '7' } });

  it.each([
    ['that is deployed: by its template', own, 'lt-2'],
    ["that no deploy has made yet: by the stage's template", '{}', 'lt-1'],
  ])('is asked for %s, with the image for ARM', async (_, fleets, template) => {
    const world = wellWorld();
    block(world, { fleets: { default: { 'max-workers': 0 }, arm } });
    launcherSays(world, fleets);
    const { calls } = await examineWorld(world);
    const asked = (action: string) => calls.find((call) => call.action === action)?.params;
    expect(asked('ec2:RunInstances')).toMatchObject({
      InstanceType: 'm7g.large',
      ImageId: arm.arm64Image,
      'LaunchTemplate.LaunchTemplateId': template,
    });
  });
});

describe('a stage with fleets of other images', () => {
  it('has each image looked at, and the rights to each template', async () => {
    const world = wellWorld();
    const gpu = { image: 'ami-00000000000000002', 'max-workers': 2 };
    block(world, { fleets: { default: { flavours: 'm6i.large, m6a.large' }, gpu } });
    const own = JSON.stringify({ gpu: { id: 'lt-2', version: '1', diskMb: 1 } });
    launcherSays(world, own);
    const { calls, findings } = await examineWorld(world);
    expect(findings.filter(({ level }) => level === 'FAIL')).toEqual([]);
    const images = calls.map(({ params }) => params['ImageId.1']).filter((id) => id !== undefined);
    expect(images).toEqual(expect.arrayContaining([IMAGE, gpu.image]));
    const asked = calls.map(({ params }) => String(params['ResourceArns.member.1']));
    for (const id of ['lt-1', 'lt-2']) {
      expect(asked.filter((arn) => arn.endsWith(`:launch-template/${id}`))).toHaveLength(1);
    }
  });
});
