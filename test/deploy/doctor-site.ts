import { writeFile } from 'node:fs/promises';
import { examineStage } from '../../cli/doctor/doctor.ts';
import type { Finding } from '../../cli/doctor/finding.ts';
import { simulatedClock } from '../../twin/clock/clock.ts';
import { pandaFace } from '../../twin/panda/face.ts';
import { pandaWorld } from '../../twin/panda/world.ts';
import { endpointFace } from '../../twin/pool/face.ts';
import { poolWorld } from '../../twin/pool/world.ts';
import { type Aws, clientOptions } from './aws.ts';

export const STAGE = 'prod';
export const QUEUE = 'CLOUD';
export const SECRET = 'the-secret-of-the-deployed-endpoint';
const POOL = 'cm.physics.site';

/** A PanDA and an endpoint of the twin, before which the doctor looks at a stage in an emulated account. */
export interface DoctorSite {
  readonly now: number;
  /** What a stage says of both. */
  readonly block: Readonly<Record<string, unknown>>;
  /** Looks at a stage of this block. */
  look(block: Readonly<Record<string, unknown>>): Promise<readonly Finding[]>;
  close(): Promise<void>;
}

/** Opens both at a moment; their clocks stand still, and so does the doctor's. */
export const openDoctorSite = async (aws: Aws, cdkJson: string, now: number): Promise<DoctorSite> => {
  const clock = simulatedClock(now);
  const sites = { [QUEUE]: { status: 'online', type: 'unified' } as const };
  const panda = await pandaFace(pandaWorld({ clock, sites, jobsElsewhere: 10 }));
  const endpoint = await endpointFace(poolWorld({ clock, runJob: () => ({ stop() {} }) }), {
    secret: SECRET,
    queues: [QUEUE],
    admission: {
      pool: POOL,
      sts: {
        url: `https://sts.${aws.region}.amazonaws.com/`,
        account: aws.account,
        roles: [`aerie-${STAGE}-worker`],
      },
      tokenSeconds: 604_800,
    },
  });
  const { endpoint: url, credentials } = clientOptions(aws);
  return {
    now,
    block: {
      pandaUrl: panda.url,
      endpointUrl: endpoint.url,
      worker: { os: 'debian', pool: POOL, centralManager: POOL },
    },
    async look(block) {
      await writeFile(cdkJson, JSON.stringify({ context: { aerie: { stages: { [STAGE]: block } } } }));
      let text = '';
      await examineStage(
        { stage: STAGE, json: true, mayTestAlarm: true, secret: undefined },
        {
          cdkJson,
          aws: { endpoint: url, credentials },
          now: () => now,
          interrupted: new AbortController().signal,
          env: {},
          write: (more) => {
            text += more;
          },
        },
      );
      return JSON.parse(text).findings;
    },
    async close() {
      await Promise.all([panda.close(), endpoint.close()]);
    },
  };
};
