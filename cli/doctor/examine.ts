import { CHECKS, type Check } from './checks.ts';
import { type Finding, skip, warn } from './finding.ts';
import { type Examined, isOwn } from './look/examined.ts';

/** No check takes longer: every wait of its own is shorter, and this ends what nobody thought of. */
const LONGEST_SECONDS = 60;

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Resolves with a sentence when a check is no longer waited for. */
const givenUp = (interrupted: AbortSignal) => {
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const why = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`it was not done within ${LONGEST_SECONDS} s`), LONGEST_SECONDS * 1000);
    onAbort = () => resolve('interrupted');
    if (interrupted.aborted) onAbort();
    interrupted.addEventListener('abort', onAbort);
  });
  return {
    why,
    forget() {
      clearTimeout(timer);
      interrupted.removeEventListener('abort', onAbort);
    },
  };
};

/** Why a check cannot be made at all; undefined: it can. */
const whyNot = async ({ needs }: Check, stage: Examined): Promise<string | undefined> => {
  if (needs === 'block') return undefined;
  const me = await stage.identity();
  if (!me.ok) return me.why;
  if (!isOwn(stage.config, me.value)) return 'you are signed in to another account';
  if (needs === 'account') return undefined;
  const stack = await stage.stack();
  if (!stack.ok) return stack.why;
  return stack.value === undefined ? 'the stage is not deployed yet' : undefined;
};

const looked = async (check: Check, stage: Examined): Promise<readonly Finding[]> => {
  const unseen = (findings: readonly Finding[]) =>
    check.kinds.filter((of) => findings.every(({ kind }) => kind !== of));
  try {
    const why = await whyNot(check, stage);
    if (why !== undefined) return check.kinds.map((kind) => skip(kind, why));
    const findings = await check.look(stage);
    const rest = unseen(findings).map((kind) => skip(kind, 'what stands before it could not be looked at'));
    return [...findings, ...rest];
  } catch (error) {
    return check.kinds.map((kind) => warn(kind, `it could not be looked at: ${whyOf(error)}`));
  }
};

const bounded = async (check: Check, stage: Examined): Promise<readonly Finding[]> => {
  const done = looked(check, stage);
  if (check.writes === true) return done;
  const patience = givenUp(stage.interrupted);
  try {
    return await Promise.race([done, patience.why.then((why) => check.kinds.map((kind) => warn(kind, why)))]);
  } finally {
    patience.forget();
  }
};

/** Makes every check at once, and tells of each in the order of the list, as soon as it can be told. */
export const examine = async (
  stage: Examined,
  tell: (findings: readonly Finding[]) => void,
  checks: readonly Check[] = CHECKS,
): Promise<readonly Finding[]> => {
  const all: Finding[] = [];
  for (const check of checks.map((one) => bounded(one, stage))) {
    const findings = await check;
    all.push(...findings);
    tell(findings);
  }
  return all;
};
