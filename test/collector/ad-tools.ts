import type { Condor, ToolOutcome } from '../../collector/condor/condor.ts';
import { type Ad, evaluate, printed } from './classads.ts';

/** Whose jobs these tools show where not everybody's are asked for. */
const ME = 'aerie';

interface Asked {
  readonly flags: ReadonlySet<string>;
  readonly options: ReadonlyMap<string, string>;
  readonly columns: readonly string[];
  readonly format: string;
}

const FLAGS = ['-any', '-allusers'];
const WITH_VALUE = ['-constraint', '-limit', '-name', '-since', '-scanlimit'];

/** Reads arguments as HTCondor's tools do: what they do not know is a mistake, and all behind `-af` are columns. */
const readArgs = (args: readonly string[]): Asked => {
  const flags = new Set<string>();
  const options = new Map<string, string>();
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (/^-af(:[tV]+)?$/.test(arg)) return { flags, options, columns: args.slice(at + 1), format: arg };
    if (FLAGS.includes(arg)) flags.add(arg);
    else if (WITH_VALUE.includes(arg)) {
      at += 1;
      options.set(arg, args[at] ?? '');
    } else throw new Error(`unknown argument "${arg}"`);
  }
  return { flags, options, columns: [], format: '' };
};

const lineOf = (ad: Ad, { columns, format }: Asked): string => {
  const cells = columns.map((column) => printed(evaluate(column, ad), format.includes('V')));
  return `${cells.join(format.includes('t') ? '\t' : ' ')}\n`;
};

const isChosen = (ad: Ad, { options }: Asked): boolean =>
  evaluate(options.get('-constraint') ?? 'true', ad) === true;

const idOf = ({ ClusterId, ProcId }: Ad): string => `${ClusterId}.${ProcId}`;

/** What of a history is read, which is read from its end: up to a record, or to the first for which an expression holds. */
const readBack = (history: readonly Ad[], { options }: Asked): readonly Ad[] => {
  const since = options.get('-since') ?? 'false';
  const isEnd = (ad: Ad) => idOf(ad) === since || (!/^\d+\.\d+$/.test(since) && evaluate(since, ad) === true);
  const newestFirst = [...history].reverse();
  const end = newestFirst.findIndex(isEnd);
  const read = newestFirst.slice(0, Number(options.get('-scanlimit') ?? newestFirst.length));
  return end === -1 ? read : read.slice(0, end);
};

const ADVERTISED: Readonly<Record<string, readonly string[]>> = {
  INVALIDATE_STARTD_ADS: ['"Machine"', '"StartD"'],
  INVALIDATE_MASTER_ADS: ['"DaemonMaster"'],
};

/** What condor_advertise reads with -multiple: ads, with an empty line behind each. */
const adsIn = (input: string): readonly Ad[] =>
  input
    .split(/\n\n+/)
    .map((block) => block.split('\n').flatMap((line) => [/^(\w+) = (.*)$/.exec(line)?.slice(1) ?? []]))
    .map((lines) => Object.fromEntries(lines));

/** What of a collector's ads is left. */
const invalidated = (ads: readonly Ad[], args: readonly string[], input: string): readonly Ad[] => {
  const [tcp, multiple, command = '', from] = args;
  if (tcp !== '-tcp' || multiple !== '-multiple' || from !== '-') throw new Error(`asks ${args.join(' ')}`);
  const isMeant = (ad: Ad) => (query: Ad) =>
    query.MyType === '"Query"' &&
    ADVERTISED[command]?.includes(query.TargetType ?? '') === true &&
    query.TargetType === ad.MyType &&
    evaluate(query.Requirements ?? 'false', ad) === true;
  const queries = adsIn(input);
  return ads.filter((ad) => !queries.some(isMeant(ad)));
};

const isMachine = (ad: Ad): boolean => ad.MyType === '"Machine"';

/** A pool by its ads. Whoever has it changes them. */
export interface AdPool {
  /** Of the collector. */
  ads: readonly Ad[];
  /** Of the endpoint's own schedd, and of others by their name. */
  jobs: readonly Ad[];
  readonly others?: Readonly<Record<string, readonly Ad[]>>;
  /** Oldest first. */
  history: readonly Ad[];
}

/** HTCondor's tools over a pool: they evaluate what they are asked, and print what is asked for. */
export const adTools = (pool: Partial<AdPool>): Condor => {
  const found = (tool: string, asked: Asked): readonly Ad[] => {
    const { flags, options } = asked;
    if (tool === 'condor_status') {
      return (pool.ads ?? []).filter((ad) => flags.has('-any') || isMachine(ad));
    }
    if (tool === 'condor_history') return readBack(pool.history ?? [], asked);
    if (tool !== 'condor_q' && tool !== 'condor_rm') throw new Error('not known here');
    const schedd = options.get('-name');
    const jobs = schedd === undefined ? pool.jobs : pool.others?.[schedd];
    if (jobs === undefined) throw new Error(`no schedd ${schedd}`);
    // Whoever removes jobs removes those that are its own.
    return jobs.filter(({ Owner = `"${ME}"` }) => flags.has('-allusers') || Owner === `"${ME}"`);
  };
  const run = (tool: string, args: readonly string[], input: string): ToolOutcome => {
    if (tool === 'condor_advertise') {
      pool.ads = invalidated(pool.ads ?? [], args, input);
      return { ok: true, stdout: '' };
    }
    const asked = readArgs(args);
    const limit = Number(asked.options.get('-limit') ?? Number.POSITIVE_INFINITY);
    const chosen = found(tool, asked)
      .filter((ad) => isChosen(ad, asked))
      .slice(0, limit);
    if (tool === 'condor_rm') {
      pool.jobs = pool.jobs?.map((job) => (chosen.includes(job) ? { ...job, JobStatus: '3' } : job)) ?? [];
      return { ok: true, stdout: '' };
    }
    return { ok: true, stdout: chosen.map((ad) => lineOf(ad, asked)).join('') };
  };
  return async (tool, args, { input = '' } = {}) => {
    try {
      return run(tool, args, input);
    } catch (error) {
      const why = `${tool}: ${error instanceof Error ? error.message : String(error)}`;
      return { ok: false, why, stdout: '', stderr: why };
    }
  };
};
