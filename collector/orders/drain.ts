import { NOT_IN_COLLECTOR, type WorkersReply } from '../../core/model/pool.ts';
import type { Condor } from '../condor/condor.ts';
import { inTurn } from '../condor/in-turn.ts';
import { type Located, locateArgs, readLocated } from '../condor/locate.ts';
import { outage } from '../serve/refused.ts';

type Outcome = { readonly instanceId: string; readonly why?: string };

const DRAINING_ALREADY = /error code 10001|already in progress/;

/** Peaceful: running jobs end by themselves, as long as the worker's own MAXJOBRETIREMENTTIME lets them. */
export const drainArgs = (slot: string): readonly string[] => ['-graceful', '-reason', 'aerie: retire', slot];
export const undrainArgs = (slot: string): readonly string[] => ['-cancel', slot];

/** Sorts outcomes into what was done and what was not. */
export const replyOf = (outcomes: readonly Outcome[]): WorkersReply => ({
  done: outcomes.filter(({ why }) => why === undefined).map(({ instanceId }) => instanceId),
  failed: outcomes.flatMap(({ instanceId, why }) => (why === undefined ? [] : [{ instanceId, why }])),
});

/** Drains workers, or ends their drain, each by itself, by tools that may wait. What is so already is done. */
export const drainer = (condor: Condor, wanted: 'drain' | 'undrain', patient: Condor = condor) => {
  const turn = async (instanceId: string, { slot, draining }: Located): Promise<Outcome> => {
    if (draining && wanted === 'drain') return { instanceId };
    const answer = await patient('condor_drain', wanted === 'drain' ? drainArgs(slot) : undrainArgs(slot));
    // The collector's ad of a drain comes late; the startd knows. It says so behind an address of any length.
    if (answer.ok || (wanted === 'drain' && DRAINING_ALREADY.test(answer.stderr))) return { instanceId };
    return { instanceId, why: answer.why };
  };
  return async (instanceIds: readonly string[]): Promise<WorkersReply> => {
    const ids = [...new Set(instanceIds)];
    const answer = await condor('condor_status', locateArgs(ids));
    if (!answer.ok) throw outage(answer.why);
    const located = readLocated(answer.stdout);
    const outcomes = await inTurn(ids, async (instanceId): Promise<Outcome> => {
      const worker = located.get(instanceId);
      return worker === undefined ? { instanceId, why: NOT_IN_COLLECTOR } : turn(instanceId, worker);
    });
    return replyOf(outcomes);
  };
};
