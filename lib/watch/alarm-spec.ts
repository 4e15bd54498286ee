import type { MetricName, Service } from '../../core/tell/metrics.ts';
import type { LambdaName } from '../functions/bundling.ts';
import type { QuotaName } from './quotas.ts';

/**
 * A metric that an alarm watches: one of aerie's own, one that AWS keeps of a function or a queue of failures, or how
 * much of a quota is used, percent.
 */
export type Watched =
  | { readonly kind: 'own'; readonly name: MetricName; readonly service: Service }
  | { readonly kind: 'errors'; readonly of: LambdaName }
  | { readonly kind: 'dead-letters'; readonly of: NewsReader }
  | { readonly kind: 'quota'; readonly of: QuotaName };

/** The functions that read from a queue, each of which has a queue of failures. */
export const NEWS_READERS = ['events', 'settings'] as const satisfies readonly LambdaName[];
export type NewsReader = (typeof NEWS_READERS)[number];

/** How soon somebody has to look; `can wait`: it mends itself as a rule, or harms nothing meanwhile. */
type Urgency = 'now' | 'today' | 'can wait';

/** A page of runbooks: alarms that are looked into in the same place. */
type RunbookPage = 'ticks' | 'facts' | 'ec2' | 'workers' | 'strays' | 'money';

/**
 * One thing that can go wrong and that somebody should act on, in CloudWatch's words: when `datapoints` of the last
 * `of` periods breach the threshold. It is one alarm for each metric it watches. Plain values: the stack deploys them, and the
 * twin evaluates them.
 */
export interface AlarmSpec {
  readonly what: string;
  readonly urgency: Urgency;
  /** The command that shows most of what it is about. */
  readonly look: string;
  /** Its runbook is `docs/runbooks/<page>.md#<name>`. */
  readonly page: RunbookPage;
  readonly watches: readonly Watched[];
  readonly statistic: 'Sum' | 'Maximum' | 'Minimum';
  readonly periodSeconds: number;
  readonly datapoints: number;
  readonly of: number;
  readonly breaches: 'at least' | 'below';
  readonly threshold: number;
  /** What a period without data means. */
  readonly missing: 'breaching' | 'notBreaching';
}

/** What an alarm's name says of the metric that it watches. */
export const whoseMetric = (watched: Watched): string =>
  watched.kind === 'own' ? watched.service : watched.of;

/** The name of one alarm of a stage. */
export const alarmNameOf = (stage: string, name: string, watched: Watched): string =>
  `aerie-${stage}-${name}-${whoseMetric(watched)}`;

/** What a mail says of how soon. */
const LOOK = {
  now: 'Look now.',
  today: 'Look today.',
  'can wait': 'It can wait.',
} as const;

/** Where to look first: a command as it is typed. */
export const firstLook = (look: string, stage: string): string => `aerie ${look} --stage ${stage}`;

/** Whose alarm it is, and where a reader of the mail can open the pages of runbooks. */
export interface AlarmPlace {
  readonly stage: string;
  /** The folder of their pages; absent: the files of the repository. */
  readonly runbookUrl?: string | undefined;
}

/** Where the runbook of an alarm is: a file of the repository, or a page below an address. */
export const runbookOf = (name: string, { page }: AlarmSpec, url?: string): string =>
  url === undefined ? `docs/runbooks/${page}.md#${name}` : `${url.replace(/\/$/, '')}/${page}.html#${name}`;

/** What an alarm says of itself, which its mail carries: the harm, how long it can wait, the first command, the runbook. */
export const alarmDescriptionOf = (
  name: string,
  spec: AlarmSpec,
  { stage, runbookUrl }: AlarmPlace,
): string =>
  `${spec.what} ${LOOK[spec.urgency]} First: ${firstLook(spec.look, stage)} Runbook: ${runbookOf(name, spec, runbookUrl)}`;

/** Where the runbook is, as an alarm's description says it; undefined: it says none. */
export const runbookIn = (description = ''): string | undefined => /Runbook: (\S+)$/.exec(description)?.[1];
