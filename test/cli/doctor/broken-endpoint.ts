import { type Breakage, block } from './breakages.ts';
import { ACCOUNT, NOW } from './well-account.ts';
import { certificate } from './world.ts';

const DAY = 86_400;
const SERVER_ENDS = Date.parse('2126-11-05T21:34:27Z') / 1000;
const CLOUD = { name: 'CLOUD', credentialExpiresAt: NOW + 100 * DAY };

/** What can be wrong with the endpoint. */
export const BROKEN_ENDPOINT: readonly Breakage[] = [
  {
    what: "the functions do not know the endpoint's authority",
    break: (world) => block(world, { caFile: certificate('stranger') }),
    kind: 'endpoint-tls',
    level: 'FAIL',
    says: /not among those trusted/,
    fix: /"caFile"/,
  },
  {
    what: "the workers do not know the endpoint's authority",
    break: (world) => block(world, { workerCaFile: undefined }),
    kind: 'worker-tls',
    level: 'FAIL',
    says: /not among those trusted/,
    fix: /"workerCaFile"/,
  },
  {
    what: 'another secret than that of the endpoint',
    break(world) {
      world.secret = 'another-secret-of-more-than-32-characters';
    },
    kind: 'endpoint-secret',
    level: 'FAIL',
    says: /does not take the bearer secret/,
    fix: /put-parameter --overwrite --type SecureString --name \/aerie\/prod\/endpoint\/secret --value file:/,
  },
  {
    what: 'a role that the endpoint does not admit',
    break(world) {
      world.admission = { ...world.admission, sts: { ...world.admission.sts, roles: ['aerie-dev-worker'] } };
    },
    kind: 'endpoint-roles',
    level: 'FAIL',
    says: /admits aerie-dev-worker and not aerie-prod-worker/,
    fix: /add "aerie-prod-worker" to sts\.roles/,
  },
  {
    what: 'another account than the endpoint admits',
    break(world) {
      world.admission = { ...world.admission, sts: { ...world.admission.sts, account: '210987654321' } };
    },
    kind: 'endpoint-roles',
    level: 'FAIL',
    says: /admits the account 210987654321/,
    fix: new RegExp(`"${ACCOUNT}" into sts\\.account`),
  },
  {
    what: 'the STS of another region',
    break(world) {
      const sts = { ...world.admission.sts, url: 'https://sts.us-east-1.amazonaws.com/' };
      world.admission = { ...world.admission, sts };
    },
    kind: 'endpoint-sts',
    level: 'FAIL',
    says: /asks sts\.us-east-1\.amazonaws\.com, and workers sign for sts\.eu-west-1\.amazonaws\.com/,
    fix: /"https:\/\/sts\.eu-west-1\.amazonaws\.com\/" into sts\.url/,
  },
  {
    what: 'another pool',
    break(world) {
      world.admission = { ...world.admission, pool: 'other.physics.site' };
    },
    kind: 'endpoint-pool',
    level: 'FAIL',
    says: /pool is other\.physics\.site, and worker\.pool is cm\.physics\.site/,
    fix: /TRUST_DOMAIN/,
  },
  {
    what: 'tokens that end before the workers do',
    break(world) {
      world.admission = { ...world.admission, tokenSeconds: 86_400 };
    },
    kind: 'endpoint-tokens',
    level: 'warn',
    says: /tokens live 86400 s, and workers up to 604800 s/,
    fix: /604800 into joining\.tokenSeconds/,
  },
  {
    what: 'tokens that end before those workers do that are launched at weekends',
    break(world) {
      const schedule = 'Sat-Sun max-life-seconds=864000';
      block(world, { fleets: { default: { flavours: 'm6i.large, m6a.large', schedule } } });
    },
    kind: 'endpoint-tokens',
    level: 'warn',
    says: /tokens live 604800 s, and workers up to 864000 s/,
    fix: /864000 into joining\.tokenSeconds/,
  },
  {
    what: 'an old HTCondor',
    break(world) {
      world.condor = { version: '23.0.12' };
    },
    kind: 'htcondor',
    level: 'FAIL',
    says: /runs HTCondor 23\.0\.12; aerie needs 23\.9 or newer/,
    fix: /update HTCondor/,
  },
  {
    what: 'an HTCondor whose version is not known',
    break(world) {
      world.condor = { why: 'condor_version: cannot be run' };
    },
    kind: 'htcondor',
    level: 'warn',
    says: /condor_version: cannot be run/,
  },
  {
    what: 'an endpoint from before it said what it is',
    break(world) {
      world.isOldEndpoint = true;
    },
    kind: 'endpoint-about',
    level: 'warn',
    says: /older than this stage's aerie/,
    fix: /docs\/endpoint\.md#install/,
  },
  {
    what: 'a collector that the endpoint cannot ask',
    break(world) {
      world.pool = 'partial';
    },
    kind: 'pool-view',
    level: 'FAIL',
    says: /condor_status: communication error/,
    fix: /condor_status -any/,
  },
  {
    what: 'an endpoint from before there were fleets',
    break: (world) => {
      world.knowsNoFleets = true;
    },
    kind: 'endpoint-fleets',
    level: 'FAIL',
    says: /from before there were fleets: it refuses pilots for one, and does not know its workers/,
    fix: /update the endpoint before the stage/,
  },
  {
    what: 'a queue without a template',
    break(world) {
      world.templates = [];
    },
    kind: 'templates',
    level: 'FAIL',
    says: /queue CLOUD has no pilot template/,
    fix: /templates\/CLOUD\.sub/,
  },
  {
    what: 'a template for another shape',
    break(world) {
      world.templates = [{ ...CLOUD, asks: { cpus: 8, memoryMb: 2000 } }];
    },
    kind: 'templates',
    level: 'warn',
    says: /asks for another shape than the queue, whose own counts: cpus 8, the queue 1$/,
    fix: /request_ lines/,
  },
  {
    what: 'a credential that has ended',
    break(world) {
      world.templates = [{ ...CLOUD, credentialExpiresAt: NOW - 60 }];
    },
    kind: 'credentials',
    level: 'FAIL',
    says: /the credential of queue CLOUD's pilots ended at 2027-03-01T11:59:00/,
    fix: /renew the file/,
  },
  {
    what: 'a credential that ends today',
    break(world) {
      world.templates = [{ ...CLOUD, credentialExpiresAt: NOW + 3600 }];
    },
    kind: 'credentials',
    level: 'warn',
    says: /ends at 2027-03-01T13:00:00/,
    fix: /renew/,
  },
];

/** What a server's certificate does when its time comes: both who trust it see it. */
export const BROKEN_CERTIFICATES = [
  {
    what: 'for another host',
    certificate: 'elsewhere',
    now: NOW,
    level: 'FAIL',
    says: /its certificate is for another host/,
  },
  {
    what: 'that has ended',
    certificate: 'ended',
    now: NOW,
    level: 'FAIL',
    says: /its certificate, or that of its authority, has ended/,
  },
  {
    what: 'that ends in 29 days',
    certificate: 'server',
    now: SERVER_ENDS - 29.5 * DAY,
    level: 'warn',
    says: /ends on 2126-11-05, in 29 days/,
  },
  {
    what: 'that ends in two days',
    certificate: 'server',
    now: SERVER_ENDS - 2.5 * DAY,
    level: 'FAIL',
    says: /ends on 2126-11-05, in 2 days/,
  },
] as const;
