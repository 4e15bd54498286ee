/**
 * AutoPyFactory's sched plugins as its own code has them (master of 2018-12; Activated, Simple, Trivial and SimpleNQueue as its
 * older branches), written down from their rules and not from aerie's, to compare chains with. `mended` brings the differences
 * that docs/chain.md declares, and nothing else.
 */
export interface Facts {
  readonly ready: number;
  readonly pending: number;
  readonly running: number;
  readonly pilotsInFactory: number;
  readonly siteStatus: string;
  readonly ended: { readonly count: number; readonly short: number };
}

type Options = Readonly<Record<string, string | null>>;

interface Asked {
  readonly facts: Facts;
  /** The text of a parameter; undefined: it is not set, or None. */
  readonly text: (parameter: string) => string | undefined;
  /** The same as a number. */
  readonly number: (parameter: string) => number | undefined;
  /** How many sections a factor is multiplied by, because they are one queue. */
  readonly sections: number;
  readonly isMended: boolean;
}

type Rule = (n: number, asked: Asked) => number;

/** n times a decimal fraction without an error of floating point: the numerator, and the power of ten below it. */
const exactly = (n: number, factor: string, times: number): readonly [bigint, bigint] => {
  const [, whole = '', part = ''] = /^([+-]?\d*)\.?(\d*)$/.exec(factor) ?? [];
  return [BigInt(n) * BigInt(`${whole}${part}`) * BigInt(times), 10n ** BigInt(part.length)];
};

const ceiling = ([over, under]: readonly [bigint, bigint]): number =>
  Number(over / under + (over > 0n && over % under !== 0n ? 1n : 0n));

const floor = ([over, under]: readonly [bigint, bigint]): number => Number(over / under);

/** Of Activated: 0 is no limit, as none is. */
const limit = (number: number | undefined): number | undefined => (number === 0 ? undefined : number);

const RULES: Readonly<Record<string, Rule>> = {
  Ready: (_, { facts, number }) => Math.max(0, facts.ready - (number('offset') ?? 0) - facts.pending),
  WeightedActivated: (_, { facts, text, isMended }) => {
    const weigh = (count: number, weight: string) =>
      isMended ? floor(exactly(count, weight, 1)) : Math.trunc(count * Number(weight));
    return Math.max(
      0,
      weigh(facts.ready, text('activated') ?? '1.0') - weigh(facts.pending, text('pending') ?? '1.0'),
    );
  },
  Fillactivated: (_, { facts }) => Math.max(0, facts.ready - facts.pending),
  Scale: (n, { text, sections, isMended }) => {
    const factor = text('factor') ?? '1.0';
    return isMended ? ceiling(exactly(n, factor, sections)) : Math.ceil(n * Number(factor) * sections);
  },
  Fixed: (_, { number }) => number('pilotspercycle') ?? 0,
  Null: () => 0,
  MaxPerCycle: (n, { number }) => Math.min(n, number('maximum') ?? n),
  MinPerCycle: (n, { number, isMended }) => {
    const minimum = number('minimum') ?? n;
    return isMended && minimum < 0 ? n : Math.max(n, minimum);
  },
  MaxPending: (n, { facts, number, text, isMended }) => {
    const maximum = number('maximum');
    if (maximum === undefined || (facts.pending === 0 && !isMended)) return n;
    const room = maximum - facts.pending;
    return Math.min(n, text('allow_negative') === 'False' ? Math.max(0, room) : room);
  },
  MinPending: (n, { facts, number }) =>
    Math.max(n, (number('minimum') ?? Number.NEGATIVE_INFINITY) - facts.pending),
  MaxToRun: (n, { facts, number }) =>
    Math.min(n, (number('maximum') ?? Number.POSITIVE_INFINITY) - facts.pending - facts.running),
  MaxPerFactory: (n, { facts, number, isMended }) => {
    const [maximum = Number.NEGATIVE_INFINITY, all] = [number('maximum'), facts.pilotsInFactory];
    if (all > maximum) return isMended ? Math.min(n, 0) : 0;
    return n + all > maximum ? maximum - all : n;
  },
  KeepNRunning: (n, { facts, number }) => (number('keep_running') ?? n) - facts.running - facts.pending,
  StatusTest: (n, { facts, number }) => (facts.siteStatus === 'test' ? (number('pilots') ?? 0) : n),
  StatusOffline: (n, { facts, number }) => (facts.siteStatus === 'offline' ? (number('pilots') ?? 0) : n),
  Throttle: (n, { facts: { ended }, number, isMended }) => {
    const submit = number('submit') ?? 1;
    if (ended.count === 0 || ended.short / ended.count <= (number('ratio') ?? 0.5)) return n;
    return isMended ? Math.min(n, submit) : submit;
  },
  Activated: (_, { facts, number, text, isMended }) => {
    const { ready, pending, running, siteStatus } = facts;
    if (siteStatus === 'offline') return 0;
    if (siteStatus === 'test' && text('testmode.allowed') === 'True') {
      return pending > (number('testmode.max_pending') ?? 10) ? 0 : (number('testmode.pilots') ?? 0);
    }
    const room = (most: number, taken: number) => (isMended ? Math.max(0, most - taken) : most - taken);
    const [toRun, mostPending] = [limit(number('max_jobs_torun')), limit(number('max_pilots_pending'))];
    let n = Math.max(0, ready - pending);
    if (toRun !== undefined) n = Math.min(n, room(toRun, pending + running));
    n = Math.max(n, (limit(number('min_pilots_pending')) ?? Number.NEGATIVE_INFINITY) - pending);
    n = Math.min(n, limit(number('max_pilots_per_cycle')) ?? n);
    n = Math.max(n, limit(number('min_pilots_per_cycle')) ?? n);
    return mostPending === undefined ? n : Math.min(n, room(mostPending, pending));
  },
  Simple: (_, { facts: { ready, pending }, number }) => {
    const wanted = Math.max(0, ready - pending);
    const most = number('maxpendingpilots');
    const left = most === undefined ? wanted : Math.max(0, most - pending);
    return Math.min(wanted, left, number('maxpilotspercycle') ?? wanted);
  },
  Trivial: (_, { facts: { ready, pending, running } }) => Math.max(0, ready - pending - running),
  SimpleNQueue: (_, { facts: { pending }, number }) => {
    const missing = Math.max(0, (number('nqueue') ?? 0) - pending);
    return Math.min(missing, number('maxpilotspercycle') ?? missing);
  },
};

export interface Reading {
  /** The options of a section, as Python reads them. */
  readonly options: Options;
  /** `maxperfactory.maximum`, where the factory sets it. */
  readonly maxPerFactory?: string;
  readonly sections?: number;
}

/** How many pilots AutoPyFactory submits; below 0: removes. */
export const submits = (
  { options, maxPerFactory, sections = 1 }: Reading,
  facts: Facts,
  isMended: boolean,
): number => {
  const names = (options.schedplugin ?? '').split(',').map((name) => name.trim().replace(/SchedPlugin$/, ''));
  return (
    names.reduce((n, name) => {
      const rule = RULES[name];
      if (rule === undefined) throw new Error(`AutoPyFactory has no plugin ${name}`);
      const text = (parameter: string) => {
        if (name === 'MaxPerFactory') return maxPerFactory;
        const value = options[`sched.${name.toLowerCase()}.${parameter}`] ?? undefined;
        return value === 'None' ? undefined : value;
      };
      const number = (parameter: string) => {
        const of = text(parameter);
        return of === undefined ? undefined : Number(of);
      };
      return rule(n, { facts, text, number, sections, isMended });
    }, 0) + 0
  );
};
