import { createHash, randomBytes } from 'node:crypto';

/** The identity that a set of keys stands for: an instance's session of its role. */
export interface KeyOwner {
  readonly account: string;
  readonly role: string;
  /** The session's name; EC2 makes it the instance id. */
  readonly session: string;
}

/** What IMDS hands out and STS knows. Moments are seconds since 1970. */
export interface RoleKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly owner: KeyOwner;
}

/** Everything that has been handed out, by access key. */
export interface KeyRing {
  issue(owner: KeyOwner, lifeSeconds?: number): RoleKeys;
  find(accessKeyId: string): RoleKeys | undefined;
}

const USUAL_LIFE_SECONDS = 6 * 3600;

/** The role's own id, which STS puts before the session's name. */
export const roleIdOf = ({ account, role }: KeyOwner): string =>
  `AROA${createHash('sha256').update(`${account}/${role}`).digest('hex').slice(0, 17).toUpperCase()}`;

/** Makes an empty ring. */
export const keyRing = (nowSeconds: () => number): KeyRing => {
  const issued = new Map<string, RoleKeys>();
  return {
    issue(owner, lifeSeconds = USUAL_LIFE_SECONDS) {
      const keys: RoleKeys = {
        accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(300).toString('base64'),
        issuedAt: nowSeconds(),
        expiresAt: nowSeconds() + lifeSeconds,
        owner,
      };
      issued.set(keys.accessKeyId, keys);
      return keys;
    },
    find: (accessKeyId) => issued.get(accessKeyId),
  };
};
