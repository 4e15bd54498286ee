import * as z from 'zod';
import { got, text, whole } from './option-text.ts';
import { CLOUD_KINDS } from './programs.ts';
import { siteLayer } from './site-layer.ts';

/**
 * The facts of a pool that its workers need. All of it can be read by everyone on the machine, so nothing is secret.
 * Every text is confined to characters that mean nothing to a shell, to YAML, or to HTCondor's configuration.
 */

const LABEL = '[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const NAME = `${LABEL}(\\.${LABEL}){0,9}`;
const PORT = '(:[1-9][0-9]{0,4})';
const hostName = new RegExp(`^${NAME}$`);

const isEndpointUrl = (given: string): boolean => {
  const url = URL.parse(given);
  if (url === null || url.username !== '' || url.search !== '' || url.hash !== '') return false;
  return (
    url.protocol === 'https:' || (url.protocol === 'http:' && /^(localhost|127\.0\.0\.1)$/.test(url.hostname))
  );
};

const endpointUrl = text(/^https?:\/\/[A-Za-z0-9.:/_-]{1,200}$/, 'an https URL').refine(isEndpointUrl, {
  error: ({ input }) => got(input, 'an https URL without user, query or fragment'),
});

const CERTIFICATES =
  /^(-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=]{1,76}\n)+-----END CERTIFICATE-----\n?){1,8}$/;

const CONSEQUENCES = ['refuse', 'tell'] as const;
const consequence = z.enum(CONSEQUENCES, { error: ({ input }) => got(input, 'refuse or tell') });

/** Who does not answer is seldom this machine's fault: at boot another one may do better, and later jobs go on. */
const REQUIRED_HOST = { boot: 'refuse', later: 'tell' } as const;

const cvmfs = z.strictObject({
  repositories: z
    .array(text(hostName, 'a repository such as atlas.cern.ch'))
    .max(32, 'has more than 32 repositories; expected fewer'),
  /** CVMFS_HTTP_PROXY: `|` balances, `;` fails over. */
  proxy: text(
    /^[A-Za-z0-9.:/|;_-]{1,400}$/,
    'CVMFS proxies such as http://squid.example.org:3128;DIRECT',
  ).default('DIRECT'),
  quotaMb: whole(1_000, 1_000_000, 'MB').default(10_000),
  /** What a repository does that cannot be read any longer: `refuse` jobs, or `tell` of it and take them. */
  later: consequence.default('refuse'),
});

/**
 * ATLAS's payloads exceed what they ask for while they merge or start, and are ended by the pilot itself where that lasts; grid
 * sites let them.
 */
const USUAL_FACTOR = 2;
const MOST_FACTOR = 10;

const address = z.union([z.ipv4(), z.ipv6()], { error: ({ input }) => got(input, 'an IP address') });

const HOST = 'a host name';

/** HOME is each slot's own, and AERIE_NOTICE the watch's. */
const VARIABLE = 'the name of an environment variable other than HOME and AERIE_NOTICE';
const variable = text(/^(?!(?:HOME|AERIE_NOTICE)$)[A-Za-z_][A-Za-z0-9_]{0,63}$/, VARIABLE);

/** Frontier's servers and proxies, a dozen of them, have some 600. */
const MOST_VALUE = 1000;
const value = text(
  new RegExp(`^[\\x20-\\x7e]{0,${MOST_VALUE}}$`),
  `up to ${MOST_VALUE} printable characters of ASCII`,
);

const PLACE = 'a host with its port, such as squid.example.org:3128';
const place = text(new RegExp(`^${NAME}${PORT}$`), PLACE);

const requiredHost = z
  .union(
    [place, z.strictObject({ host: place, boot: consequence.optional(), later: consequence.optional() })],
    {
      error: ({ input }) =>
        got(input, `${PLACE}, or { "host": …, "boot": …, "later": … } with refuse or tell for both`),
    },
  )
  .transform((given) => ({
    ...REQUIRED_HOST,
    ...(typeof given === 'string' ? { host: given } : given),
  }));

const keyed = (allowed: string) => ({
  error: ({ code, input }: { readonly code: string; readonly input?: unknown }) =>
    code === 'invalid_key' ? `is not ${allowed}` : got(input, 'an object'),
});

/** Texts by name. Zod leaves out a key `__proto__` without a word; here it is refused as any other key that is none. */
const texts = (key: z.ZodString, value: z.ZodType<string, string>, allowed: string) =>
  z
    .transform((given: Readonly<Record<string, string>>, context) => {
      if (!Object.hasOwn(given ?? {}, '__proto__')) return given;
      context.addIssue({ code: 'custom', path: ['__proto__'], message: `is not ${allowed}` });
      return z.NEVER;
    })
    .pipe(z.record(key, value, keyed(allowed)))
    .default({});

interface Named {
  readonly pins: Readonly<Record<string, string>>;
  /** One that is no host with its port is still as it was given. */
  readonly requiredHosts: readonly (string | { readonly host: string })[];
  readonly centralManager: string | readonly string[];
}

const hostOf = (given: string | { readonly host: string }): string =>
  typeof given === 'string' ? given : given.host;

const portless = (place: string): string => place.replace(/:\d+$/, '');

/** A pin is a claim about the network, which only a connection can prove. */
const pinsAreTried = (
  { pins, requiredHosts, centralManager }: Named,
  context: z.core.$RefinementCtx,
): void => {
  const tried = new Set([...centralManagersOf(centralManager), ...requiredHosts.map(hostOf)].map(portless));
  for (const host of Object.keys(pins).filter((pin) => !tried.has(pin))) {
    const message =
      'is not among requiredHosts; add it there with its port, so that it is tried before the first job';
    context.addIssue({ code: 'custom', path: ['pins', host], message });
  }
};

const notMemory = ({ input }: { readonly input?: unknown }) =>
  got(input, `hard, soft, or a number from 1 to ${MOST_FACTOR}`);
const factor = z.number().min(1, { error: notMemory }).max(MOST_FACTOR, { error: notMemory });
const memory = z.union([z.enum(['hard', 'soft']), factor], { error: notMemory });

const notDollars = ({ input }: { readonly input?: unknown }) => got(input, 'dollars an hour');
const dollars = z.number({ error: notDollars }).min(0, { error: notDollars });
const collectorHost = text(new RegExp(`^${NAME}${PORT}?$`), 'a host name such as cm.example.org');

/** HTCondor's high availability has two central managers; more than four are none that anybody runs. */
const MOST_CENTRAL_MANAGERS = 4;

const CENTRAL_MANAGERS = {
  error: ({ input }: { readonly input?: unknown }) =>
    got(input, `a host name such as cm.example.org, or a list of one to ${MOST_CENTRAL_MANAGERS} of them`),
};

const centralManager = z.union(
  [
    collectorHost,
    z.array(collectorHost).min(1, CENTRAL_MANAGERS).max(MOST_CENTRAL_MANAGERS, CENTRAL_MANAGERS),
  ],
  CENTRAL_MANAGERS,
);

/** Every central manager that a pool has. */
export const centralManagersOf = (given: string | readonly string[]): readonly string[] => [given].flat();

const facts = z.strictObject({
  os: z.enum(['el9', 'debian', 'baked'], { error: ({ input }) => got(input, 'el9, debian or baked') }),
  /** The series of OSG's packages, for el9. */
  osg: z.enum(['24', '25'], { error: ({ input }) => got(input, '"24" or "25"') }).default('25'),
  /** The pool's name: TRUST_DOMAIN of its central manager. */
  pool: text(hostName, "the pool's name, such as cm.example.org"),
  /** Host name of the collector, with its port if that is not 9618; a list where the pool has several. */
  centralManager,
  /** The STS that the endpoint asks. Left out: the regional one of the region that the worker is in. */
  stsHost: text(new RegExp(`^${NAME}${PORT}?$`), 'a host such as sts.us-east-1.amazonaws.com').optional(),
  /** Names that resolve wrongly from where the workers are, with the addresses that are right there. */
  pins: texts(text(hostName, HOST), address, HOST),
  /**
   * `host:port` of what the jobs cannot do without: resolved and connected to before the first job, and then each minute.
   * Whether one that does not answer makes the worker `refuse` jobs or only `tell` of it, is said for `boot` and `later`.
   */
  requiredHosts: z.array(requiredHost).max(32, 'has more than 32 hosts; expected fewer').default([]),
  cvmfs: cvmfs.default({ repositories: [], proxy: 'DIRECT', quotaMb: 10_000, later: 'refuse' }),
  /** For every job, such as OSG_DATA. */
  environment: texts(variable, value, VARIABLE),
  /**
   * How much memory a job may have before it is ended: what it asks for (`hard`), so many times that, or all that the
   * machine has (`soft`). What it asks for is kept for it in each case.
   */
  memory: memory.default(USUAL_FACTOR),
  /** AWS's list price of a type, or of a vCPU of a family, in dollars an hour: for the history of jobs. */
  listPrices: z
    .record(z.string().regex(/^[a-z0-9.-]{1,40}$/), dollars, keyed('an instance type or a family'))
    .default({}),
  /** Room that has to be free for the jobs' scratch directories. */
  minScratchMb: whole(0, 10_000_000, 'MB').default(5_000),
  /** How long checks that fail at boot are tried again: DNS, automounter and clock may need a moment. */
  checkSeconds: whole(0, 1_800, 'seconds').default(60),
  /** A VM that is no worker by then ends itself. */
  bootSeconds: whole(60, 7_200, 'seconds').default(900),
});

/** What a stage in cdk.json says of its workers; the endpoint is the stage's own. */
export const poolFacts = facts.superRefine(pinsAreTried);

/** What user-data is made from. */
export const workerOptions = facts
  .extend({
    endpointUrl,
    /** What the machines are of: each kind says in another way who it is. */
    cloud: z.enum(CLOUD_KINDS).default('ec2'),
    /** PEM certificates of the authorities that signed the endpoint's, if they are not the system's. */
    endpointCa: text(CERTIFICATES, 'PEM certificates').optional(),
    /** Whether the launch template brings a volume for scratch alone. */
    scratchVolume: z.boolean().default(false),
    site: siteLayer.optional(),
    /** Whether sessions of AWS Systems Manager may be begun. */
    sessionManager: z.boolean().default(false),
    /** The group of CloudWatch that HTCondor's logs go to, and the syslog host; empty: nowhere. */
    logGroup: text(/^[A-Za-z0-9/_.-]{0,200}$/, 'the name of a log group').default(''),
    syslogHost: text(new RegExp(`^(${NAME}${PORT})?$`), 'a host with its port').default(''),
  })
  .superRefine(pinsAreTried)
  .superRefine(({ site, checkSeconds, bootSeconds }, context) => {
    if (site === undefined || site.seconds + checkSeconds < bootSeconds) return;
    const message = `is ${site.seconds}, and with checkSeconds (${checkSeconds}) a boot has no time left within bootSeconds (${bootSeconds}); raise bootSeconds, or lower one of the two`;
    context.addIssue({ code: 'custom', path: ['site', 'seconds'], message });
  });
export type WorkerOptions = z.input<typeof workerOptions>;
