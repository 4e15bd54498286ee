import { describe, expect, it } from 'vitest';
import { compare } from '../../../core/audit/compare.ts';
import { TAG } from '../../../core/model/names.ts';
import { fleet, inPool, NOW } from '../worlds.ts';
import { type Given, ID, instance, old, PROTECTED, startd, VIEWED_AT, world } from './audited.ts';

describe('a record of an instance that had none', () => {
  const adopted = (given: Given) =>
    compare(world(given)).flatMap(({ remedy }) => (remedy.kind === 'adopt' ? [remedy.worker] : []))[0];

  it('is of its tag’s fleet and its flavour’s room, whatever its ad says', () => {
    const seen = inPool(ID, {
      fleet: 'CERN',
      joinedAt: NOW - 99,
      total: { ...startd.total, cpus: 7 },
      lastHeardAt: VIEWED_AT,
    });
    expect(adopted({ instances: [instance()], startds: [seen] })).toMatchObject({
      ...{ instanceId: ID, fleet: 'HTC', launchId: 'HTC.1.0', launchedAt: NOW - 300 },
      ...{ offers: { cpus: 2 }, state: { kind: 'joined', joinedAt: NOW - 99 } },
    });
  });

  it('is of the template that EC2’s own tags name', () => {
    const tags = { 'aws:ec2launchtemplate:id': 'lt-1', 'aws:ec2launchtemplate:version': '2' };
    expect(adopted({ instances: [instance({}, tags)] })?.template).toEqual({ id: 'lt-1', version: '2' });
    expect(adopted({ instances: [instance()] })).not.toHaveProperty('template');
  });

  it.each<readonly [string, string, object]>([
    ['as its name says', 'c5.xlarge', { cpus: 4, memoryMb: 7500, gpus: 0 }],
    ['as the fleet says, where no name says it', 'g5.xlarge', { cpus: 3, memoryMb: 9200, gpus: 1 }],
    ['as the fleet says, before the name does', 'm6i.large', { cpus: 1, memoryMb: 740, gpus: 0 }],
    ['nothing, where nobody knows it', 'x2idn.large', { cpus: 0, memoryMb: 0, diskMb: 0, gpus: 0 }],
  ])('offers what its type has: %s', (_, flavour, offers) => {
    const flavours = 'g5.xlarge(3c,10000m,1g), m6i.large(1c,1000m)';
    const given = { instances: [instance({ offer: { ...instance().offer, flavour } })] };
    const findings = compare({ ...world(given), fleets: [fleet({ flavours }, 'HTC')] });
    expect(findings.map(({ remedy }) => remedy.kind === 'adopt' && remedy.worker.offers)).toEqual([
      expect.objectContaining(offers),
    ]);
  });

  it('is of its tags and flavour, if it has not', () => {
    const worker = adopted({ instances: [instance({}, PROTECTED)] });
    expect(worker).toMatchObject({ fleet: 'HTC', state: { kind: 'booting' }, isProtected: true });
    expect(worker?.offers.cpus).toBe(2);
    expect(adopted({ instances: [instance()] })).not.toHaveProperty('isProtected');
  });

  it('takes the pilots of its queue only, and is of the default fleet, if it is from before there were fleets', () => {
    expect(adopted({ instances: [old({ [TAG.queue]: 'BNL' })] })).toMatchObject({
      ...{ fleet: 'default', onlyQueue: 'BNL', state: { kind: 'booting' } },
    });
    expect(adopted({ instances: [instance({}, { [TAG.queue]: 'BNL' })] })).not.toHaveProperty('onlyQueue');
  });

  it.each([
    ['8', 8],
    ['0', undefined],
    ['wide', undefined],
    [undefined, undefined],
  ])('is kept to the width that its tag says, and to that of its first minutes: %s', (text, width) => {
    const tagged = (tag: string) => (text === undefined ? {} : { [tag]: text });
    expect(adopted({ instances: [instance({}, tagged(TAG.width))] })?.width).toBe(width);
    expect(adopted({ instances: [instance({}, tagged(TAG.firstWidth))] })?.firstWidth).toBe(width);
  });

  it.each([
    ['3600', '3600', true],
    ['120', '3600', undefined],
    [undefined, undefined, undefined],
  ])('stays when it is idle if it lingers for its whole life: %s s of %s s', (linger, life, kept) => {
    const tags =
      linger === undefined || life === undefined
        ? {}
        : { [TAG.lingerSeconds]: linger, [TAG.maxLifeSeconds]: life };
    expect(adopted({ instances: [instance({}, tags)] })?.kept).toBe(kept);
  });

  it('has the room of its flavour as its fleet writes it out', () => {
    const given = { instances: [instance({ offer: { ...instance().offer, flavour: 'g5.odd' } })] };
    const [sides] = [world(given)];
    const odd = { name: 'g5.odd', cpus: 6, memoryMb: 9000, gpus: 1 };
    const fleets = sides.fleets.map((of) =>
      of.ok ? { ...of, settings: { ...of.settings, flavours: [...of.settings.flavours, odd] } } : of,
    );
    const [found] = compare({ ...sides, fleets });
    expect(found?.remedy).toMatchObject({ kind: 'adopt', worker: { offers: { cpus: 6, gpus: 1 } } });
  });

  it('was launched from the template that its tags say, if they do', () => {
    const tags = { 'aws:ec2launchtemplate:id': 'lt-1', 'aws:ec2launchtemplate:version': '7' };
    expect(adopted({ instances: [instance({}, tags)] })?.template).toEqual({ id: 'lt-1', version: '7' });
    expect(adopted({ instances: [instance()] })).not.toHaveProperty('template');
  });

  it('offers nothing, if nobody knows its flavour, and names no launch, if it has no tag', () => {
    const { [TAG.launch]: _, ...tags } = instance().tags;
    const odd = { ...instance({ offer: { ...instance().offer, flavour: 'odd' } }), tags };
    expect(adopted({ instances: [odd] })).toMatchObject({
      launchId: 'unknown',
      offers: { cpus: 0, memoryMb: 0, diskMb: 0 },
    });
  });
});
