import { EC2Client } from '@aws-sdk/client-ec2';
import { GET_CALLER_IDENTITY } from '../../core/model/pool.ts';

/** Who signs what, for whom, and when. */
export interface Signing {
  readonly host: string;
  readonly region: string;
  readonly pool: string;
  readonly at: Date;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** The headers of the join's STS request, signed by AWS's own signer. */
export const signedByAws = async (signing: Signing): Promise<Readonly<Record<string, string>>> => {
  const { host, region, pool, at, ...credentials } = signing;
  const { config } = new EC2Client({ region, credentials });
  const signer = await config.signer({
    name: 'sigv4',
    signingName: 'sts',
    signingRegion: region,
    properties: {},
  });
  const { headers } = await signer.sign(
    {
      method: 'POST',
      protocol: 'https:',
      hostname: host,
      path: '/',
      query: {},
      headers: {
        host,
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'x-aerie-pool': pool,
      },
      body: GET_CALLER_IDENTITY,
    },
    { signingDate: at, unsignableHeaders: new Set(['x-amz-content-sha256']) },
  );
  const { 'x-amz-content-sha256': _, ...signed } = headers;
  return signed;
};
