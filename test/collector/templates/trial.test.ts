import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { uncounted } from '../../../collector/templates/trial.ts';

const sample = (name: string) => readFileSync(new URL(`../samples/${name}.txt`, import.meta.url), 'utf8');
const DRY_RUN = sample('dry-run');
const request = {
  requestId: 'BNL_CLOUD.1795411000',
  queue: 'BNL_CLOUD',
  count: 3,
  shape: { cpus: 2, memoryMb: 1999.5, diskMb: 10, gpus: 0 },
};

describe('jobs that a dry run shows', () => {
  it('are as they were asked for', () => {
    expect(uncounted(DRY_RUN, request)).toBeUndefined();
  });

  it.each([
    ['a queue of another name in one of them', sample('dry-run-mixed'), 'MATCH_APF_QUEUE "OTHER"'],
    ['jobs that come little by little', sample('dry-run-late'), 'little by little'],
    [
      'jobs that are in no history',
      DRY_RUN.replace('LeaveJobInQueue=false', 'LeaveJobInQueue=JobStatus == 4'),
      'leave_in_queue is JobStatus == 4',
    ],
    ['another universe', DRY_RUN.replace('JobUniverse=5', 'JobUniverse=9'), 'JobUniverse 9, expected 5'],
    ['no universe', DRY_RUN.replace('JobUniverse=5', ''), 'JobUniverse undefined'],
    [
      'an expression',
      DRY_RUN.replace('RequestMemory=2000', 'RequestMemory=1000 * 2'),
      'RequestMemory 1000 * 2',
    ],
    [
      'disk of its own',
      DRY_RUN.replace('RequestDisk=10240', 'RequestDisk=1'),
      'RequestDisk 1, expected 10240',
    ],
    ['one job less', DRY_RUN.replace(/ProcId=2\nJobStatus=1\n/, ''), 'makes 2 jobs where 3 were asked for'],
    ['nothing', '', 'JobUniverse undefined'],
  ])('would not be counted: %s', (_, stdout, mistake) => {
    expect(uncounted(stdout, request)).toContain(mistake);
  });

  it('say the fleet and the longest run that were asked for, where some were', () => {
    const said = DRY_RUN.replace('RequestCpus=2', 'RequestCpus=2\nAerieFleet="gpu"\nAerieWallSeconds=60');
    expect(uncounted(said, { ...request, fleet: 'gpu', wallSeconds: 60 })).toBeUndefined();
    expect(uncounted(said, { ...request, fleet: 'GPU' })).toContain('AerieFleet "gpu", expected "GPU"');
    expect(uncounted(said, { ...request, wallSeconds: 61 })).toContain('AerieWallSeconds 60, expected 61');
    expect(uncounted(DRY_RUN, { ...request, fleet: 'gpu' })).toContain('AerieFleet undefined');
  });

  it('ask for GPUs where the shape has some, and for none where it has none', () => {
    const two = DRY_RUN.replace('RequestCpus=2', 'RequestCpus=2\nRequestGPUs=2');
    const shape = { ...request.shape, gpus: 2 };
    expect(uncounted(two, { ...request, shape })).toBeUndefined();
    expect(uncounted(two, request)).toContain('RequestGPUs 2');
    expect(uncounted(DRY_RUN, { ...request, shape })).toContain('RequestGPUs undefined, expected 2');
  });
});
