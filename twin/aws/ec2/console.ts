import { isLive, type TwinInstance } from './instance.ts';
import type { Ec2Options } from './options.ts';
import { Ec2Refusal } from './refusal.ts';

/** Families from before Nitro: their console cannot be read as it is now. */
const XEN = /^(t1|t2|m1|m2|m3|m4|c1|c3|c4|r3|r4|i2|i3|d2|h1|x1|x1e|g2|g3|g3s|p2|p3|f1)\./;

/** The consoles of all instances. */
export interface ConsoleLog {
  /** EC2 posts what a machine has said so far: it does so when it starts, and when it has ended. */
  post(instance: TwinInstance): void;
  /** GetConsoleOutput: the last post, or, with `latest` and while the machine has power, what it has said up to now. */
  read(instance: TwinInstance, latest: boolean): string | undefined;
}

export const consoleLog = ({ consoleOf = () => undefined }: Pick<Ec2Options, 'consoleOf'>): ConsoleLog => {
  const posted = new Map<string, string | undefined>();
  return {
    post: (instance) => void posted.set(instance.instanceId, consoleOf(instance)),
    read(instance, latest) {
      if (latest && XEN.test(instance.offer.flavour)) {
        throw new Ec2Refusal(
          'UnsupportedOperation',
          'This instance type does not support retrieving the latest console logs.',
        );
      }
      return latest && isLive(instance) ? consoleOf(instance) : posted.get(instance.instanceId);
    },
  };
};
