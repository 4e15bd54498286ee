import { describe, expect, it } from 'vitest';
import { type Place, USUAL_PLACE } from '../../../core/settings/place.ts';
import { parseFleetSettings } from '../../../core/settings/settings.ts';

const PLACE = { ...USUAL_PLACE, clouds: ['site'] };
const ON_SITE = { cloud: 'site', flavours: 'm1.large(4c,8192m), gpu-8c(8c,65536m,1g)' };

const problemsOf = (raw: Readonly<Record<string, string>>, place: Place = PLACE) => {
  const parsed = parseFleetSettings('default', raw, { place });
  return parsed.ok ? [] : parsed.problems.map(({ knob, why }) => `${knob} ${why}`);
};

describe('the cloud of a fleet', () => {
  it('is EC2 unless it says another one', () => {
    expect(parseFleetSettings('default', {})).toMatchObject({ ok: true, settings: { cloud: 'ec2' } });
  });

  it('may be one of the stage, with flavours of any name', () => {
    expect(parseFleetSettings('default', ON_SITE, { place: PLACE })).toMatchObject({
      ok: true,
      settings: {
        cloud: 'site',
        flavours: [
          { name: 'm1.large', cpus: 4, memoryMb: 8192, gpus: 0 },
          { name: 'gpu-8c', cpus: 8, memoryMb: 65_536, gpus: 1 },
        ],
      },
    });
  });

  it("has none of AWS's prices, also where a site calls a flavour as AWS does", () => {
    const flavours = 'm5.large(2c,8192m)';
    const at = { place: { ...PLACE, region: 'us-east-1' } };
    const listed = (cloud: string) => parseFleetSettings('default', { cloud, flavours }, at);
    expect(listed('site')).toMatchObject({ settings: { listPrices: {} } });
    expect(listed('ec2')).toMatchObject({ settings: { listPrices: { 'm5.large': 0.096 } } });
  });

  it.each<readonly [string, Readonly<Record<string, string>>, string]>([
    [
      'a cloud that the stage does not have',
      { ...ON_SITE, cloud: 'sit' },
      'cloud is "sit", and the stage has no cloud of that name; it has: ec2, site. Name one of them, or add it to "clouds" of the stage and deploy',
    ],
    [
      'what is no name of a cloud',
      { cloud: 'My Site' },
      'cloud is "My Site"; expected ec2, or the name of a cloud of the stage',
    ],
    [
      'a market that it does not have',
      { ...ON_SITE, market: 'spot-first' },
      'market is spot-first, and the cloud site has no spot machines; set it to on-demand',
    ],
    [
      'any type of what only EC2 is known of',
      { cloud: 'site', flavours: 'any(2-8c)' },
      "flavours ask for any type, and only EC2's are known; name those of the cloud site, such as m1.large(4c,8192m)",
    ],
    [
      'a flavour of another cloud on EC2',
      { flavours: 'm6i.large, gpu-8c(8c,65536m,1g)' },
      'flavours have gpu-8c, which is no instance type of EC2; name types such as m6i.large, or set cloud to the one that has it',
    ],
  ])('is refused in one sentence with %s', (_, raw, sentence) => {
    expect(problemsOf(raw)).toEqual([sentence]);
  });

  const M6I = { flavours: 'm6i.large' };
  it.each([
    [
      'a cloud that it is not deployed for',
      ON_SITE,
      [],
      'cloud is "site", and fleet default is deployed for ec2',
    ],
    ['EC2, deployed for another', M6I, ['default'], 'cloud is "ec2", and fleet default is deployed for site'],
  ])('is refused with %s: its workers would not join', (_, raw, site, begins) => {
    const [only, ...others] = problemsOf(raw, { ...PLACE, deployedOn: { site } });
    expect([only, others]).toEqual([expect.stringContaining(begins), []]);
    expect(only).toContain('Say cloud in fleets.default of cdk.json and deploy');
  });

  it('may be what it is deployed for', () => {
    expect(problemsOf(ON_SITE, { ...PLACE, deployedOn: { site: ['default'] } })).toEqual([]);
    expect(problemsOf(M6I, { ...PLACE, deployedOn: { site: ['batch'] } })).toEqual([]);
  });
});
