import { GetParameterCommand, paginateGetParametersByPath, SSMClient } from '@aws-sdk/client-ssm';
import type { SettingsSource } from '../core/ports.ts';
import { type ParsedSettings, parseQueueSettings } from '../core/settings.ts';

/** How long settings that were read are believed; a change takes effect within this and a tick. */
const BELIEVED_SECONDS = 110;

/** `/aerie/<stage>/queues/`: everything below is `<queue>/<knob>`. */
const queuesPath = (stage: string): string => `/aerie/${stage}/queues/`;

/** Where the admin keeps the endpoint's bearer secret, as a SecureString. */
export const secretPath = (stage: string): string => `/aerie/${stage}/endpoint/secret`;

const group = (path: string, parameters: readonly (readonly [string, string])[]): ParsedSettings[] => {
  const queues = new Map<string, Record<string, string>>();
  for (const [name, value] of parameters) {
    const [queue = '', ...knob] = name.slice(path.length).split('/');
    const raw = queues.get(queue) ?? {};
    raw[knob.join('/')] = value;
    queues.set(queue, raw);
  }
  return [...queues]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([queue, raw]) => parseQueueSettings(queue, raw));
};

/** Queue settings from SSM, by path; remembered for two ticks at most. */
export const parameters = (stage: string, client: SSMClient = new SSMClient()): SettingsSource => {
  let last: { readonly at: number; readonly queues: readonly ParsedSettings[] } | undefined;
  const read = async (): Promise<readonly ParsedSettings[]> => {
    const Path = queuesPath(stage);
    const found: [string, string][] = [];
    for await (const page of paginateGetParametersByPath({ client }, { Path, Recursive: true })) {
      for (const { Name = '', Value = '' } of page.Parameters ?? []) found.push([Name, Value]);
    }
    return group(Path, found);
  };
  return {
    async queues(nowSeconds) {
      if (last === undefined || Math.abs(nowSeconds - last.at) >= BELIEVED_SECONDS) {
        last = { at: nowSeconds, queues: await read() };
      }
      return last.queues;
    },
  };
};

/** Reads the endpoint's bearer secret; throws with what to do if there is none. */
export const endpointSecret = async (stage: string, client: SSMClient = new SSMClient()): Promise<string> => {
  const Name = secretPath(stage);
  const { Parameter } = await client.send(new GetParameterCommand({ Name, WithDecryption: true }));
  if (Parameter?.Value) return Parameter.Value;
  throw new Error(
    `The parameter ${Name} is empty; put the endpoint's bearer secret there as a SecureString.`,
  );
};
