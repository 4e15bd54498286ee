import type { Clock } from '../../twin/clock/clock.ts';
import { newAccountant } from '../../twin/pool/accountant.ts';
import { isFresh } from '../../twin/pool/claim.ts';
import type { Load } from '../load/load.ts';
import { firstComeFirstServed } from './fifo.ts';
import { endAware } from './find.ts';
import type { Machine } from './machine.ts';
import { negotiate } from './negotiator.ts';
import type { Kind, Policy } from './policy.ts';
import type { Pool } from './pool.ts';
import { ORDER } from './turns.ts';

interface Parts {
  readonly load: Load;
  readonly kinds: readonly Kind[];
  readonly policy: Policy;
  readonly clock: Clock;
  readonly pool: Pool;
  readonly starts: Float64Array;
  readonly ended: (kind: number) => void;
  /** Jobs are matched first come first served, and a claim lasts as long as its queue has jobs. */
  readonly fifo: boolean;
}

/** A job on a machine, unless that was taken away under it. */
interface Run {
  readonly index: number;
  readonly kind: number;
  readonly claimedAt: number;
  isLost: boolean;
}

/**
 * Jobs onto machines: by a cycle of the negotiator, or by a claim that comes free. `lose`: a machine is taken back, and
 * its jobs wait again, from their beginning.
 */
export const matchmaker = ({ load, kinds, policy, clock, pool, starts, ended, fifo }: Parts) => {
  const { jobs } = load;
  const runs = new Map<Machine, Set<Run>>();
  const accountant = newAccountant();
  const book = (kind: number, sign: 1 | -1) =>
    accountant.book(kinds[kind]?.queue ?? '', sign * (kinds[kind]?.cores ?? 0), clock.now);
  const leave = (machine: Machine, run: Run) => {
    const on = runs.get(machine);
    on?.delete(run);
    if (on?.size === 0) runs.delete(machine);
  };
  const begin = (machine: Machine, kind: number, claimedAt: number) => {
    const index = pool.lines[kind]?.shift();
    const job = index === undefined ? undefined : jobs[index];
    if (index === undefined || job === undefined) return;
    // Who begins anew has waited once.
    if (Number.isNaN(starts[index])) starts[index] = clock.now;
    const run: Run = { index, kind, claimedAt, isLost: false };
    book(kind, 1);
    const on = runs.get(machine) ?? new Set();
    runs.set(machine, on.add(run));
    const end = clock.now + job.runSeconds;
    machine.lastEnd = machine.jobs === 0 ? end : Math.max(machine.lastEnd, end);
    pool.begin(machine, kind, clock.now);
    clock.at(end, () => finish(machine, run), ORDER.end);
  };
  const finish = (machine: Machine, run: Run) => {
    if (run.isLost) return;
    const { kind, claimedAt } = run;
    leave(machine, run);
    ended(kind);
    book(kind, -1);
    pool.finish(machine, kind, clock.now);
    // The schedd starts the queue's next job on a claim that comes free, without the negotiator, while the claim is young.
    if (machine.state === 'ready' && (fifo || isFresh(claimedAt, clock.now))) begin(machine, kind, claimedAt);
  };
  const claim = (machine: Machine, kind: number) => begin(machine, kind, clock.now);
  const laneOf = (kind: number) => (policy.lanes === true ? kind : 0);
  const find = (index: number, cores: number, lane: number) =>
    policy.ideal?.knowsEnds === true
      ? endAware(pool.rooms(lane), cores, clock.now, clock.now + (jobs[index]?.runSeconds ?? 0))
      : pool.rooms(lane).tightest(cores, clock.now);
  const submittedAt = (index: number) => jobs[index]?.submitSeconds ?? 0;
  return {
    negotiate: () =>
      fifo
        ? firstComeFirstServed(pool, kinds, { laneOf, find, submittedAt, begin: claim })
        : negotiate(pool, kinds, { now: clock.now, accountant, laneOf, begin: claim }),
    lose(machine: Machine) {
      for (const run of [...(runs.get(machine) ?? [])]) {
        run.isLost = true;
        leave(machine, run);
        book(run.kind, -1);
        pool.finish(machine, run.kind, clock.now);
        pool.lines[run.kind]?.push(run.index, clock.now);
      }
      pool.end(machine, clock.now);
    },
  };
};
