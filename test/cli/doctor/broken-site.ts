import { type Breakage, block } from './breakages.ts';
import { certificate } from './world.ts';

const QUEUE = { state: 'active' };

/** What can be wrong at the site, besides its endpoint: the block, PanDA, the clocks. */
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
    what: 'pandaUrl with another path',
    break(world) {
      world.pandaPath = '/elsewhere/api/v1';
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
    what: 'a site of which PanDA tells null counts',
    break(world) {
      world.pandaMode = 'odd-site';
      world.sites = { ODD_SITE: { status: 'online' } };
      block(world, { queues: { CLOUD: { ...QUEUE, siteid: 'ODD_SITE' } } });
    },
    kind: 'panda-sites',
    level: 'FAIL',
    says: /PanDA's jobs of site ODD_SITE cannot be read, so queue CLOUD holds: data\.ODD_SITE/,
    fix: /PanDA's operators/,
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
