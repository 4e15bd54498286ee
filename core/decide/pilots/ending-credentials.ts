import type { Reason } from '../../model/reason.ts';
import type { Facts } from '../../observe/facts.ts';

/** An operator needs a working day to have a credential renewed. */
const NOTICE_SECONDS = 86_400;

/** Says of a credential that it ends within a day. The endpoint tells 0 for one that it cannot read. */
const ending = (end: number | null | undefined, now: number, file?: string): readonly Reason[] => {
  if (end === null || end === undefined || end - now > NOTICE_SECONDS) return [];
  return [
    {
      kind: 'credential-ends',
      leftSeconds: end - now,
      ...(end === 0 ? {} : { endsAt: end }),
      ...(file === undefined ? {} : { file }),
    },
  ];
};

/**
 * Tells of every credential that an active queue rests on and that ends before somebody may have renewed it: what its
 * pilots carry, the central manager's own files, and tokens of workers that end before the workers do.
 */
export const endingCredentials = (
  { now, pool, pilots }: Pick<Facts, 'now' | 'pool' | 'pilots'>,
  queue: string,
  /** How long a worker of its fleet may live; undefined: the fleet's settings cannot be used. */
  maxLifeSeconds: number | undefined,
): readonly Reason[] => {
  const { tokenSeconds, credentials = [] } = pool;
  return [
    ...ending(pilots(queue).credentialExpiresAt, now),
    ...credentials.flatMap(({ file, expiresAt }) => ending(expiresAt, now, file)),
    ...(tokenSeconds === undefined || maxLifeSeconds === undefined || tokenSeconds >= maxLifeSeconds
      ? []
      : [{ kind: 'tokens-end-first', tokenSeconds, lifeSeconds: maxLifeSeconds } as const]),
  ];
};
