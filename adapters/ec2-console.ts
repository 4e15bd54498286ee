import { type EC2Client, GetConsoleOutputCommand } from '@aws-sdk/client-ec2';
import type { Consoles } from '../core/ports.ts';
import { callFailure } from './ec2-failure.ts';

/** The end of a console is what tells: cloud-init's last lines, and why the machine has switched itself off. */
const KEPT_CHARACTERS = 4_000;

/** Escape sequences and control characters, but for tabs and ends of lines: an operator's terminal must not obey them. */
const UNPRINTABLE = /\p{Cc}\[[0-9;?]*[A-Za-z]|(?![\t\n])\p{Cc}/gu;

const readable = (base64: string): string =>
  Buffer.from(base64, 'base64').toString('utf8').replace(UNPRINTABLE, '').trim().slice(-KEPT_CHARACTERS);

/** GetConsoleOutput. It is only for the operator to read, so whatever EC2 refuses is no console, and no failure. */
export const ec2Consoles = (client: EC2Client): Consoles => ({
  async read(instanceId) {
    try {
      const { Output = '' } = await client.send(new GetConsoleOutputCommand({ InstanceId: instanceId }));
      const text = readable(Output);
      return text === '' ? undefined : text;
    } catch (error) {
      if (callFailure(error) === undefined) throw error;
      return undefined;
    }
  },
});
