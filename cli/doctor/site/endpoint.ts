import type { EndpointAbout } from '../../../core/model/about.ts';
import { secretPath, workerRoleName } from '../../../core/model/names.ts';
import type { PoolView } from '../../../core/model/pool.ts';
import { type Finding, fail, ok, skip, warn } from '../finding.ts';
import type { Kind } from '../kinds.ts';
import type { Examined, Identity } from '../look/examined.ts';
import { judgeTls } from '../look/judge-tls.ts';
import { type Answered, seeEndpointTls } from '../look/see-endpoint.ts';

const CONFIG = '/etc/aerie-endpoint/config.json';
const RESTART = 'systemctl restart aerie-endpoint';

const judgeRoles = (about: EndpointAbout, stage: string, account: string | undefined): Finding => {
  const role = workerRoleName(stage);
  const { roles, account: theirs } = about.sts;
  const why = 'every worker would be refused when it joins';
  if (!roles.includes(role)) {
    return fail(
      'endpoint-roles',
      `the endpoint admits ${roles.join(', ')} and not ${role}: ${why}`,
      `add "${role}" to sts.roles in ${CONFIG} and ${RESTART}`,
    );
  }
  if (account !== undefined && theirs !== account) {
    return fail(
      'endpoint-roles',
      `the endpoint admits the account ${theirs} and not ${account}: ${why}`,
      `write "${account}" into sts.account in ${CONFIG} and ${RESTART}`,
    );
  }
  return ok('endpoint-roles', `the endpoint admits ${role} of account ${theirs}`);
};

const judgeSts = (about: EndpointAbout, region: string | undefined, stsHost: string | undefined): Finding => {
  const { url } = about.sts;
  const theirs = URL.parse(url)?.host ?? url;
  const expected = stsHost ?? (region === undefined ? undefined : `sts.${region}.amazonaws.com`);
  if (expected === undefined) {
    return skip('endpoint-sts', 'the region of the stage is not known: write "region" into its block');
  }
  if (theirs === expected) return ok('endpoint-sts', `the endpoint asks ${theirs}, as workers sign`);
  return fail(
    'endpoint-sts',
    `the endpoint asks ${theirs}, and workers sign for ${expected}: every worker would be refused`,
    `write "https://${expected}/" into sts.url in ${CONFIG} and ${RESTART}`,
  );
};

const judgePool = (about: EndpointAbout, pool: string | undefined): Finding => {
  if (pool === undefined)
    return skip('endpoint-pool', 'the stage sets its workers up in a way of its own: it has no "worker"');
  if (about.pool === pool) return ok('endpoint-pool', `both speak of the pool ${pool}`);
  return fail(
    'endpoint-pool',
    `the endpoint's pool is ${about.pool}, and worker.pool is ${pool}: every worker would be refused`,
    `write TRUST_DOMAIN of the central manager (condor_config_val TRUST_DOMAIN) into both`,
  );
};

const judgeTokens = (about: EndpointAbout, { fleets }: Examined): Finding => {
  const longest = Math.max(
    ...fleets.flatMap(({ atTimes }) => atTimes.map(({ maxLifeSeconds }) => maxLifeSeconds)),
  );
  if (about.tokenSeconds >= longest) {
    return ok('endpoint-tokens', `tokens live ${about.tokenSeconds} s, workers ${longest} s at most`);
  }
  return warn(
    'endpoint-tokens',
    `tokens live ${about.tokenSeconds} s, and workers up to ${longest} s: older workers leave the pool`,
    `write ${longest} into joining.tokenSeconds in ${CONFIG} and ${RESTART}`,
  );
};

/** docs/endpoint.md: 23.9 and newer. */
const LEAST_CONDOR = [23, 9] as const;

const judgeCondor = ({ condor }: EndpointAbout): Finding => {
  if ('why' in condor) return warn('htcondor', `HTCondor's version is not known: ${condor.why}`);
  const [major = 0, minor = 0] = condor.version.split('.').map(Number);
  const isNewEnough = major > LEAST_CONDOR[0] || (major === LEAST_CONDOR[0] && minor >= LEAST_CONDOR[1]);
  if (isNewEnough) return ok('htcondor', `the central manager runs HTCondor ${condor.version}`);
  return fail(
    'htcondor',
    `the central manager runs HTCondor ${condor.version}; aerie needs ${LEAST_CONDOR.join('.')} or newer`,
    'update HTCondor on the central manager',
  );
};

const judgeView = (view: Answered<PoolView>): Finding => {
  if (view.kind !== 'told') {
    return fail('pool-view', 'the endpoint gives no view of the pool', 'journalctl -u aerie-endpoint');
  }
  const { pilots, workers, jobs } = view.value;
  const missing = [pilots, workers, ...(jobs === undefined ? [] : [jobs])].flatMap(({ complete, why }) =>
    complete ? [] : [why ?? 'no reason'],
  );
  if (missing.length === 0)
    return ok('pool-view', `schedd and collector answer: ${workers.workers.length} workers`);
  return fail(
    'pool-view',
    `the pool is not seen in full: ${missing.join('; ')}`,
    'on the central manager: sudo -u aerie condor_q -allusers; sudo -u aerie condor_status -any',
  );
};

/** An endpoint that knows fleets tells of their jobs, though there be none. */
const judgeFleets = (view: Answered<PoolView>): Finding => {
  if (view.kind !== 'told') return skip('endpoint-fleets', 'the endpoint gives no view of the pool');
  if (view.value.jobs !== undefined) {
    return ok('endpoint-fleets', 'the endpoint takes pilots for fleets, and tells of plain jobs');
  }
  return fail(
    'endpoint-fleets',
    'the endpoint is from before there were fleets: it refuses pilots for one, and does not know its workers',
    'update the endpoint before the stage: docs/upgrade.md#a-stage-from-before-there-were-fleets',
  );
};

const OF_ABOUT = [
  'endpoint-roles',
  'endpoint-sts',
  'endpoint-pool',
  'endpoint-tokens',
  'htcondor',
] as const satisfies readonly Kind[];

const tlsOf = async (stage: Examined): Promise<readonly Finding[]> => {
  const { config, trust, now } = stage;
  const url = config.endpointUrl;
  const renew = `renew tls.certFile of the endpoint (docs/endpoint.md#a-certificate), then systemctl reload aerie-endpoint`;
  const [functions, workers] = await Promise.all([
    seeEndpointTls(url, trust.functions),
    seeEndpointTls(url, trust.workers),
  ]);
  const common = { url, now: now(), renew };
  return [
    judgeTls({ ...common, kind: 'endpoint-tls', look: functions, setting: 'caFile' }),
    config.worker === undefined
      ? skip('worker-tls', 'the stage sets its workers up in a way of its own: it has no "worker"')
      : judgeTls({ ...common, kind: 'worker-tls', look: workers, setting: 'workerCaFile' }),
  ];
};

const judgeAbout = (about: EndpointAbout, stage: Examined, me: Identity | undefined): readonly Finding[] => {
  const { stage: name, account, region, worker } = stage.config;
  return [
    ok('endpoint-about', `the endpoint says what it is, in version ${about.api} of its API`),
    judgeRoles(about, name, account ?? me?.account),
    judgeSts(about, region ?? me?.region, worker?.stsHost),
    judgePool(about, worker?.pool),
    judgeTokens(about, stage),
    judgeCondor(about),
  ];
};

const NOT_TOLD = {
  'not there': "the endpoint is older than this stage's aerie, and does not say what it is",
  failed: 'the endpoint did not say what it is',
} as const;

/** Looks whether the endpoint takes the stage for its own. */
export const checkEndpoint = async (stage: Examined): Promise<readonly Finding[]> => {
  const [tls, seen, me] = await Promise.all([tlsOf(stage), stage.endpoint(), stage.identity()]);
  const unknown = (why: string) =>
    (['endpoint-secret', 'endpoint-about', ...OF_ABOUT, 'pool-view', 'endpoint-fleets'] as const).map(
      (kind) => skip(kind, why),
    );
  if (!seen.ok) return [...tls, ...unknown(seen.why)];
  const { about, view } = seen.value;
  if (about.kind === 'failed' && view.kind === 'failed') {
    return [...tls, ...unknown(`the endpoint gave no answer: ${about.why}`)];
  }
  if (about.kind === 'secret refused' || view.kind === 'secret refused') {
    const path = secretPath(stage.config.stage);
    return [
      ...tls,
      fail(
        'endpoint-secret',
        'the endpoint does not take the bearer secret: it is not that of its secretFiles',
        `aws ssm put-parameter --overwrite --type SecureString --name ${path} --value file://secret.txt`,
      ),
      ...unknown('the endpoint does not take the secret').slice(1),
    ];
  }
  const secret = ok('endpoint-secret', 'the endpoint takes the bearer secret');
  if (about.kind === 'told') {
    return [
      ...tls,
      secret,
      ...judgeAbout(about.value, stage, me.ok ? me.value : undefined),
      judgeView(view),
      judgeFleets(view),
    ];
  }
  const why = about.kind === 'failed' ? `${NOT_TOLD.failed}: ${about.why}` : NOT_TOLD['not there'];
  const update = 'update it: docs/endpoint.md#install, the file aerie-endpoint.mjs';
  return [
    ...tls,
    secret,
    warn('endpoint-about', why, update),
    ...OF_ABOUT.map((kind) => skip(kind, 'the endpoint did not say what it is')),
    judgeView(view),
    judgeFleets(view),
  ];
};
