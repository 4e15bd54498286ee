import type { Condor } from './condor/condor.ts';
import type { Config } from './config.ts';

/** How large the admin says that the pool will be. */
export interface Expected {
  readonly workers: number;
  /** Pilots that run at the same time; one a worker, where nothing is said. */
  readonly pilots?: number;
}

/** The first version that was tried: 23.9.6. Older ones lack remote administration as it is used here. */
const LEAST_VERSION = [23, 9] as const;

/** One for CCB, and one each by which startd and master send their updates; test/lab/existing-pool.long.test.ts counts. */
const COLLECTOR_DESCRIPTORS_A_WORKER = 3;
/** After a restart of the collector all connect at once, and each connection passes through the shared port. */
const SHARED_PORT_DESCRIPTORS_A_WORKER = 3;
/** Logs, libraries, and what tools and other daemons keep open. */
const OTHER_DESCRIPTORS = 500;

/** The value of a knob as a daemon reads it; undefined where it cannot be had. */
const knobOf = async (
  condor: Condor,
  daemon: string,
  knob: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<string | undefined> => {
  const answer = await condor('condor_config_val', ['-subsystem', daemon, knob], { environment });
  return answer.ok ? answer.stdout.trim() : undefined;
};

/** `10240`, or `MIN({24105, 10000})` as HTCondor's own default is printed. */
const numberOf = (text: string): number | undefined => {
  const terms = /^MIN\(\{([\d, ]+)\}\)$/i.exec(text)?.[1];
  const numbers = (terms ?? text).split(',').map((term) => term.trim());
  return numbers.every((number) => /^\d+$/.test(number)) ? Math.min(...numbers.map(Number)) : undefined;
};

/** Of a list, as a pool with two central managers may have, HTCondor signs for the first. */
const firstOf = (domains = ''): string => domains.replace(/[,\s].*/s, '');

/** In place of the machine's own name, which HTCondor otherwise takes from the name service. */
const ANOTHER_NAME = 'name-of-no-machine.invalid';

/** Where nobody has written them, UID_DOMAIN is the machine's full name, and TRUST_DOMAIN is UID_DOMAIN. */
const followsFromTheName = async (condor: Condor): Promise<boolean> =>
  firstOf(await knobOf(condor, 'COLLECTOR', 'TRUST_DOMAIN', { _CONDOR_NETWORK_HOSTNAME: ANOTHER_NAME })) ===
  ANOTHER_NAME;

/** The endpoint's `pool` is not HTCondor's TRUST_DOMAIN. */
interface DomainMistake {
  readonly sentence: string;
  /** TRUST_DOMAIN is the machine's name, which is another one for as long as a boot has no name service. */
  readonly mayPass: boolean;
}

/**
 * Says where the endpoint's `pool` is not HTCondor's TRUST_DOMAIN: every token that it signs would be refused. HTCondor's
 * own value stays: all tokens of a pool that exists carry it. Nothing is said where HTCondor cannot be asked; a token for
 * another domain is never given out.
 */
export const domainMistake = async (condor: Condor, pool: string): Promise<DomainMistake | undefined> => {
  const first = firstOf(await knobOf(condor, 'COLLECTOR', 'TRUST_DOMAIN'));
  if (first === '' || first === pool) return undefined;
  const mayPass = await followsFromTheName(condor);
  // Between the two questions somebody may have written the configuration: what has changed is judged anew.
  if (firstOf(await knobOf(condor, 'COLLECTOR', 'TRUST_DOMAIN')) !== first)
    return domainMistake(condor, pool);
  const is = `TRUST_DOMAIN of HTCondor on this machine is ${JSON.stringify(first)}`;
  const why = mayPass ? ', which is what the machine calls itself now' : '';
  const unless = mayPass ? 'unless its name service was only not there yet, ' : '';
  return {
    sentence: `pool is ${JSON.stringify(pool)}, and ${is}${why}: workers' tokens would be refused; ${unless}write ${JSON.stringify(first)} as pool, here and in the stage's worker block.`,
    mayPass,
  };
};

const versionMistakes = async (condor: Condor): Promise<readonly string[]> => {
  const answer = await condor('condor_version', []);
  if (!answer.ok) return [`HTCondor's tools cannot be run: ${answer.why}.`];
  const [, major = '0', minor = '0'] = /\$CondorVersion: (\d+)\.(\d+)\./.exec(answer.stdout) ?? [];
  const [leastMajor, leastMinor] = LEAST_VERSION;
  const isEnough =
    Number(major) > leastMajor || (Number(major) === leastMajor && Number(minor) >= leastMinor);
  if (isEnough) return [];
  return [`HTCondor ${major}.${minor} is too old; update it to ${LEAST_VERSION.join('.')} or newer.`];
};

const capacityMistakes = async (condor: Condor, expected: Expected): Promise<readonly string[]> => {
  const { workers, pilots = workers } = expected;
  const needs = [
    {
      daemon: 'COLLECTOR',
      knob: 'COLLECTOR_MAX_FILE_DESCRIPTORS',
      least: workers * COLLECTOR_DESCRIPTORS_A_WORKER + OTHER_DESCRIPTORS,
      for: `${workers} workers`,
    },
    {
      daemon: 'SHARED_PORT',
      knob: 'SHARED_PORT_MAX_FILE_DESCRIPTORS',
      least: workers * SHARED_PORT_DESCRIPTORS_A_WORKER + OTHER_DESCRIPTORS,
      for: `${workers} workers`,
    },
    { daemon: 'SCHEDD', knob: 'MAX_JOBS_RUNNING', least: pilots, for: `${pilots} running pilots` },
  ];
  const mistakes = await Promise.all(
    needs.map(async ({ daemon, knob, least, for: whom }) => {
      const text = await knobOf(condor, daemon, knob);
      const set = text === undefined ? undefined : numberOf(text);
      if (set !== undefined && set >= least) return [];
      const is = text === undefined ? 'cannot be read' : `is ${text}`;
      return [
        `${knob} ${is}; ${whom} need ${least}: write ${knob} = ${least} into HTCondor's configuration.`,
      ];
    }),
  );
  return mistakes.flat();
};

const scheddMistakes = async (condor: Condor, schedds: readonly string[]): Promise<readonly string[]> => {
  const answers = await Promise.all(
    schedds.map((schedd) =>
      condor('condor_q', ['-name', schedd, '-allusers', '-limit', '1', '-af', 'ClusterId']),
    ),
  );
  return answers.flatMap((answer, index) =>
    answer.ok
      ? []
      : [
          `schedds names ${JSON.stringify(schedds[index])}, which does not answer: ${answer.why}; write the name that condor_status -schedd prints, and let this machine read there (ALLOW_READ).`,
        ],
  );
};

/** Says what does not fit in the HTCondor that the endpoint finds, each mistake in a sentence. */
export const poolMistakes = async (
  condor: Condor,
  { pool, schedds }: Pick<Config, 'pool' | 'schedds'>,
  expected?: Expected,
): Promise<readonly string[]> => {
  const domain = await domainMistake(condor, pool);
  return [
    ...(await versionMistakes(condor)),
    ...(domain === undefined ? [] : [domain.sentence]),
    ...(await scheddMistakes(condor, schedds)),
    ...(expected === undefined ? [] : await capacityMistakes(condor, expected)),
  ];
};
