import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { examineStage } from '../../../cli/doctor/doctor.ts';
import type { Finding } from '../../../cli/doctor/finding.ts';
import type { EndpointAbout } from '../../../core/model/about.ts';
import { simulatedClock } from '../../../twin/clock/clock.ts';
import { pandaFace } from '../../../twin/panda/face.ts';
import { type PandaMode, pandaWorld, type SiteSettings } from '../../../twin/panda/world.ts';
import type { Admission } from '../../../twin/pool/endpoint.ts';
import { endpointFace } from '../../../twin/pool/face.ts';
import type { TemplateQueue } from '../../../twin/pool/orders.ts';
import { poolWorld } from '../../../twin/pool/world.ts';
import { type Face, face, reply } from '../../../twin/wire/http.ts';
import { type Answers, awsStandIn, type Call } from './aws-stand-in.ts';
import { ACCOUNT, IMAGE, NOW, REGION, SECRET, STAGE, SUBNETS, VPC, wellAccount } from './well-account.ts';

export const certificate = (name: string): string =>
  new URL(`./certificates/${name}.pem`, import.meta.url).pathname;

/** Everything that a doctor looks at, as data; what a breakage changes. */
export interface World {
  block: Record<string, unknown>;
  aws: Answers;
  admission: Admission;
  templates: readonly TemplateQueue[];
  sites: Readonly<Record<string, SiteSettings>>;
  /** Which certificate each server has; undefined: it speaks plain HTTP. */
  panda: string | undefined;
  endpoint: string | undefined;
  /** Seconds that each clock is ahead of the doctor's. */
  pandaAhead: number;
  endpointAhead: number;
  /** How PanDA answers. */
  pandaMode: PandaMode;
  /** The doctor's own time. */
  now: number;
  /** The endpoint's secret. */
  secret: string;
  /** Whether the endpoint answers partly, or is gone. */
  pool: 'ok' | 'partial' | 'down';
  /** Its HTCondor, if it is not the twin's. */
  condor: EndpointAbout['condor'] | undefined;
  /** It is one that cannot say what it is. */
  isOldEndpoint: boolean;
  /** It is one from before there were fleets. */
  knowsNoFleets: boolean;
  /** What stands behind PanDA's host instead of `/api/v1`. */
  pandaPath: string | undefined;
  /** The secret that the doctor was given in a file. */
  given: string | undefined;
  mayTestAlarm: boolean;
  interrupted: AbortSignal;
}

/** A stage of one queue, its PanDA, its pool and its account, of which nothing is amiss. */
export const wellWorld = (): World => ({
  block: {
    account: ACCOUNT,
    region: REGION,
    image: IMAGE,
    rootDevice: '/dev/xvda',
    caFile: certificate('authority'),
    workerCaFile: certificate('authority'),
    worker: { os: 'debian', pool: 'cm.physics.site', centralManager: 'cm.physics.site' },
    network: { vpcId: VPC, placements: SUBNETS },
    fleets: { default: { flavours: 'm6i.large, m6a.large' } },
    queues: { CLOUD: { state: 'active' } },
  },
  aws: wellAccount(),
  admission: {
    pool: 'cm.physics.site',
    sts: { url: `https://sts.${REGION}.amazonaws.com/`, account: ACCOUNT, roles: [`aerie-${STAGE}-worker`] },
    tokenSeconds: 604_800,
  },
  templates: [{ name: 'CLOUD', credentialExpiresAt: NOW + 100 * 86_400 }],
  sites: { CLOUD: { status: 'online', type: 'unified' } },
  panda: undefined,
  endpoint: 'server',
  pandaAhead: 0,
  pandaMode: 'ok',
  endpointAhead: 0,
  now: NOW,
  secret: SECRET,
  pool: 'ok',
  condor: undefined,
  isOldEndpoint: false,
  knowsNoFleets: false,
  pandaPath: undefined,
  given: undefined,
  mayTestAlarm: true,
  interrupted: new AbortController().signal,
});

const KEY = readFileSync(new URL('./certificates/server.key', import.meta.url));

/** Puts TLS before a server of this machine. */
const behindTls = async (url: string, name: string | undefined): Promise<Face> => {
  if (name === undefined) return { url, close: async () => {} };
  const { port, pathname } = new URL(url);
  const server = createServer({ key: KEY, cert: readFileSync(certificate(name)) }, (socket) => {
    const behind = connect(Number(port), '127.0.0.1');
    for (const end of [socket, behind]) end.on('error', () => end.destroy());
    socket.pipe(behind).pipe(socket);
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `https://127.0.0.1:${address.port}${pathname}`,
    close: async () => {
      server.close();
    },
  };
};

/** An endpoint as it was before it could say what it is. */
const older = (url: string): Promise<Face> =>
  face(async ({ url: path = '', headers }, response) => {
    if (path === '/v1/about')
      return reply(response, 404, 'application/json', '{"error":"There is nothing."}');
    const answer = await fetch(`${url}${path}`, { headers: { authorization: headers.authorization ?? '' } });
    reply(response, answer.status, 'application/json', await answer.text());
  });

/** An endpoint as it was before there were fleets: it tells of no plain jobs. */
const withoutFleets = (url: string): Promise<Face> =>
  face(async ({ url: path = '', headers }, response) => {
    const answer = await fetch(`${url}${path}`, { headers: { authorization: headers.authorization ?? '' } });
    const told: unknown = await answer.json();
    const older = Object.fromEntries(Object.entries(told ?? {}).filter(([part]) => part !== 'jobs'));
    reply(response, answer.status, 'application/json', JSON.stringify(older));
  });

export interface Examination {
  readonly code: number;
  readonly findings: readonly Finding[];
  readonly calls: readonly Call[];
  readonly text: string;
}

const nothing = { stop() {} };

/** What stands before the twin's endpoint and makes it one of another version. */
const frontOf = async (world: World, endpoint: Face): Promise<Face> => {
  if (world.isOldEndpoint) return older(endpoint.url);
  return world.knowsNoFleets ? withoutFleets(endpoint.url) : endpoint;
};

/** Opens a world, has the doctor look at it, and closes it again. */
export const examineWorld = async (world: World, json = true): Promise<Examination> => {
  const jobs = pandaWorld({
    clock: simulatedClock(world.now + world.pandaAhead),
    sites: world.sites,
    jobsElsewhere: 10,
  });
  jobs.turn(world.pandaMode);
  const panda = await pandaFace(jobs);
  const pool = poolWorld({ clock: simulatedClock(world.now + world.endpointAhead), runJob: () => nothing });
  const { templates: queues, secret, condor } = world;
  const admission = { ...world.admission, ...(condor === undefined ? {} : { condor }) };
  const endpoint = await endpointFace(pool, { secret, queues, admission });
  const before = await frontOf(world, endpoint);
  if (world.pool !== 'ok') endpoint.turn(world.pool);
  const fronts = [
    await behindTls(panda.url, world.panda),
    await behindTls(before.url, world.endpoint),
  ] as const;
  const aws = await awsStandIn(() => world.aws);
  const folder = await mkdtemp(join(tmpdir(), 'aerie-doctor-'));
  const cdkJson = join(folder, 'cdk.json');
  const pandaUrl = fronts[0].url.replace('/api/v1', world.pandaPath ?? '/api/v1');
  const urls = { pandaUrl, endpointUrl: fronts[1].url.replace(/\/$/, '') };
  const stages = { [STAGE]: { ...urls, ...world.block } };
  await writeFile(cdkJson, JSON.stringify({ context: { aerie: { stages } } }));
  let text = '';
  try {
    const code = await examineStage(
      { stage: STAGE, json, mayTestAlarm: world.mayTestAlarm, secret: world.given },
      {
        cdkJson,
        aws: { endpoint: aws.url, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } },
        now: () => world.now,
        interrupted: world.interrupted,
        env: {},
        write: (more) => {
          text += more;
        },
      },
    );
    const findings: readonly Finding[] = json ? JSON.parse(text).findings : [];
    return { code, findings, calls: aws.calls, text };
  } finally {
    await Promise.all([...fronts, before, panda, endpoint, aws].map((served) => served.close()));
    await rm(folder, { recursive: true });
  }
};
