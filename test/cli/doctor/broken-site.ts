import type { Breakage } from './breakages.ts';
import { block } from './breakages.ts';
import { ACCOUNT, NOW } from './well-account.ts';
import { certificate } from './world.ts';

const DAY = 86_400;
const SERVER_ENDS = Date.parse('2126-11-05T21:34:27Z') / 1000;
const QUEUE = { state: 'active', 'max-workers': 20, flavours: 'm6i.large, m6a.large' };
const CLOUD = { name: 'CLOUD', credentialExpiresAt: NOW + 100 * DAY };

/** What can be wrong at the site: the block, PanDA and the endpoint. No account has to be asked for any of it. */
export const BROKEN_SITE: readonly Breakage[] = [
  {
    what: 'a setting that is none',
    break: (world) => block(world, { colour: 'red' }),
    kind: 'block',
    level: 'FAIL',
    says: /aerie\.stages\.prod\.colour is no setting of a stage/,
    fix: /cdk\.json/,
  },
  {
    what: 'a file of authorities that is not there',
    break: (world) => block(world, { caFile: '/nonexistent/ca.pem' }),
    kind: 'authorities',
    level: 'FAIL',
    says: /caFile is "\/nonexistent\/ca\.pem", and there is no such file/,
    fix: /PEM/,
  },
  {
    what: 'a file of authorities with an ended certificate beside the good one',
    break: (world) => block(world, { workerCaFile: certificate('authorities') }),
    kind: 'authorities',
    level: 'FAIL',
    says: /workerCaFile is .*authorities\.pem: the first of its certificates ended on 2020-01-02/,
    fix: /deploy/,
  },
  {
    what: "the example's pool",
    break(world) {
      const worker = { os: 'debian', pool: 'cm.example.org', centralManager: 'cm.physics.site' };
      block(world, { worker });
      world.admission = { ...world.admission, pool: 'cm.example.org' };
    },
    kind: 'example-hosts',
    level: 'FAIL',
    says: /worker\.pool names cm\.example\.org/,
    fix: /aerie\.stages\.prod\.worker\.pool/,
  },
  {
    what: "PanDA's certificate is of an authority that nobody was told of",
    break(world) {
      world.panda = 'server';
      world.endpoint = undefined;
      block(world, { caFile: certificate('stranger') });
    },
    kind: 'panda-tls',
    level: 'FAIL',
    says: /signed by an authority that is not among those trusted \(signed by test authority\)/,
    fix: /"caFile"/,
  },
  {
    what: 'pandaUrl without /api/v1',
    break(world) {
      world.pandaPath = '/api/v0';
    },
    kind: 'panda-api',
    level: 'FAIL',
    says: /does not answer as PanDA's API: PanDA answered 403/,
    fix: /"pandaUrl" \(it ends in \/api\/v1\)/,
  },
  {
    what: 'a siteid that PanDA does not know',
    break: (world) => block(world, { queues: { CLOUD: { ...QUEUE, siteid: 'CLOUT' } } }),
    kind: 'panda-sites',
    level: 'FAIL',
    says: /PanDA has no site CLOUT with a status, which queue CLOUD takes jobs from/,
    fix: /"siteid" of the queue CLOUD/,
  },
  {
    what: 'a site without a status, of a queue that is paused',
    break(world) {
      world.sites = { CLOUD: { status: null } };
      block(world, { queues: { CLOUD: { ...QUEUE, state: 'paused' } } });
    },
    kind: 'panda-sites',
    level: 'warn',
    says: /PanDA has no site CLOUD with a status/,
    fix: /siteid/,
  },
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
  {
    what: "the central manager's clock is two minutes ahead",
    break(world) {
      world.endpointAhead = 120;
    },
    kind: 'clocks',
    level: 'FAIL',
    says: /the clock of the endpoint is 120\.0 s ahead of this machine's: a view from the future holds every queue/,
    fix: /on the central manager: timedatectl/,
  },
  {
    what: "the central manager's clock is a little behind",
    break(world) {
      world.endpointAhead = -20;
    },
    kind: 'clocks',
    level: 'warn',
    says: /the clock of the endpoint is 20\.0 s behind this machine's/,
    fix: /timedatectl/,
  },
  {
    what: "this machine's own clock",
    break(world) {
      world.endpointAhead = 300;
      world.pandaAhead = 300;
    },
    kind: 'clocks',
    level: 'warn',
    says: /this machine's clock is 300\.0 s behind those of the endpoint and PanDA/,
    fix: /on this machine/,
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
