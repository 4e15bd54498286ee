import type { TakesCase } from './takes.ts';

/** Whether a machine's Requirements let a job in, for each pair of ads on standard input. */
export const JUDGE = `
import classad, json, sys, time
given = json.load(sys.stdin)
def judged(case):
    machine = classad.parseOne(given["worker"])
    job = classad.ClassAd()
    now = int(time.time())
    for name, value in case["worker"].items():
        machine[name] = now + value if name in ("AerieEndsAt", "DaemonStartTime") else value
    for name, value in case["job"].items():
        job[name] = value
    return job.matches(machine)
print(json.dumps([judged(case) for case in given["cases"]]))
`;

const WEEK = 7 * 86_400;

/** A case in the words of HTCondor's ads. */
export const adsOf = ({ worker, job }: TakesCase) => ({
  worker: {
    AerieFleet: worker.fleet,
    AerieEndsAt: worker.livesSeconds ?? WEEK,
    AerieFirstWidth: worker.firstWidth ?? 0,
    AerieJobWall: worker.jobWallSeconds ?? 0,
    DaemonStartTime: -(worker.ageSeconds ?? 3600),
    ...(worker.width === undefined ? {} : { AerieWidth: worker.width }),
    ...(worker.gpus === undefined ? {} : { TotalGPUs: worker.gpus, GPUs: worker.gpus }),
  },
  job: {
    ...(job.fleet === undefined ? {} : { AerieFleet: job.fleet }),
    ...(job.queue === undefined ? {} : { MATCH_APF_QUEUE: job.queue }),
    ...(job.wallSeconds === undefined ? {} : { AerieWallSeconds: job.wallSeconds }),
    ...(job.gpus === undefined ? {} : { RequestGPUs: job.gpus }),
    ...{ RequestCpus: job.cpus ?? 1, RequestMemory: 100, RequestDisk: 100 },
  },
});
