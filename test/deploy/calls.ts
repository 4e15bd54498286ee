import type { Outcome } from '../../twin/aws/lambda/runtime-api.ts';
import type { Aws } from './aws.ts';
import { openFunction, readRules } from './deployed.ts';

export interface CallOptions {
  readonly aws: Aws;
  readonly stack: string;
  /** The stack's template as it was deployed. */
  readonly templateFile: string;
  /** Where functions are unpacked. */
  readonly folder: string;
  /** Seconds since 1970. */
  readonly now: () => number;
  readonly logs: string[];
}

/** The functions of a deployed stack, as AWS would call them. */
export interface Calls {
  /** Runs a deployed function once, from its deployed zip. */
  call(name: string, event: unknown): Promise<Outcome>;
  /** Fires the deployed rule with a schedule that reaches a function, and answers what that function did. */
  fire(of: string): Promise<Outcome>;
}

/** Makes the calls that AWS would make, because the emulator fires no timer and runs functions in Docker only. */
export const callsOf = ({ aws, stack, templateFile, folder, now, logs }: CallOptions): Calls => {
  const call: Calls['call'] = async (name, event) => {
    const fn = await openFunction(aws, name, { templateFile, folder, onLog: (line) => logs.push(line) });
    try {
      return await fn.invoke(event);
    } finally {
      await fn.close();
    }
  };
  return {
    call,
    async fire(of) {
      const rules = await readRules(aws);
      const rule = rules.find(
        ({ schedule, targets }) =>
          schedule !== undefined && targets.some((arn) => arn.endsWith(`:${stack}-${of}`)),
      );
      if (rule === undefined) throw new Error(`no deployed rule reaches ${of}`);
      return call(`${stack}-${of}`, {
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        time: new Date(now() * 1000).toISOString(),
        detail: {},
      });
    },
  };
};
