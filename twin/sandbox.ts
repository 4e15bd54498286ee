import type { LambdaName } from '../lib/bundling.ts';
import { type Functions, openFunctions } from './functions.ts';
import { pandaFace } from './panda/face.ts';
import { type EndpointFace, endpointFace } from './pool/face.ts';
import type { Scenario } from './scenario.ts';
import type { World } from './world.ts';

/** The deployed functions, and every wire they hang on. */
export interface Sandbox extends Functions {
  readonly endpoint: EndpointFace;
}

export interface SandboxOptions {
  /** How long PanDA and the endpoint may take, in real seconds. */
  readonly httpTimeoutSeconds?: number | undefined;
  readonly onLog?: ((name: LambdaName, line: string) => void) | undefined;
}

const SECRET = 'twin-endpoint-secret';

/** Opens every face of the world and starts the functions before them. */
export const openSandbox = async (
  scenario: Scenario,
  world: World,
  { httpTimeoutSeconds = 10, onLog }: SandboxOptions = {},
): Promise<Sandbox> => {
  const queues = scenario.queues;
  const endpoint = await endpointFace(world.pool, {
    secret: SECRET,
    queues: queues.map(({ name }) => name),
  });
  const panda = await pandaFace(world.panda);
  const functions = await openFunctions({
    pandaUrl: panda.url,
    endpointUrl: endpoint.url,
    endpointSecret: SECRET,
    ec2: world.ec2,
    queues,
    httpTimeoutSeconds,
    onLog,
  });
  return {
    ...functions,
    endpoint,
    async close() {
      await functions.close();
      await Promise.all([panda, endpoint].map((face) => face.close()));
    },
  };
};
