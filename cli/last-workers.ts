import { ec2Client, ec2Cloud } from '../adapters/clouds/ec2/ec2.ts';
import type { Instance } from '../core/model/instance.ts';
import { TAG } from '../core/model/names.ts';
import type { Cloud } from '../core/ports.ts';
import { profileIn, stageIn } from './cdk-arguments.ts';
import { UsageError } from './command/usage.ts';

const some = (instances: readonly Instance[]): string =>
  instances.length === 1 ? '1 worker' : `${instances.length} workers`;

const named = (instances: readonly Instance[]): string =>
  instances
    .slice(0, 3)
    .map(({ instanceId }) => instanceId)
    .join(', ') + (instances.length > 3 ? ', …' : '');

const listed = async (
  cloud: Pick<Cloud, 'list'>,
  stage: string,
  now: number,
): Promise<readonly Instance[]> => {
  const found = await cloud.list({ [TAG.stage]: stage }, now).catch((error: unknown) => {
    throw new UsageError(`EC2 was not asked for the workers of ${stage}, and nothing is destroyed: ${error}`);
  });
  if (found.kind === 'known') return found.value;
  throw new UsageError(`EC2 does not say which workers ${stage} has, and nothing is destroyed: ${found.why}`);
};

/**
 * Ends the workers of a stage that sleep, before the stage is destroyed: nobody would end them later, and their disks are paid for.
 * Answers how many those were. Throws UsageError while others are there: one with power may run jobs, and would sleep once it
 * has none.
 */
export const endSleepers = async (
  cloud: Pick<Cloud, 'list' | 'terminate'>,
  stage: string,
  now: number,
): Promise<number> => {
  const all = await listed(cloud, stage, now);
  const inState = (...states: readonly Instance['state'][]) => all.filter((of) => states.includes(of.state));
  const awake = inState('pending', 'running', 'stopping');
  if (awake.length > 0) {
    throw new UsageError(
      `${some(awake)} of ${stage} still ${awake.length === 1 ? 'has' : 'have'} power (${named(awake)}), and nothing is destroyed; ` +
        `say "aerie stop --all --stage ${stage}", and this again once "aerie status" shows none.`,
    );
  }
  const asleep = inState('stopped');
  if (asleep.length === 0) return 0;
  const { taken } = await cloud.terminate(
    asleep.map(({ instanceId }) => instanceId),
    () => true,
  );
  const left = asleep.filter(({ instanceId }) => !taken.includes(instanceId));
  if (left.length > 0) {
    throw new UsageError(
      `EC2 does not end ${some(left)} of ${stage} (${named(left)}), and nothing is destroyed; lift their protection, or try again.`,
    );
  }
  return asleep.length;
};

/** The same for what the CDK is told, in the account and the region that it will ask; says what was ended. */
export const beforeDestroy = async (args: readonly string[]): Promise<void> => {
  const profile = profileIn(args);
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  const ended = await endSleepers(ec2Cloud(ec2Client()), stageIn(args), Date.now() / 1000);
  if (ended > 0) process.stdout.write(`aerie: ended what slept: ${ended} worker${ended === 1 ? '' : 's'}\n`);
};
