import { type EC2Client, GetConsoleOutputCommand } from '@aws-sdk/client-ec2';
import type { Consoles } from '../../../core/ports.ts';
import { consoleText } from '../console-text.ts';
import { callFailure } from './failure.ts';
import { CONSOLE_MILLISECONDS } from './limits.ts';

/** What EC2 answers where the type is from before Nitro: it has no console but what EC2 has posted. */
const NO_LATEST = 'UnsupportedOperation';

/**
 * GetConsoleOutput. Without `Latest` EC2 gives what it posted when the machine last started or ended; with it, what the
 * machine has said up to now. It is only for the operator to read, so whatever EC2 refuses is no console, and no failure.
 */
export const ec2Consoles = (client: EC2Client): Consoles => {
  const read = async (command: GetConsoleOutputCommand): Promise<string | undefined> => {
    const { Output = '' } = await client.send(command, { requestTimeout: CONSOLE_MILLISECONDS });
    return consoleText(Buffer.from(Output, 'base64').toString('utf8'));
  };
  const unlessRefused = async (reading: Promise<string | undefined>): Promise<string | undefined> => {
    try {
      return await reading;
    } catch (error) {
      if (callFailure(error) === undefined) throw error;
      return undefined;
    }
  };
  const kept = (InstanceId: string) => read(new GetConsoleOutputCommand({ InstanceId }));
  const latest = async (InstanceId: string): Promise<string | undefined> => {
    try {
      return await read(new GetConsoleOutputCommand({ InstanceId, Latest: true }));
    } catch (error) {
      const failure = callFailure(error);
      if (failure?.kind === 'refused' && failure.code === NO_LATEST) return kept(InstanceId);
      throw error;
    }
  };
  return {
    latest: (instanceId) => unlessRefused(latest(instanceId)),
    kept: (instanceId) => unlessRefused(kept(instanceId)),
  };
};
