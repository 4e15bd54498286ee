import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Around } from '../../../cli/command/verb.ts';
import type { Access } from '../../../cli/stage/clients.ts';
import { VERBS } from '../../../cli/verbs/verbs.ts';
import { runScenario } from '../../../twin/run/run.ts';
import { readScenario } from '../../../twin/scenario/scenario.ts';
import type { TwinAws } from '../../../twin/stage/stage-aws.ts';

/** What a command came to. */
export interface Ran {
  readonly code: number;
  readonly out: string;
}

/** A command of the session: `why RU_KIAE --at 03:00`, as words. */
export type Ask = (...words: readonly string[]) => Promise<Ran>;

export interface SessionOptions {
  /** Columns of the terminal; absent: nobody looks, and lines are as long as they are. */
  readonly columns?: number;
  /** The twin's unless told. */
  readonly stage?: string;
}

/** Runs a command as the door does, on a stage at these addresses. */
export const asking =
  (aws: Access, { columns, stage = 'twin' }: SessionOptions = {}): Ask =>
  async (name = '', ...args) => {
    let out = '';
    const stdout = {
      ...(columns === undefined ? {} : { isTTY: true, columns }),
      write: (text: string) => {
        out += text;
      },
    };
    const around: Around = {
      env: { AERIE_STAGE: stage, TERM: 'dumb' },
      stdout,
      say: (line) => {
        out += `${line}\n`;
      },
      access: () => aws,
    };
    const verb = await VERBS[name]?.();
    if (verb === undefined) throw new Error(`there is no command ${name}`);
    return { code: await verb.run(args, around), out };
  };

const LAMBDA_CALL = /\/functions\/[^/]+\/configuration$/;
const PREFIX: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'dynamodb',
  AmazonSSM: 'ssm',
  GraniteServiceVersion20100801: 'cloudwatch',
};

/** The call that a request is, in IAM's words. */
const callOf = (request: IncomingMessage): string => {
  if (LAMBDA_CALL.test(request.url ?? '')) return 'lambda:GetFunctionConfiguration';
  const [service = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  return `${PREFIX[service] ?? service}:${operation}`;
};

/** The same AWS behind servers that note each call and hand it on. */
export const watching = async (aws: TwinAws) => {
  const calls = new Set<string>();
  const servers: Server[] = [];
  const through = async (url: string): Promise<string> => {
    const server = createServer((request, response) => {
      calls.add(callOf(request));
      const { method, headers } = request;
      const onward = httpRequest(new URL(request.url ?? '/', url), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const { cloudwatch, dynamodb, ec2, lambda, sqs, ssm } = aws.endpoints;
  return {
    aws: {
      ...aws,
      endpoints: {
        ec2,
        sqs,
        cloudwatch: await through(cloudwatch),
        dynamodb: await through(dynamodb),
        lambda: await through(lambda),
        ssm: await through(ssm),
      },
    },
    calls,
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
};

/**
 * Plays the scenario of this folder over the wires, as `npm start` does, and stops it at a minute: whatever is asked meanwhile
 * finds the same world each time. `during` goes on beside the run.
 */
export const inMidRun = async (
  atMinute: number,
  act: (aws: TwinAws) => Promise<void>,
  during?: (aws: TwinAws) => Promise<void>,
): Promise<void> => {
  const scenario = await readScenario(join(import.meta.dirname, 'mid-run.json'));
  const abort = new AbortController();
  let minute = 0;
  let aws: TwinAws | undefined;
  let beside: Promise<void> | undefined;
  await runScenario(scenario, {
    seed: 1,
    signal: abort.signal,
    onAws(of) {
      aws = of;
    },
    show(shown) {
      if (shown.kind === 'sample') minute = shown.atSeconds / 60;
    },
    async whole(work) {
      if (minute < atMinute || aws === undefined || beside !== undefined) return work();
      await act(aws);
      beside = (during?.(aws) ?? Promise.resolve()).finally(() => abort.abort());
      return work();
    },
  });
  await beside;
};
