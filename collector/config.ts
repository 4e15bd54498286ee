import * as z from 'zod';

/**
 * The endpoint's configuration file: one JSON object, read once at start. Everything that is wrong with it is said at
 * once, each mistake in a sentence.
 */
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

const path = z.string().regex(/^\//, 'has to be an absolute path');
const wholeBetween = (min: number, max: number) =>
  z
    .int(`has to be a whole number from ${min} to ${max}`)
    .min(min, `has to be at least ${min}`)
    .max(max, `may be ${max} at most`);

/** What the shipped example has in place of what only the site knows: taken over, it would refuse every worker. */
const PLACEHOLDER = /[<>]|\.example$|^0{12}$|^the-stack-s-output-WorkerRole$/;

/** A text that is not the example's; `write` says what belongs there. */
const ownText = (write: string) =>
  z.string().refine((text) => !PLACEHOLDER.test(text), {
    error: `is still the example's; write ${write}`,
    abort: true,
  });

/** Secrets go there: only this machine itself is spoken to without TLS. */
const isServer = (text: string): boolean => {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.search !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
};

const stsUrl = ownText("the STS of the stage's region, such as https://sts.us-east-1.amazonaws.com/").refine(
  isServer,
  'has to be an https URL such as https://sts.us-east-1.amazonaws.com/',
);

const listen = z.strictObject({ host: z.string().min(1), port: wholeBetween(0, 65_535).default(9619) });

const tools = z.strictObject({
  /** Where HTCondor's command-line tools are; condor_advertise is an administrator's. */
  directories: z.array(path).min(1, 'has to name a folder').default(['/usr/bin', '/usr/sbin']),
  seconds: wholeBetween(1, 300).default(20),
  /**
   * Most that one tool may print; 50,000 slots take about 10 MB. It is held three times over while it is read, for three
   * tools at a time: 1.2 GB of the 2 GB that the service may have.
   */
  outputBytes: wholeBetween(1_000_000, 512_000_000).default(128_000_000),
});

const sts = z.strictObject({
  /** The STS that workers sign for, that of the stage's region; their `host` header has to be this one. */
  url: stsUrl,
  account: ownText("the stage's account, 12 digits").regex(
    /^\d{12}$/,
    'has to be an account number of 12 digits',
  ),
  roles: z
    .array(
      ownText('the role of the workers, such as aerie-prod-worker for the stage prod').regex(
        /^[\w+=,.@-]{1,64}$/,
        'has to be the name of a role',
      ),
    )
    .min(1, 'has to name a role'),
});

const joining = z.strictObject({
  /** The worker's maximum life: its token ends with it. */
  tokenSeconds: wholeBetween(300, 31_536_000),
  /** The signing key's name, if not HTCondor's default. */
  key: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'has to be the name of a key')
    .optional(),
  /** Where the endpoint's own copy of that key is; HTCondor's own directory is root's. */
  keyDirectory: path.optional(),
  /** From one address; workers behind one NAT gateway share one. */
  perMinute: wholeBetween(1, 100_000).default(300),
});

const text = z.string().min(1, 'is empty').max(255, 'may have 255 characters at most');

/** The OpenStack whose servers join by a challenge. */
const openstack = z.strictObject({
  authUrl: z
    .string()
    .refine(
      (url) => isServer(url) && /\/v3\/?$/.test(url),
      'has to be an https URL such as https://keystone.example.org:5000/v3',
    ),
  region: text,
  /** The stage's own, by name or id. */
  project: text,
  /** Whose servers are let in. */
  stage: text,
  /** An application credential that may read a server and write its metadata: `{"id": …, "secret": …}`. */
  credentialFile: path,
  /** Who signs for the cloud's servers, as PEM, if nobody whom Node knows. */
  caFile: path.optional(),
});

const schema = z
  .strictObject({
    listen,
    tls: z.strictObject({ keyFile: path, certFile: path }).optional(),
    /** The bearer secrets, one a file. Two, so that the next one is taken before the old one goes. */
    secretFiles: z.array(path).min(1, 'has to name a file').max(2, 'may name two files at most'),
    /** A secret that opens /metrics and nothing else. */
    metricsSecretFile: path.optional(),
    /** TRUST_DOMAIN of the central manager. */
    pool: ownText("TRUST_DOMAIN of the central manager, the pool's name").regex(
      /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/,
      'has to be a name such as cm.example.org',
    ),
    templatesDirectory: path,
    stateDirectory: path,
    /** Other schedds of the pool, whose plain jobs count too. */
    schedds: z
      .array(
        z
          .string()
          .regex(
            /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,254}$/,
            'has to be a name such as ap2.example.org, as condor_status -schedd prints it',
          ),
      )
      .max(16, 'may name 16 schedds at most')
      .default([]),
    /** A file in which the site says when inputs of jobs land. */
    landingsFile: path.optional(),
    tools: tools.prefault({}),
    sts,
    openstack: openstack.optional(),
    joining,
    /** Certificates, revocation lists and tokens whose end aerie tells of before; a folder stands for its *.r0. */
    credentialFiles: z.array(path).max(64, 'may name 64 files at most').default([]),
    /** A pilot that ran less than this found no job, or broke. */
    shortSeconds: wholeBetween(1, 86_400).default(300),
    /** How long one snapshot serves all who ask. */
    snapshotSeconds: wholeBetween(0, 30).default(2),
  })
  .refine((config) => config.tls !== undefined || LOOPBACK.has(config.listen.host), {
    path: ['tls'],
    error: 'is missing; without it the endpoint listens on 127.0.0.1 only',
  });

export type Config = Readonly<z.infer<typeof schema>>;

export type ReadConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly mistakes: readonly string[] };

const sentences = (issue: z.core.$ZodIssue): readonly string[] => {
  const at = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `${[...issue.path, key].join('.')} is no setting of the endpoint; remove it.`,
    );
  }
  const message = issue.input === undefined ? 'is missing' : issue.message;
  return [`${at === '' ? 'The configuration' : at} ${message}.`];
};

/** Reads the text of the configuration file. */
export const readConfig = (text: string): ReadConfig => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, mistakes: ['The configuration is not JSON.'] };
  }
  const parsed = schema.safeParse(json, { reportInput: true });
  if (parsed.success) return { ok: true, config: parsed.data };
  return { ok: false, mistakes: parsed.error.issues.flatMap(sentences) };
};
