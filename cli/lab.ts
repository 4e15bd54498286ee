import { missing } from '../lab/rootfs.ts';
import { type LabCloudName, type LabSummary, runLab } from '../lab/run-lab.ts';
import { type Interruption, interruption } from './command/interruption.ts';
import { UsageError } from './command/usage.ts';
import { LAB_USAGE, type LabCommandOptions, labOptions } from './lab-options.ts';
import { openViewer } from './viewer.ts';

/** What of a lab on each cloud is real. */
const CLAIMS: Readonly<Record<LabCloudName, string>> = {
  ec2: 'The code and the pool are real, PanDA and EC2 are not.',
  openstack: 'The code and the pool are real, PanDA and OpenStack are not.',
  nova: 'The code, the pool and Nova are real, PanDA and the machines are not.',
};

/** Something that a site may rely on did not hold, or something was left behind. */
const NOT_SHOWN = 1;

/** What is wrong with how a run went, a sentence each. */
const shortcomings = ({
  jobsArrived,
  jobsDone,
  workersAtEnd,
  proofs,
  leftInProject = { servers: 0, ports: 0, keypairs: 0 },
  leftBehind,
}: LabSummary): string[] => [
  ...(jobsDone === jobsArrived ? [] : [`${jobsArrived - jobsDone} jobs were not done.`]),
  ...(workersAtEnd === 0 ? [] : [`${workersAtEnd} workers were left.`]),
  ...(Object.values(leftInProject).every((count) => count === 0)
    ? []
    : [`Something was left in the project: ${JSON.stringify(leftInProject)}.`]),
  ...Object.entries(proofs)
    .filter(([, { holds }]) => !holds)
    .map(([name, finding]) => `${name} does not hold here: ${JSON.stringify(finding)}.`),
  ...(Object.values(leftBehind).some((count) => count > 0)
    ? [`Something was left behind: ${JSON.stringify(leftBehind)}.`]
    : []),
];

const run = async (options: LabCommandOptions, { signal, exitCode }: Interruption): Promise<number> => {
  const { minutes, seed, cloud, json } = options;
  const viewer = await openViewer({
    ...options,
    claim: CLAIMS[cloud],
  });
  const say = (line: string) => process.stderr.write(`aerie: ${line}\n`);
  let summary: LabSummary | undefined;
  try {
    summary = await runLab({ minutes, seed, cloud, signal, show: viewer.show, onAws: viewer.onAws, say });
  } finally {
    await viewer.close();
  }
  if (summary === undefined) return exitCode() ?? NOT_SHOWN;
  if (json) process.stdout.write(`${JSON.stringify(summary, undefined, 2)}\n`);
  const wrong = shortcomings(summary);
  for (const sentence of wrong) say(sentence);
  return wrong.length === 0 ? 0 : NOT_SHOWN;
};

/** `aerie lab`: the main job on a real pool in a box. Answers the exit code. */
export const lab = async (args: readonly string[]): Promise<number> => {
  const interrupted = interruption();
  const options = labOptions(args);
  if (options === undefined) {
    process.stdout.write(LAB_USAGE);
    return 0;
  }
  const lacks = missing();
  if (lacks.length > 0) {
    throw new UsageError(
      `the pool in a box needs ${lacks.join(', ')}, which this machine does not have; run it as root on Linux, or "npm start" for the simulated pool.`,
    );
  }
  return interrupted.exitCode() ?? run(options, interrupted);
};
