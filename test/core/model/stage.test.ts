import { describe, expect, it } from 'vitest';
import { inSight, type Stage, stageOfFleet } from '../../../core/model/stage.ts';
import { STAGE } from '../worlds.ts';

const GPU = { template: { id: 'lt-gpu', version: '1' }, workerDiskMb: 7 };

describe('the stage as a fleet is launched', () => {
  const everywhere = { stage: 'lab', placements: STAGE.placements, tags: { site: 'x' } };
  const stage: Stage = {
    ...{ ...STAGE, ...everywhere, imageUnknown: 'slow', arm64Image: 'ami-arm' },
    fleets: { gpu: GPU, arm: { ...GPU, arm64Image: 'ami-2', imageUnknown: 'lost' } },
  };

  it.each<readonly [string, Stage, string, Stage]>([
    ['is the stage where the fleet has nothing of its own', stage, 'default', stage],
    ['is the stage where no fleet has', STAGE, 'gpu', STAGE],
    ['has what the fleet has, and the rest of the stage', stage, 'gpu', { ...everywhere, ...GPU }],
    [
      'has images of the fleet, and what is unknown of them',
      stage,
      'arm',
      { ...everywhere, ...GPU, arm64Image: 'ami-2', imageUnknown: 'lost' },
    ],
    ['is the stage for a name that no fleet has', stage, 'constructor', stage],
  ])('%s', (_, of, fleet, expected) => {
    expect(stageOfFleet(of, fleet)).toEqual(expected);
  });

  it('has on another cloud the image and the places of that cloud, and a template of its own', () => {
    const site = { imageId: 'image-1', placements: [{ subnetId: 'net-1', zone: 'nova' }] };
    const { id, version } = stage.template;
    expect(stageOfFleet({ ...stage, clouds: { site } }, 'default', 'site')).toEqual({
      ...{ stage: 'lab', tags: { site: 'x' }, workerDiskMb: stage.workerDiskMb },
      ...{ cloud: 'site', clouds: { site }, placements: site.placements },
      template: { id: `${id}@site`, version, imageId: 'image-1' },
    });
  });

  it('has no place on a cloud that it does not have', () => {
    expect(stageOfFleet(stage, 'gpu', 'constructor')).toMatchObject({
      ...{ placements: [], cloud: 'constructor' },
      template: { id: 'lt-gpu@constructor', version: '1' },
    });
  });
});

describe('machines that can prove something of the pool', () => {
  const seen = { imageId: 'image-1', placements: [] };
  const unseen = { ...seen, unknown: 'its Nova answers HTTP 503' };
  const [onEc2, onOther] = [{ instanceId: 'i-00000001' }, { instanceId: 'os-1' }];

  it.each<readonly [string, Pick<Stage, 'clouds'>, readonly object[]]>([
    ['all, where there is EC2 alone', {}, [onEc2, onOther]],
    ['all, where each cloud says what it has', { clouds: { site: seen } }, [onEc2, onOther]],
    ['those of EC2, where the other cloud says nothing', { clouds: { site: unseen } }, [onEc2]],
    ['those of EC2, where one of two says nothing', { clouds: { a: seen, b: unseen } }, [onEc2]],
  ])('are %s', (_, stage, expected) => expect(inSight(stage, [onEc2, onOther])).toEqual(expected));
});
