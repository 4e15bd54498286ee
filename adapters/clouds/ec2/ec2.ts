import { EC2Client } from '@aws-sdk/client-ec2';
import type { Cloud, Consoles } from '../../../core/ports.ts';
import { withoutLog } from '../../sdk-log.ts';
import { ec2Consoles } from './console.ts';
import { byId, byTags } from './describe.ts';
import { launch } from './launch.ts';
import { ANSWER_MILLISECONDS, ATTEMPTS, CONNECT_MILLISECONDS, LAUNCH_MILLISECONDS } from './limits.ts';
import { terminate } from './terminate.ts';
import { letStop, wake } from './wake.ts';

/** EC2 as aerie asks it. What throttling, an outage or a refusal of some leaves open is a value; a look that EC2 refuses is thrown. */
export const ec2Cloud = (client: EC2Client, launchMilliseconds = LAUNCH_MILLISECONDS): Cloud => ({
  launch: (request) => launch(client, request, launchMilliseconds),
  terminate: (instanceIds, hasTime) => terminate(client, instanceIds, hasTime),
  wake: (wakes, hasTime) => wake(client, wakes, hasTime),
  letStop: (instanceIds, hasTime) => letStop(client, instanceIds, hasTime),
  describe: (instanceIds, nowSeconds) => byId(client, instanceIds, nowSeconds),
  list: (tags, nowSeconds) => byTags(client, tags, nowSeconds),
});

/** EC2 with what its machines say on their consoles. */
export const ec2 = (client: EC2Client): { readonly cloud: Cloud; readonly consoles: Consoles } => ({
  cloud: ec2Cloud(client),
  consoles: ec2Consoles(client),
});

/**
 * The client that one container keeps: no call hangs. Region, credentials and endpoint are the SDK's own affair, and so is
 * that connections stay open; a launch is sent once, and may take longer.
 */
export const ec2Client = (): EC2Client =>
  withoutLog(
    new EC2Client({
      maxAttempts: ATTEMPTS,
      requestHandler: {
        connectionTimeout: CONNECT_MILLISECONDS,
        requestTimeout: ANSWER_MILLISECONDS,
        throwOnRequestTimeout: true,
      },
    }),
  );
