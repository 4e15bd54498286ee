import type { Boots } from '../model/learned.ts';
import type { LedgerView } from '../model/ledger.ts';
import type { Template } from '../model/templates.ts';
import { isSameTemplate } from '../model/templates.ts';
import { failuresOf, openBreakers, templateKind } from './boots.ts';

/** What the workers of a tick are launched from. */
export interface LaunchFrom {
  /** All of them but for a canary. */
  readonly template: Template;
  /** The newest template, if that is another one. */
  readonly newest?: Template;
  /** One worker of this tick is launched from the newest. */
  readonly canaryIsDue: boolean;
  /** So many canaries of the newest have not joined that it takes a person to mend it. */
  readonly isRejected: boolean;
}

/**
 * So long after a canary that never joined the next one is launched: what is wrong with an image is mended by people,
 * and each try costs a machine until its join deadline.
 */
export const CANARY_REST_SECONDS = 1_800;

/** One worker in twenty never joins anyhow; two in a row say that it is the template. */
const REJECTED_AFTER = 2;

type Memory = Pick<LedgerView, 'workers' | 'launches' | 'boots'>;

const lastJoinedAt = ({ boots }: Boots): number => boots.findLast(({ joined }) => joined)?.launchedAt ?? 0;

/** A stage that makes no images any more may not launch from those it made. */
const mayGoBackTo = (template: Template, newest: Template): boolean =>
  template.id === newest.id &&
  !isSameTemplate(template, newest) &&
  (template.imageId === undefined || newest.imageId !== undefined);

/** The template other than the newest whose workers were the last to join, and still do. */
const lastThatJoined = (known: readonly Boots[], newest: Template, open: ReadonlySet<string>) =>
  known
    .filter(({ kind, boots }) => !open.has(kind) && boots.some(({ joined }) => joined))
    .sort((a, b) => lastJoinedAt(b) - lastJoinedAt(a))
    .map(({ template }) => template)
    .find((template) => template !== undefined && mayGoBackTo(template, newest));

/**
 * A worker of the template may still join, or a launch of it may bring one. A worker that EC2 will not end, or that an
 * operator protects, is in the state `booting` for ever and never counted: it holds the next canary back as long as a
 * failed one does, and no longer.
 */
const isOnItsWay = ({ workers, launches }: Memory, newest: Template, now: number): boolean =>
  workers.some(
    ({ state, template, launchedAt }) =>
      state.kind === 'booting' &&
      now - launchedAt <= CANARY_REST_SECONDS &&
      template !== undefined &&
      isSameTemplate(template, newest),
  ) || launches.some(({ request }) => isSameTemplate(request.template, newest));

/**
 * Says what to launch from. A template of which no worker has joined yet, or whose workers have ceased to join, is tried
 * by one worker at a time, while all others come from the last one that joined. Where there is no such one, there is
 * nothing to go back to, and the circuit breaker alone holds.
 */
export const launchFrom = (newest: Template, memory: Memory, now: number): LaunchFrom => {
  const known = memory.boots ?? [];
  const open = new Set(openBreakers(known).map(({ kind }) => kind));
  const kind = templateKind(newest);
  const own = known.find((of) => of.kind === kind);
  const isTrusted = !open.has(kind) && own?.boots.some(({ joined }) => joined) === true;
  const last = isTrusted ? undefined : lastThatJoined(known, newest, open);
  if (last === undefined) return { template: newest, canaryIsDue: false, isRejected: false };
  const triedAt = own?.boots.at(-1)?.launchedAt ?? Number.NEGATIVE_INFINITY;
  return {
    template: last,
    newest,
    canaryIsDue: now - triedAt > CANARY_REST_SECONDS && !isOnItsWay(memory, newest, now),
    isRejected: own !== undefined && failuresOf(own) >= REJECTED_AFTER,
  };
};

/**
 * Returns what is launched from while nobody can say which image is the newest: the stage's template with the image
 * whose workers were the last to join, and still do. Undefined: none has.
 */
export const lastWithImage = (stageTemplate: Template, known: readonly Boots[]): Template | undefined => {
  const open = new Set(openBreakers(known).map(({ kind }) => kind));
  return known
    .filter(({ kind, boots }) => !open.has(kind) && boots.some(({ joined }) => joined))
    .toSorted((a, b) => lastJoinedAt(b) - lastJoinedAt(a))
    .map(({ template }) => template)
    .find((template) => template?.id === stageTemplate.id && template.imageId !== undefined);
};
