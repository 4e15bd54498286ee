import { simulatedClock } from '../../../twin/clock/clock.ts';
import { endpointFace } from '../../../twin/pool/face.ts';
import { UPDATE_SECONDS } from '../../../twin/pool/model.ts';
import { poolWorld } from '../../../twin/pool/world.ts';
import { QUEUES, type Subject } from '../../contract/subject.ts';

const NEGOTIATOR_SECONDS = 60;
const DISK_MB = 90_000;
/** A look at the view each so many simulated seconds. */
const LOOK_SECONDS = 5;

/** The twin's pool behind its face, on a clock that goes only while the contract waits. */
export const twinSubject = async (): Promise<Subject> => {
  const clock = simulatedClock(Date.now() / 1000);
  const running = new Map<string, Set<() => void>>();
  const world = poolWorld({
    clock,
    negotiatorSeconds: NEGOTIATOR_SECONDS,
    runJob({ life }, end) {
      if (life.kind !== 'running') throw new Error('a pilot runs that has no worker');
      const here = running.get(life.instanceId) ?? new Set();
      running.set(life.instanceId, here.add(end));
      return { stop: () => here.delete(end) };
    },
  });
  const secret = 'a-secret-of-the-twin-for-its-contract';
  const face = await endpointFace(world, { secret, queues: QUEUES });

  const passUntil = (moment: number) => {
    for (let next = clock.next(); next !== undefined && next <= moment; next = clock.next()) clock.step();
    clock.advance(moment);
  };
  return {
    url: face.url,
    secret,
    paces: {
      machineSeconds: 0,
      negotiatorSeconds: NEGOTIATOR_SECONDS,
      updateSeconds: UPDATE_SECONDS,
      leaseSeconds: 0,
    },
    async addWorker({ instanceId, queue, cpus, memoryMb, reachable = true }) {
      world.join({ instanceId, queue, total: { cpus, memoryMb, diskMb: DISK_MB, gpus: 0 }, reachable });
    },
    async endPilots(instanceId) {
      const ends = [...(running.get(instanceId) ?? [])];
      running.delete(instanceId);
      for (const end of ends) end();
    },
    async cutPower(instanceId) {
      world.cutPower(instanceId);
    },
    async restartCollector() {
      world.restartCollector();
    },
    async until(look, wanted, withinSeconds) {
      const end = clock.now + withinSeconds;
      for (;;) {
        const answer = await look();
        if (wanted(answer)) return answer;
        if (clock.now >= end) {
          throw new Error(`not so within ${withinSeconds} s; last: ${JSON.stringify(answer)}`);
        }
        passUntil(Math.min(end, clock.now + LOOK_SECONDS));
      }
    },
    close: () => face.close(),
  };
};
