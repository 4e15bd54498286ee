import {
  GetParameterCommand,
  ParameterNotFound,
  paginateGetParametersByPath,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { queuesPath, secretPath } from '../core/model/names.ts';
import type { QueueParameters } from '../core/ports.ts';
import { withoutLog } from './sdk-log.ts';

/** Every parameter below a path: what follows the path, and its text. */
const below = async (client: SSMClient, path: string): Promise<readonly (readonly [string, string])[]> => {
  const found: (readonly [string, string])[] = [];
  for await (const page of paginateGetParametersByPath({ client }, { Path: path, Recursive: true })) {
    for (const { Name = '', Value = '' } of page.Parameters ?? []) {
      found.push([Name.slice(path.length + 1), Value]);
    }
  }
  return found;
};

/** Ten parameters come with a call, and an account has 40 calls a second: the client slows down instead of failing. */
const patientClient = (): SSMClient => withoutLog(new SSMClient({ retryMode: 'adaptive', maxAttempts: 3 }));

/** The parameters of a stage's queues, read by path, page by page. */
export const queueParameters = (stage: string, client: SSMClient = patientClient()): QueueParameters => {
  const path = queuesPath(stage);
  return {
    async all() {
      const queues = new Map<string, Record<string, string>>();
      for (const [name, value] of await below(client, path)) {
        const [queue = '', ...knob] = name.split('/');
        const raw = queues.get(queue) ?? {};
        raw[knob.join('/')] = value;
        queues.set(queue, raw);
      }
      return queues;
    },
    async of(queue) {
      return Object.fromEntries(await below(client, `${path}/${queue}`));
    },
  };
};

/**
 * Makes the client that a container keeps for single parameters. A tick waits for them, so neither a connection nor an
 * answer may take long: two tries take 6 s, less than PanDA or the pool, which are asked at the same time.
 */
const quickClient = (): SSMClient =>
  withoutLog(
    new SSMClient({
      maxAttempts: 2,
      requestHandler: {
        connectionTimeout: 2_000,
        requestTimeout: 3_000,
        throwOnRequestTimeout: true,
        httpsAgent: { keepAlive: true },
        httpAgent: { keepAlive: true },
      },
    }),
  );

const IMAGE = /^ami-([0-9a-f]{8}|[0-9a-f]{17})$/;

/** Reads the image that a pipeline made last; undefined: it has made none yet. Throws what SSM answers with. */
export const imageParameter =
  (client: SSMClient = quickClient()) =>
  async (name: string): Promise<string | undefined> => {
    try {
      const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
      const id = Parameter?.Value ?? '';
      if (IMAGE.test(id)) return id;
      throw new Error(
        `The parameter ${name} is "${id}"; expected the id of an image, as the pipeline writes it.`,
      );
    } catch (error) {
      if (error instanceof ParameterNotFound) return undefined;
      throw error;
    }
  };

/** Reads the endpoint's bearer secret; throws with what to do if there is none. */
export const endpointSecret = (stage: string, client: SSMClient = quickClient()): (() => Promise<string>) => {
  const Name = secretPath(stage);
  return async () => {
    try {
      const { Parameter } = await client.send(new GetParameterCommand({ Name, WithDecryption: true }));
      return Parameter?.Value ?? '';
    } catch (error) {
      if (!(error instanceof ParameterNotFound)) throw error;
      throw new Error(
        `There is no parameter ${Name}; put the endpoint's bearer secret there as a SecureString.`,
      );
    }
  };
};
