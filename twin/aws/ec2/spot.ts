import { exponential, stream } from '../../clock/random.ts';
import { isLive, isSpot, type TwinInstance } from './instance.ts';
import type { Lives } from './life.ts';
import type { Ec2Options } from './options.ts';

/** What EC2 gives between the warning and the end. */
const WARNING_SECONDS = 120;

export interface SpotMarket {
  /** Draws when, if ever, a running spot instance is taken back. */
  watch(instance: TwinInstance): void;
  /** The instance ends for another reason: nothing more is going to happen to it. */
  unwatch(instanceId: string): void;
  interrupt(instanceId: string): void;
  recommendRebalance(instanceId: string): void;
}

/** Takes spot instances back, by hazard or when told to. */
export const spotMarket = (options: Ec2Options, lives: Lives): SpotMarket => {
  const { clock, seed, spot } = options;
  const agenda = new Map<string, (() => void)[]>();
  const warned = new Set<string>();
  const soon = (instanceId: string, at: number, happen: () => void) => {
    const callOff = clock.at(at, happen);
    agenda.set(instanceId, [...(agenda.get(instanceId) ?? []), callOff]);
  };
  const liveSpot = (instanceId: string): void => {
    const instance = lives.instances.get(instanceId);
    if (instance !== undefined && isSpot(instance) && isLive(instance)) return;
    throw new Error(`${instanceId} is no live spot instance: EC2 takes back nothing else`);
  };
  const interrupt = (instanceId: string) => {
    liveSpot(instanceId);
    if (warned.has(instanceId)) return;
    warned.add(instanceId);
    lives.tell(instanceId, { kind: 'warning' });
    soon(instanceId, clock.now + WARNING_SECONDS, () =>
      lives.end(instanceId, 'Server.SpotInstanceTermination'),
    );
  };
  const recommendRebalance = (instanceId: string) => {
    liveSpot(instanceId);
    lives.tell(instanceId, { kind: 'rebalance' });
  };
  return {
    interrupt,
    recommendRebalance,
    watch(instance) {
      if (spot === undefined || spot.interruptionsPerHour <= 0 || !isSpot(instance)) return;
      const { instanceId } = instance;
      const random = stream(seed, 'spot', instanceId);
      const at = clock.now + exponential(random, 3600 / spot.interruptionsPerHour);
      const [least, most] = spot.announcedAheadSeconds;
      const announced = random() < spot.announcedShare;
      const announcedAt = Math.max(clock.now, at - least - (most - least) * random());
      if (announced) soon(instanceId, announcedAt, () => recommendRebalance(instanceId));
      soon(instanceId, at, () => interrupt(instanceId));
    },
    unwatch(instanceId) {
      for (const callOff of agenda.get(instanceId) ?? []) callOff();
      agenda.delete(instanceId);
      warned.delete(instanceId);
    },
  };
};
