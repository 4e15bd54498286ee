import type { StatusTold } from '../verbs/status-told.ts';

/** Numbers over the time that is looked at, one a step, the oldest first; null: not known. */
type Series = readonly (number | null)[];

/** What mends a limit. */
interface Mend {
  readonly command?: string;
  readonly text: string;
}

/** What is decided of a queue or a fleet, and what limits it. */
interface Decided {
  readonly name: string;
  readonly isInShadow: boolean;
  /** Undefined: nothing yet. */
  readonly kind?: string;
  /** In a few words: `launch 6 x m6i.large`. */
  readonly what?: string;
  readonly limit?: string;
  /** When the decision was made that says so, seconds since 1970. */
  readonly since?: number;
  readonly mend?: Mend;
}

export interface QueueRow extends Decided {
  readonly fleet: string | null;
  readonly ready: number | null;
  readonly waiting: number | null;
  readonly running: number | null;
  /** How long a pilot waited on average in the time that is looked at, by Little's law; null: none was submitted in it. */
  readonly waitSeconds: number | null;
  readonly series: { readonly ready: Series; readonly waiting: Series; readonly running: Series };
}

export interface FleetRow extends Decided {
  readonly counts: Pick<StatusTold['fleets'][number], 'booting' | 'waking' | 'asleep'> & {
    readonly joined: number;
    readonly draining: number;
  };
  readonly maxWorkers: number | null;
  readonly coresBusy: number | null;
  readonly coresPaid: number;
  readonly dollarsPerHour: number | null;
  readonly isListed: boolean;
  readonly dollarsThisMonth: number | null;
  readonly budgetThisMonth: number | null;
  /** What its workers cost in the time that is looked at; null: nothing is known of a type. */
  readonly dollars: number | null;
  /** Half of its workers were in the pool so long after their launch; null: none has joined in the time. */
  readonly joinSeconds: number | null;
  readonly series: { readonly busy: Series; readonly paid: Series };
}

/** A machine: what it is and in which state, since when. */
export type Machine = readonly [
  fleet: string,
  flavour: string,
  zone: string,
  market: string,
  state: string,
  since: number,
];

/** Something that happened, once or for a time. */
export interface Event {
  readonly kind: 'hold' | 'submit' | 'remove' | 'act' | 'rest' | 'alarm' | 'fault';
  /** `queue/BNL_CLOUD`; of an alarm its name; of a fault nothing. */
  readonly of: string;
  readonly from: number;
  /** Undefined: it goes on. */
  readonly to?: number;
  /** How many equal decisions it stands for. */
  readonly times: number;
  readonly what: string;
  readonly why?: string;
  /** What came of it. */
  readonly outcome?: string;
}

/** What is known of a world that is made up, and of nothing else. */
export interface World {
  /** What of it is real and what is not, in one sentence. */
  readonly claim: string;
  readonly title: string;
  readonly about: string;
  /** How much of its load has come, 0 to 1. */
  readonly share: number;
  readonly isOver: boolean;
  /** What it came to, when it is over. */
  readonly sentences: readonly string[];
  readonly tables: readonly {
    readonly title: string;
    readonly head: readonly string[];
    readonly rows: readonly (readonly string[])[];
  }[];
}

export interface Head {
  readonly stage: string;
  /** The moment by the stage's own clock, seconds since 1970. */
  readonly at: number;
  readonly from: number;
  readonly stepSeconds: number;
  readonly health: { readonly word: string; readonly tone: 'well' | 'hold' | 'alarm' };
  readonly facts: readonly {
    readonly name: string;
    readonly ageSeconds: number | null;
    readonly isOld: boolean;
  }[];
  readonly alarms: readonly {
    readonly name: string;
    readonly since: number;
    readonly urgency: string | null;
  }[];
  /** The last look failed: what is shown is of `at`. */
  readonly trouble?: string;
  readonly world?: World;
}

/** Everything that the page shows of a time, by what it is and its name: what has changed of it is found one by one. */
export interface View {
  readonly head: Readonly<Record<'head', Head>>;
  readonly queues: Readonly<Record<string, QueueRow>>;
  readonly fleets: Readonly<Record<string, FleetRow>>;
  readonly machines: Readonly<Record<string, Machine>>;
  readonly events: Readonly<Record<string, Event>>;
}

/** What is told of one queue, fleet, decision or machine. */
export interface Story {
  readonly title: string;
  readonly about: string;
  readonly mend?: Mend;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly steps: readonly { readonly at: number; readonly what: string; readonly text: string }[];
  /** The end of what it said on its console. */
  readonly console?: string;
}

/** Where a page has it from. */
export interface PageSource {
  /** Looks again. */
  look(): Promise<void>;
  /** What there is to be seen of the last so many seconds. */
  view(rangeSeconds: number): Promise<View>;
  /** Undefined: there is no such thing. */
  story(path: readonly string[]): Promise<Story | undefined>;
}
