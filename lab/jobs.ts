import type { CentralManager } from './central-manager.ts';
import { until } from './central-manager.ts';

/** A job in the lab's schedd, and what it says of itself there. */
export interface LabJob {
  readonly cluster: string;
  /** Waits until HTCondor's event log has an event, such as '001' (runs) or '005' (has ended). */
  event(number: '001' | '005', withinSeconds?: number): Promise<void>;
  /** What it has written on both of its outputs. */
  output(): Promise<string>;
  attribute(name: string): Promise<string>;
}

const USUAL_SECONDS = 60;

interface JobOptions {
  /** Of a pilot. */
  readonly queue?: string;
  readonly fleet?: string;
  /** The only worker that it may run on. */
  readonly instanceId?: string;
  readonly script: string;
  /** More of its submit file, which takes precedence. */
  readonly lines?: readonly string[];
}

/** Submits a shell script as an ordinary user. */
export const submitJob = async (
  { box, condor }: CentralManager,
  { queue, fleet, instanceId, script, lines = [] }: JobOptions,
): Promise<LabJob> => {
  const made = await box.exec(['mktemp', '-d', '/home/alice/job.XXXXXX'], { user: 'alice' });
  const directory = made.stdout.trim();
  await box.exec(['sh', '-c', 'cat >"$0/script"; chmod +x "$0/script"', directory], {
    user: 'alice',
    input: `#!/bin/bash\n${script}\n`,
  });
  const description = `
executable = ${directory}/script
output = ${directory}/output
error = ${directory}/output
log = ${directory}/log
request_cpus = 1
request_memory = 100
request_disk = 100
${instanceId === undefined ? '' : `requirements = EC2InstanceId == "${instanceId}"`}
${queue === undefined ? '' : `+MATCH_APF_QUEUE = "${queue}"`}
${fleet === undefined ? '' : `+AerieFleet = "${fleet}"`}
${lines.join('\n')}
queue
`;
  const { stdout, stderr } = await condor(['condor_submit', '-terse', '-'], { input: description });
  const cluster = /^(\d+)\./.exec(stdout)?.[1];
  if (cluster === undefined) throw new Error(`the job was not taken: ${stderr}`);
  const read = async (name: string) => (await box.exec(['cat', `${directory}/${name}`])).stdout;
  return {
    cluster,
    async event(number, withinSeconds = USUAL_SECONDS) {
      await until(
        () => read('log'),
        (log) => log.includes(`\n${number} (`) || log.startsWith(`${number} (`),
        withinSeconds,
      );
    },
    output: () => read('output'),
    attribute: async (name) => (await condor(['condor_q', '-allusers', cluster, '-af', name])).stdout.trim(),
  };
};
