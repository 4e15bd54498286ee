import type { SubmitRequest } from '../../core/model/pool.ts';
import { asRequested } from '../../core/model/resources.ts';
import type { Condor } from '../condor/condor.ts';
import { readValue, type Value } from '../condor/rows.ts';
import { describe, type Template } from './template.ts';

/** Arguments of a condor_submit that reads a description, submits nothing, and prints what the jobs would be. */
const TRIAL_ARGS: readonly string[] = ['-terse', '-dry-run', '-', '-'];

/** What is written in an ad, or in a job's own part of it: each attribute by its name in small letters. */
type Written = ReadonlyMap<string, string>;

const NOTHING: Written = new Map();

const KIB_PER_MB = 1024;
const VANILLA = 5;

/**
 * The first is the cluster's ad with its first job; each other is what of its job is not the same, which are a line or two
 * of a hundred. One at a time: ten thousand whole ads would keep everybody else waiting for half a second.
 */
function* blocksOf(stdout: string): Generator<Written> {
  let block = new Map<string, string>();
  for (let from = 0; from < stdout.length; ) {
    const to = stdout.indexOf('\n', from);
    const end = to === -1 ? stdout.length : to;
    const line = stdout.slice(from, end);
    from = end + 1;
    const [, name, value] = /^(\w+)\s*=\s*(.*)/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) block.set(name.toLowerCase(), value);
    if (line.trim() !== '' || block.size === 0) continue;
    yield block;
    block = new Map();
  }
  if (block.size > 0) yield block;
}

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

const isAsWanted = (text: string | undefined, value: Value): boolean =>
  // An expression is no value: what it comes to may change before it is counted.
  text === undefined ? value === undefined : value !== undefined && readValue(text) === value;

/** Of a job whose own part says nothing of an attribute the cluster's ad says it. */
const mistakeOf = (own: Written, cluster: Written, wanted: readonly Wanted[]): string | undefined => {
  for (const name of own.keys()) {
    if (!name.startsWith('jobmaterialize')) continue;
    return 'submits its jobs little by little (max_idle or max_materialize), expected all of them at once';
  }
  const textOf = ({ attribute }: Pick<Wanted, 'attribute'>) => {
    const name = attribute.toLowerCase();
    return own.get(name) ?? cluster.get(name);
  };
  // A job that stays is in no history: nobody would see how soon pilots end.
  const stays = textOf({ attribute: 'LeaveJobInQueue' });
  if (stays !== undefined && readValue(stays) !== false) {
    return `keeps its jobs in the queue when they have ended (leave_in_queue is ${shown(stays)}), expected false: how they end is read in the history`;
  }
  const odd = wanted.find((each) => !isAsWanted(textOf(each), each.value));
  if (odd === undefined) return undefined;
  const got = shown(textOf(odd));
  const expected = typeof odd.value === 'string' ? JSON.stringify(odd.value) : String(odd.value);
  return `makes jobs with ${odd.attribute} ${got}, expected ${expected}: remove what sets it another way`;
};

/**
 * Why jobs that a dry run prints would not be counted as the pilots that were asked for; undefined if they would. What is
 * not counted is submitted again and again.
 */
export const uncounted = (stdout: string, request: SubmitRequest): string | undefined => {
  const wanted = wantedOf(request);
  let cluster: Written | undefined;
  let jobs = 0;
  for (const own of blocksOf(stdout)) {
    cluster ??= own;
    jobs += 1;
    const mistake = mistakeOf(own, cluster, wanted);
    if (mistake !== undefined) return mistake;
  }
  if (cluster === undefined) return mistakeOf(NOTHING, NOTHING, wanted);
  return jobs === request.count ? undefined : `makes ${jobs} jobs where ${request.count} were asked for`;
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
