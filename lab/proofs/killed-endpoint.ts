import { setTimeout as pause } from 'node:timers/promises';
import { submitReply } from '../../core/model/pool.ts';
import { askEndpoint } from '../ask-endpoint.ts';
import { FLEET, QUEUE } from '../bare-worker.ts';
import type { LabSite } from '../site.ts';
import type { Proof } from './proof.ts';

const PILOTS = 500;
/** condor_submit takes some tenths of a second for so many: before, in the middle, and after. */
const KILLED_AFTER_SECONDS = [0.05, 0.15, 0.3, 0.6, 1.2] as const;
/** Larger than any worker: these pilots are not to run. */
const SHAPE = { cpus: 64, memoryMb: 900, diskMb: 100, gpus: 0 };

const pilotsOf = async ({ cm }: LabSite, requestId: string): Promise<number> => {
  const asked = ['condor_q', '-allusers', '-constraint', `AerieRequestId == "${requestId}"`, '-af', 'ProcId'];
  const { stdout } = await cm.condor(asked);
  return stdout.split('\n').filter(Boolean).length;
};

/** An endpoint that is killed in the middle of a submission and asked again: the pilots are there once. */
export const killedEndpoint: Proof = async ({ site }) => {
  const { endpoint, cm } = site;
  const counts: number[] = [];
  let lost = 0;
  for (const [index, seconds] of KILLED_AFTER_SECONDS.entries()) {
    const requestId = `killed.${index}`;
    const request = { requestId, queue: QUEUE, fleet: FLEET, count: PILOTS, shape: SHAPE };
    const ask = () => askEndpoint(endpoint, '/v1/pilots', request);
    const first = ask().then(
      () => true,
      () => false,
    );
    await pause(seconds * 1000);
    await endpoint.kill();
    if (!(await first)) lost += 1;
    await endpoint.start();
    const { answer } = await ask();
    const { submitted } = submitReply.parse(answer);
    counts.push(submitted, await pilotsOf(site, requestId));
  }
  const all = `AerieRequestId isnt undefined && RequestCpus == ${SHAPE.cpus}`;
  await cm.box.exec(['condor_rm', '-constraint', all]);
  return {
    holds: counts.every((count) => count === PILOTS) && lost > 0,
    pilots: PILOTS,
    kills: KILLED_AFTER_SECONDS.length,
    repliesLost: lost,
    pilotsFewest: Math.min(...counts),
    pilotsMost: Math.max(...counts),
  };
};
