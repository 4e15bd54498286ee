import {
  GetParameterCommand,
  ParameterNotFound,
  paginateGetParametersByPath,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { queuesPath, secretPath } from '../core/names.ts';
import type { SettingsSource } from '../core/ports.ts';
import {
  badSettings,
  type ParsedSettings,
  parseQueueSettings,
  type QueueSettings,
} from '../core/settings.ts';

/** How long settings that were read are believed; a change takes effect within this and a tick. */
const BELIEVED_SECONDS = 110;

/** The parameters below a path, as text, queue by queue. */
type Raw = ReadonlyMap<string, Readonly<Record<string, string>>>;

const readRaw = async (client: SSMClient, path: string): Promise<Raw> => {
  const queues = new Map<string, Record<string, string>>();
  for await (const page of paginateGetParametersByPath({ client }, { Path: path, Recursive: true })) {
    for (const { Name = '', Value = '' } of page.Parameters ?? []) {
      const [queue = '', ...knob] = Name.slice(path.length + 1).split('/');
      const raw = queues.get(queue) ?? {};
      raw[knob.join('/')] = Value;
      queues.set(queue, raw);
    }
  }
  return queues;
};

/** A queue whose parameters cannot be used keeps the last settings that could, and says so. */
const orLastGood = (parsed: ParsedSettings, lastGood: ReadonlyMap<string, QueueSettings>): ParsedSettings => {
  if (parsed.ok) return parsed;
  const settings = lastGood.get(parsed.queue);
  return settings === undefined ? parsed : { ok: true, settings, outdated: badSettings(parsed) };
};

/**
 * Queue settings from SSM, by path; read anew every other tick. The last good settings of a queue are remembered as
 * long as the container lives.
 */
export const parameters = (stage: string, client: SSMClient = new SSMClient()): SettingsSource => {
  const path = queuesPath(stage);
  const lastGood = new Map<string, QueueSettings>();
  let last: { readonly at: number; readonly queues: readonly ParsedSettings[] } | undefined;
  const read = async (): Promise<readonly ParsedSettings[]> => {
    const raw = await readRaw(client, path);
    const parsed = [...raw]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([queue, knobs]) => orLastGood(parseQueueSettings(queue, knobs), lastGood));
    for (const queue of parsed) if (queue.ok) lastGood.set(queue.settings.name, queue.settings);
    return parsed;
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
