import {
  GetParameterCommand,
  ParameterNotFound,
  paginateGetParametersByPath,
  SSMClient,
} from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { fleetsPath, queuesPath, secretPath } from '../core/model/names.ts';
import type { Parameters } from '../core/ports.ts';
import type { OwnedParameters, Owner } from '../core/settings/settings-record.ts';
import { jsonOf } from './json.ts';
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

const PATHS = { queue: queuesPath, fleet: fleetsPath } as const;

/** The parameters of one kind, by owner. */
const ofKind = async (
  of: Owner['of'],
  stage: string,
  client: SSMClient,
): Promise<readonly OwnedParameters[]> => {
  const byName = new Map<string, Record<string, string>>();
  for (const [path, value] of await below(client, PATHS[of](stage))) {
    const [name = '', ...knob] = path.split('/');
    const raw = byName.get(name) ?? {};
    raw[knob.join('/')] = value;
    byName.set(name, raw);
  }
  return [...byName].map(([name, raw]) => ({ owner: { of, name }, raw }));
};

/** The parameters of a stage's queues and fleets, read by path, page by page. */
export const stageParameters = (stage: string, client: SSMClient = patientClient()): Parameters => ({
  async all() {
    return [...(await ofKind('queue', stage, client)), ...(await ofKind('fleet', stage, client))];
  },
  async of({ of, name }) {
    return Object.fromEntries(await below(client, `${PATHS[of](stage)}/${name}`));
  },
});

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

const applicationCredential = z.object({ id: z.string().min(1), secret: z.string().min(1) });

/**
 * Reads the application credential of a cloud, a SecureString with JSON. Throws with what to do if it is none; what the
 * parameter holds is in no message.
 */
export const cloudCredential =
  (Name: string, client: SSMClient = quickClient()) =>
  async (): Promise<z.infer<typeof applicationCredential>> => {
    const expected = `put {"id": …, "secret": …} of an application credential there as a SecureString`;
    try {
      const { Parameter } = await client.send(new GetParameterCommand({ Name, WithDecryption: true }));
      const parsed = applicationCredential.safeParse(jsonOf(Parameter?.Value ?? ''));
      if (parsed.success) return parsed.data;
    } catch (error) {
      if (!(error instanceof ParameterNotFound)) throw error;
      throw new Error(`There is no parameter ${Name}; ${expected}.`);
    }
    throw new Error(`The parameter ${Name} holds no application credential; ${expected}.`);
  };
