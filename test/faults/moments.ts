import { TAG } from '../../core/model/names.ts';
import { isLive, isSpot, type TwinInstance } from '../../twin/aws/ec2/instance.ts';
import type { Ec2World } from '../../twin/aws/ec2/world.ts';
import { isAlive } from '../../twin/pool/model.ts';
import { PLACEMENTS } from '../../twin/scenario/placements.ts';
import { TEMPLATE } from '../../twin/stage/world.ts';
import type { Lambdas } from './fleet-of-lambdas.ts';
import { fleetSettingsOf } from './queues.ts';
import type { Fault } from './script.ts';
import { isOfSite, type SiteMoment, strikeSite } from './site-moments.ts';
import type { Tally } from './tally.ts';
import { BY_HAND, STAGE, type Truth } from './truth.ts';

interface Striking {
  readonly world: Truth;
  readonly tally: Tally;
  readonly functions: Pick<Lambdas, 'deploy'>;
}

/** Somebody starts a worker from a command line, with the tags that aerie gives. */
const launchByHand = ({ calls }: Ec2World, minute: number): void => {
  const { flavours, lingerSeconds, maxLifeSeconds } = fleetSettingsOf('narrow');
  const tags = {
    [TAG.stage]: STAGE,
    [TAG.fleet]: 'narrow',
    [TAG.launch]: BY_HAND,
    [TAG.lingerSeconds]: String(lingerSeconds),
    [TAG.maxLifeSeconds]: String(maxLifeSeconds),
  };
  calls.createFleet({
    clientToken: `by-hand-${minute}`,
    overrides: [
      {
        templateId: TEMPLATE.id,
        templateVersion: TEMPLATE.version,
        flavour: flavours[0]?.name ?? '',
        subnetId: PLACEMENTS[0].subnetId,
      },
    ],
    target: { spot: 0, 'on-demand': 1 },
    strategy: { spot: 'lowest-price', 'on-demand': 'lowest-price' },
    tagSpecifications: [
      {
        resourceType: 'instance',
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      },
    ],
  });
};

const hasStartd = ({ pool }: Truth, { instanceId }: TwinInstance): boolean => {
  const slot = pool.slots.get(instanceId);
  return slot !== undefined && isAlive(slot);
};

/** Started again, and not in the pool yet. */
const isWaking = (world: Truth, one: TwinInstance): boolean => one.runs.length > 1 && !hasStartd(world, one);

type Moment = Extract<Fault, { kind: 'moment' }>;

/** What happens to the deployment as a whole; undefined if a moment is about one worker. */
const ofAll = ({ what, minute }: Moment, { world, functions }: Striking): (() => void) | undefined => {
  switch (what) {
    case 'collector restarts':
      return () => world.pool.restartCollector();
    case 'instance launched by hand':
      return () => launchByHand(world.ec2, minute);
    case 'new template':
      return functions.deploy;
    default:
      return undefined;
  }
};

/** What happens to one worker. */
const toOne = (
  what: Exclude<Moment['what'], SiteMoment>,
  { ec2, hang, protection, startByHand }: Truth,
  victim: TwinInstance,
): void => {
  if (what === 'sleeper started by hand') startByHand(victim);
  else if (what === 'sleeper ended by hand') ec2.calls.terminateInstances([victim.instanceId]);
  else if (what === 'worker lost') ec2.powerOff(victim.instanceId);
  else if (what === 'worker hangs') hang(victim);
  else if (what === 'worker protected') protection.mark(victim.instanceId);
  else if (what === 'spot warning') ec2.faults.interrupt(victim.instanceId);
  else ec2.faults.recommendRebalance(victim.instanceId);
};

/** What happens at one moment. */
export const strike = (fault: Moment, striking: Striking): void => {
  const { world, tally } = striking;
  const { what } = fault;
  if (isOfSite(what)) {
    if (strikeSite(what, fault.which, world)) tally.add(what);
    return;
  }
  const happens = ofAll(fault, striking);
  if (happens !== undefined) {
    tally.add(what);
    happens();
    return;
  }
  const canBeHit = (one: TwinInstance): boolean => {
    if (what === 'worker hangs') return isLive(one) && hasStartd(world, one);
    if (what === 'sleeper started by hand') return one.life.kind === 'stopped';
    if (what === 'sleeper ended by hand') return !isLive(one) || isWaking(world, one);
    return what === 'worker protected' || (isLive(one) && (what === 'worker lost' || isSpot(one)));
  };
  const targets = [...world.ec2.live, ...world.ec2.sleeping].filter(canBeHit);
  const victim = targets[fault.which % Math.max(1, targets.length)];
  if (victim === undefined) return;
  tally.add(what);
  toOne(what, world, victim);
};
