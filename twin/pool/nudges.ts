import { LOOK_SECONDS } from '../../collector/nudge/nudge.ts';
import { type Nudging, nudging } from '../../collector/nudge/nudging.ts';
import type { PoolWorld } from './world.ts';

/** After all else that happens at its moment, and before a tick. */
const LATE = 90;

/** The endpoint's nudges over the simulated pool: its own rule, with what it would find in the schedd's log. */
export const simulatedNudges = (
  world: Pick<PoolWorld, 'clock' | 'waitsSince'>,
  send: (url: string) => void,
): Pick<Nudging, 'asked'> => {
  const { clock } = world;
  const rule = nudging(() => clock.now);
  const look = () => {
    clock.at(clock.now + LOOK_SECONDS, look, LATE);
    const wanted = rule.wanted();
    if (wanted === undefined || world.waitsSince < wanted.since) return;
    rule.sent();
    send(wanted.url);
  };
  clock.at(clock.now + LOOK_SECONDS, look, LATE);
  return rule;
};
