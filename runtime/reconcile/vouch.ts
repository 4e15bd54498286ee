import type { Instance } from '../../core/model/instance.ts';
import type { LedgerView } from '../../core/model/ledger.ts';
import { TAG } from '../../core/model/names.ts';
import type { PoolView } from '../../core/model/pool.ts';
import { sideBySide } from '../../core/observe/fleet.ts';
import type { Cloud } from '../../core/ports.ts';
import { describeEach } from './describe-each.ts';

/** What EC2 says of an instance does not change but by its end, which the pool's view shows too. */
const KNOWN_SECONDS = 600;

/** An instance that EC2 does not know yet may be one that it hides for some minutes after its launch. */
const UNKNOWN_SECONDS = 120;

/** DescribeInstances takes 100 ids at once: one call in a tick, however many ids somebody invents. */
const MOST_ASKED = 100;

interface Answer {
  readonly at: number;
  /** Undefined: EC2 does not know it. */
  readonly instance: Instance | undefined;
}

/** Adds to what the ledger holds the machines of the pool that it does not know and EC2 shows with the stage's tag. */
export type Vouch = (ledger: LedgerView, view: PoolView, now: number) => Promise<LedgerView>;

const isLive = ({ state }: Instance): boolean => state === 'pending' || state === 'running';

/**
 * Asks EC2 about machines in the pool without a record: what a machine says of itself is no proof that it was bought.
 * Answers are remembered between ticks, so that a stranger that stays costs few calls.
 */
export const voucher = (cloud: Pick<Cloud, 'describe'>, stage: string): Vouch => {
  let answers = new Map<string, Answer>();
  const isFresh = ({ at, instance }: Answer, now: number): boolean =>
    now - at < (instance === undefined ? UNKNOWN_SECONDS : KNOWN_SECONDS);
  return async (ledger, view, now) => {
    const ids = sideBySide(ledger.workers, view).strangers.map(({ instanceId }) => instanceId);
    // What EC2 said before counts until it has said something else: it may not answer just now.
    answers = new Map(
      ids.flatMap((id) => {
        const answer = answers.get(id);
        return answer === undefined ? [] : [[id, answer] as const];
      }),
    );
    const isDue = (id: string): boolean => {
      const answer = answers.get(id);
      return answer === undefined || !isFresh(answer, now);
    };
    const asked = ids.filter(isDue).slice(0, MOST_ASKED);
    if (asked.length > 0) {
      for (const described of await describeEach(cloud, asked, now)) {
        const byId = new Map(described.shown.map((instance) => [instance.instanceId, instance]));
        for (const id of described.asked) answers.set(id, { at: now, instance: byId.get(id) });
      }
    }
    const vouched = [...answers.values()].flatMap(({ instance }) =>
      instance !== undefined && isLive(instance) && instance.tags[TAG.stage] === stage ? [instance] : [],
    );
    return vouched.length === 0 ? ledger : { ...ledger, vouched };
  };
};
