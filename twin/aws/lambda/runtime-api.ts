import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type Face, face, readBody, reply, withHeaders } from '../../wire/http.ts';

/** How an invocation ended: with the handler's answer, or with what it threw. */
export type Outcome =
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly error: string };

interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly settle: (outcome: Outcome) => void;
}

/** The Lambda Runtime API for one function, which takes one event at a time. */
export interface RuntimeApi extends Face {
  readonly host: string;
  invoke(event: unknown): Promise<Outcome>;
  /** The process behind it was ended while it had nothing to do: another one will ask. */
  expectAnother(): void;
  /** The process behind it is gone: what it was working on has failed. */
  fail(error: string): void;
}

export interface RuntimeOptions {
  readonly functionName: string;
  readonly timeoutSeconds: number;
}

const errorText = (body: string): string => {
  try {
    const { errorType, errorMessage } = JSON.parse(body) as { errorType?: string; errorMessage?: string };
    return `${errorType ?? 'Error'}: ${errorMessage ?? ''}`;
  } catch {
    return body;
  }
};

/** Serves the API on loopback. */
export const runtimeApi = async (options: RuntimeOptions): Promise<RuntimeApi> => {
  const queue: Invocation[] = [];
  let current: Invocation | undefined;
  let asking: ServerResponse | undefined;

  const hand = () => {
    if (asking === undefined || current !== undefined) return;
    current = queue.shift();
    if (current === undefined) return;
    withHeaders(asking, {
      'lambda-runtime-aws-request-id': current.id,
      'lambda-runtime-deadline-ms': String(Date.now() + options.timeoutSeconds * 1000),
      'lambda-runtime-invoked-function-arn': `arn:aws:lambda:us-east-1:123456789012:function:${options.functionName}`,
      'lambda-runtime-trace-id': `Root=1-00000000-${current.id.replaceAll('-', '').slice(0, 24)}`,
    });
    reply(asking, 200, 'application/json', JSON.stringify(current.event));
    asking = undefined;
  };
  const settle = (outcome: Outcome) => {
    const settled = current;
    current = undefined;
    settled?.settle(outcome);
    hand();
  };

  const served = await face(async (request, response) => {
    const path = (request.url ?? '').replace('/2018-06-01/runtime', '');
    if (path === '/invocation/next') {
      asking = response;
      hand();
      return;
    }
    const body = await readBody(request);
    reply(response, 202, 'application/json', '{"status":"OK"}');
    if (path === `/invocation/${current?.id}/response`) settle({ ok: true, answer: JSON.parse(body) });
    if (path === `/invocation/${current?.id}/error`) settle({ ok: false, error: errorText(body) });
    if (path === '/init/error') settle({ ok: false, error: `does not start: ${errorText(body)}` });
  });
  return {
    ...served,
    host: served.url.replace('http://', ''),
    invoke: (event) =>
      new Promise((resolve) => {
        queue.push({ id: randomUUID(), event, settle: resolve });
        hand();
      }),
    expectAnother() {
      asking = undefined;
    },
    fail(error) {
      asking = undefined;
      if (current === undefined) current = queue.shift();
      settle({ ok: false, error });
    },
  };
};
