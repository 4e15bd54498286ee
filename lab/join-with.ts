import { askEndpoint } from './ask-endpoint.ts';
import { POOL } from './central-manager.ts';
import { STS_HOST } from './endpoint.ts';
import { proofHeaders } from './sign.ts';
import { type LabSite, nowSeconds, WORKER_ROLE } from './site.ts';

/** How a join proof differs from the right one. */
export interface ProofOfIdentity {
  readonly account?: string;
  readonly role?: string;
  readonly session?: string;
  readonly pool?: string;
  readonly host?: string;
  readonly ageSeconds?: number;
  readonly keyLifeSeconds?: number;
  /** Headers that are sent and not signed. */
  readonly unsigned?: readonly string[];
  /** Signed by somebody who has the access key and not the secret. */
  readonly forged?: boolean;
}

/** What comes of joining as an instance with a proof that is right but for what is given. */
export const joinWith = (
  {
    endpoint,
    keys,
    ec2,
  }: Pick<LabSite, 'endpoint' | 'keys'> & { readonly ec2: Pick<LabSite['ec2'], 'account'> },
  instanceId: string,
  proof: ProofOfIdentity,
): ReturnType<typeof askEndpoint> => {
  const { account = ec2.account, role = WORKER_ROLE, session = instanceId } = proof;
  const issued = keys.issue({ account, role, session }, proof.keyLifeSeconds);
  const signer = proof.forged === true ? { ...issued, secretAccessKey: 'somebody-else' } : issued;
  const headers = proofHeaders(signer, {
    host: proof.host ?? STS_HOST,
    pool: proof.pool ?? POOL,
    atSeconds: nowSeconds() - (proof.ageSeconds ?? 0),
    unsigned: proof.unsigned ?? [],
  });
  return askEndpoint(endpoint, '/v1/workers/join', { instanceId, headers });
};
