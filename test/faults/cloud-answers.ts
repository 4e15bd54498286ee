import * as z from 'zod';
import type { TwinInstance } from '../../twin/aws/ec2/instance.ts';
import { Ec2Refusal } from '../../twin/aws/ec2/refusal.ts';
import { stream } from '../../twin/clock/random.ts';
import { ec2Answer, ordered } from '../../twin/in-process/ec2-answers.ts';
import { timedOut } from '../../twin/in-process/sdk.ts';
import { PLACEMENTS } from '../../twin/scenario/placements.ts';
import type { Invocation } from './gate.ts';
import { sleepAnswers } from './sleep-answers.ts';
import type { Truth } from './truth.ts';
import type { Weather } from './weather.ts';
import type { Witness } from './witness.ts';

/** How long an instance may be missing from every answer but that to its own launch. */
const SHOWN_LATE_SECONDS = 300;
const SHORT = 2;
const QUOTA_VCPUS = 12;
/** Of both queues' smallest size; the zone is not the one that is short of capacity. */
const LACKED: readonly string[] = ['m6i.large', 'm6i.2xlarge'];
/** One instance in so many may not be ended. */
const UNENDABLE = 3;

const launchAsked = z.object({
  TargetCapacitySpecification: z.object({ TotalTargetCapacity: z.number() }),
  TagSpecifications: z.array(
    z.object({ ResourceType: z.string(), Tags: z.array(z.object({ Key: z.string(), Value: z.string() })) }),
  ),
});

/** Which launch a fleet is asked for, by its tag, and how many. */
const launchIn = (input: unknown): { readonly launchId: string; readonly count: number } => {
  const { TagSpecifications, TargetCapacitySpecification } = launchAsked.parse(input);
  const tags = TagSpecifications.find(({ ResourceType }) => ResourceType === 'instance')?.Tags ?? [];
  const launchId = tags.find(({ Key }) => Key === 'aerie:launch')?.Value ?? '';
  return { launchId, count: TargetCapacitySpecification.TotalTargetCapacity };
};

/** EC2, as the weather lets it answer, with every birth and end witnessed. */
export const cloudAnswers = (truth: Truth, seed: number, weather: Weather, witness: Witness) => {
  const { ec2, clock } = truth;
  let born = 0;
  const shows = (instance: TwinInstance): boolean =>
    clock.now - instance.launchedAt >= SHOWN_LATE_SECONDS || !weather.is('EC2 shows late');
  const shown = { shows, added: truth.protection.tagsOf };
  const ofSleep = sleepAnswers(truth, weather, witness);

  /** Narrows capacity for one call, as the weather has it now. */
  const short = (): (() => void) => {
    const { limit, quota, refuseFleets } = ec2.faults;
    const [zone] = PLACEMENTS;
    const lifts: (() => void)[] = [];
    if (weather.is('no capacity at all')) lifts.push(limit({ count: 0 }));
    if (weather.is('no spot capacity')) lifts.push(limit({ market: 'spot', count: 0 }));
    if (weather.is('capacity is short')) {
      lifts.push(limit({ zone: zone.zone, count: 0 }), limit({ count: SHORT }));
    }
    const [, { zone: lacking }] = PLACEMENTS;
    for (const flavour of LACKED) {
      const one = { flavour, zone: lacking };
      if (weather.is('a zone lacks a type')) {
        lifts.push(limit({ ...one, count: 0, code: 'InvalidFleetConfiguration' }));
      }
      if (weather.is('fleets refused by name')) {
        lifts.push(refuseFleets({ ...one, code: 'Unsupported', names: true }));
      }
      if (weather.is('fleets refused without a name')) {
        lifts.push(refuseFleets({ ...one, code: 'UnauthorizedOperation', names: false }));
      }
    }
    if (weather.is('fleets throttled inside')) lifts.push(limit({ count: 0, code: 'RequestLimitExceeded' }));
    if (weather.is('quota')) {
      quota('on-demand', QUOTA_VCPUS);
      quota('spot', QUOTA_VCPUS);
      lifts.push(() => {
        quota('on-demand', undefined);
        quota('spot', undefined);
      });
    }
    return () => {
      for (const lift of lifts) lift();
    };
  };
  /** Forbids the end of some instances for one call, as the weather has it now. */
  const unendable = (): (() => void) => {
    const isHit = ({ instanceId }: TwinInstance) =>
      Number.parseInt(instanceId.slice(-2), 16) % UNENDABLE === 0;
    const refuse = (names: boolean) => ec2.faults.refuseEnds({ code: 'UnauthorizedOperation', names, isHit });
    const lifts = [
      ...(weather.is('ends refused by name') ? [refuse(true)] : []),
      ...(weather.is('ends refused without a name') ? [refuse(false)] : []),
    ];
    return () => {
      for (const lift of lifts) lift();
    };
  };
  const carryOut = (command: string, input: unknown, by: Invocation): unknown => {
    if (command === 'CreateFleetCommand') {
      const { launchId, count } = launchIn(input);
      witness.launchAsked(launchId, count);
      const lift = short();
      if (weather.is('workers end at launch')) ec2.faults.failLaunches('Client.InternalError');
      try {
        return ec2Answer(ec2, command, input, shown);
      } finally {
        lift();
        ec2.faults.failLaunches(undefined);
        witness.born([...ec2.instances.values()].slice(born), by);
        born = ec2.instances.size;
      }
    }
    if (command === 'TerminateInstancesCommand') {
      const { InstanceIds } = ordered.parse(input);
      const unseen = InstanceIds.filter((id) => {
        const instance = ec2.instances.get(id);
        return instance !== undefined && !shows(instance);
      });
      if (unseen.length > 0) {
        throw new Ec2Refusal(
          'InvalidInstanceID.NotFound',
          `The instance IDs '${unseen.join(', ')}' do not exist`,
        );
      }
      // What is ordered is judged, whether or not EC2 then refuses it.
      witness.ending(InstanceIds, by);
      const lift = unendable();
      try {
        return ec2Answer(ec2, command, input, shown);
      } finally {
        lift();
      }
    }
    const answer = () => ec2Answer(ec2, command, input, shown);
    const sleep = ofSleep(command);
    if (sleep === undefined) return answer();
    const lift = command === 'StartInstancesCommand' ? short() : () => {};
    try {
      return sleep(input, answer, by);
    } finally {
      lift();
    }
  };
  return (command: string, input: unknown, by: Invocation): unknown => {
    if (weather.is('EC2 throttled')) {
      throw new Ec2Refusal('RequestLimitExceeded', 'Request limit exceeded.', 503);
    }
    if (weather.is('caller not accepted')) {
      throw new Ec2Refusal('RequestExpired', 'Request has expired.');
    }
    if (!weather.is('EC2 unreachable')) return carryOut(command, input, by);
    // Half of the calls that get no answer have been carried out.
    if (stream(seed, 'unreachable', by.id, by.calls)() < 0.5) carryOut(command, input, by);
    return timedOut();
  };
};
