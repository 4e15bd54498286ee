import type { SubmitRequest } from '../core/model/pool.ts';
import { asRequested } from '../core/model/resources.ts';
import type { Condor } from './condor.ts';
import { readValue, type Value } from './rows.ts';
import { describe, type Template } from './template.ts';

/** Arguments of a condor_submit that reads a description, submits nothing, and prints what the jobs would be. */
const TRIAL_ARGS: readonly string[] = ['-terse', '-dry-run', '-', '-'];

/** A job that would be submitted: each attribute as it is written in its ad, by its name in small letters. */
type Job = ReadonlyMap<string, string>;

const KIB_PER_MB = 1024;
const VANILLA = 5;

const attributesOf = (block: string): Job =>
  new Map(
    block.split('\n').flatMap((line): (readonly [string, string])[] => {
      const [, name, value] = /^(\w+)\s*=\s*(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value.trim()]];
    }),
  );

/** The first block is the cluster's ad with its first job; each other has what of its job is not the same. */
const jobsOf = (stdout: string): readonly Job[] => {
  const [cluster = new Map<string, string>(), ...others] = stdout
    .split(/\n\s*\n/)
    .map(attributesOf)
    .filter((attributes) => attributes.size > 0);
  return [cluster, ...others.map((job) => new Map([...cluster, ...job]))];
};

/** What a pilot has to be so that it is counted as what it was asked for. */
interface Wanted {
  readonly attribute: string;
  readonly value: Value;
}

const wantedOf = (request: SubmitRequest): readonly Wanted[] => {
  const { requestId, queue, fleet, wallSeconds } = request;
  const { cpus, memoryMb, diskMb, gpus } = asRequested(request.shape);
  return [
    { attribute: 'JobUniverse', value: VANILLA },
    { attribute: 'MATCH_APF_QUEUE', value: queue },
    { attribute: 'AerieRequestId', value: requestId },
    ...(fleet === undefined ? [] : [{ attribute: 'AerieFleet', value: fleet }]),
    ...(wallSeconds === undefined ? [] : [{ attribute: 'AerieWallSeconds', value: wallSeconds }]),
    { attribute: 'RequestCpus', value: cpus },
    { attribute: 'RequestMemory', value: memoryMb },
    { attribute: 'RequestDisk', value: diskMb * KIB_PER_MB },
    { attribute: 'RequestGPUs', value: gpus === 0 ? undefined : gpus },
  ];
};

/** The longest piece of an attribute that a sentence repeats. */
const SHOWN_CHARACTERS = 60;

const shown = (text: string | undefined): string => text?.slice(0, SHOWN_CHARACTERS) ?? 'undefined';

const isAsWanted = (job: Job, { attribute, value }: Wanted): boolean => {
  const text = job.get(attribute.toLowerCase());
  // An expression is no value: what it comes to may change before it is counted.
  return text === undefined ? value === undefined : value !== undefined && readValue(text) === value;
};

const mistakeOf = (job: Job, wanted: readonly Wanted[]): string | undefined => {
  const late = [...job.keys()].find((name) => name.startsWith('jobmaterialize'));
  if (late !== undefined) {
    return 'submits its jobs little by little (max_idle or max_materialize), expected all of them at once';
  }
  const odd = wanted.find((each) => !isAsWanted(job, each));
  if (odd === undefined) return undefined;
  const got = shown(job.get(odd.attribute.toLowerCase()));
  const expected = typeof odd.value === 'string' ? JSON.stringify(odd.value) : String(odd.value);
  return `makes jobs with ${odd.attribute} ${got}, expected ${expected}: remove what sets it another way`;
};

/**
 * Why jobs that a dry run prints would not be counted as the pilots that were asked for; undefined if they would. What is
 * not counted is submitted again and again.
 */
export const uncounted = (stdout: string, request: SubmitRequest): string | undefined => {
  const wanted = wantedOf(request);
  const jobs = jobsOf(stdout);
  for (const job of jobs) {
    const mistake = mistakeOf(job, wanted);
    if (mistake !== undefined) return mistake;
  }
  return jobs.length === request.count
    ? undefined
    : `makes ${jobs.length} jobs where ${request.count} were asked for`;
};

/** What came of a trial; `why`: it could not be had. */
type Trial = { readonly ok: true; readonly mistake?: string } | { readonly ok: false; readonly why: string };

/** Asks condor_submit what the jobs of a request would be, and says what is wrong with them, if anything is. */
export const tryOut = async (
  condor: Condor,
  folder: string,
  template: Template,
  request: SubmitRequest,
): Promise<Trial> => {
  const answer = await condor('condor_submit', TRIAL_ARGS, { input: describe(template, request), folder });
  if (!answer.ok) return answer;
  const odd = uncounted(answer.stdout, request);
  return odd === undefined
    ? { ok: true }
    : { ok: true, mistake: `The pilot template ${template.queue}.sub ${odd}.` };
};
