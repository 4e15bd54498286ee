/** The emulated AWS, as clients are pointed at it. */
export interface Aws {
  readonly account: string;
  readonly region: string;
  readonly url: string;
  /** What a process finds of it in its environment. */
  readonly environment: Readonly<Record<string, string>>;
}

const REGION = 'us-east-1';
/** The only account that moto has unless told otherwise. */
const ACCOUNT = '123456789012';

/** An emulator as an AWS of one account and one region. */
export const awsAt = (url: string): Aws => ({
  account: ACCOUNT,
  region: REGION,
  url,
  environment: {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
  },
});

/** The options of an SDK client. Any key will do: moto does not ask who signs. */
export const clientOptions = ({ url, region }: Aws) => ({
  endpoint: url,
  region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
