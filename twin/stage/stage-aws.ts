import { LAMBDAS } from '../../lib/functions/bundling.ts';
import type { NewsReader } from '../../lib/watch/alarm-spec.ts';
import { TWIN_CREDENTIALS, TWIN_REGION } from '../aws/dynamo.ts';
import { lambdaFace } from '../aws/lambda/face.ts';
import type { EventQueue } from '../aws/sqs.ts';
import { queueArn, sqsQueuesFace } from '../aws/sqs-queues-face.ts';
import type { Clock } from '../clock/clock.ts';
import { cloudWatchFace } from './cloudwatch.ts';
import type { Functions } from './functions.ts';
import { opener } from './opener.ts';
import { STAGE } from './parameters.ts';
import type { Datum } from './watched.ts';

/** The AWS of a stage, as clients are given it. */
export interface TwinAws {
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly endpoints: Readonly<Record<'cloudwatch' | 'dynamodb' | 'ec2' | 'lambda' | 'sqs' | 'ssm', string>>;
}

/** What whoever looks at a stage asks: the services that its functions use, and those that tell of the functions. */
export interface StageAws {
  readonly aws: TwinAws;
  /** Gives its CloudWatch a value. */
  readonly take: (datum: Datum) => void;
  close(): Promise<void>;
}

/** The queues that feed functions with events, by the function. */
export type News = Readonly<Partial<Record<NewsReader, EventQueue>>>;

const nameOf = (name: string): string => `aerie-${STAGE}-${name}`;

/** Opens what commands and the page ask of a stage besides what its functions ask. If that fails, nothing is left open. */
export const stageAws = async (
  clock: Clock,
  { aws, variables }: Pick<Functions, 'aws' | 'variables'>,
  { hasPilots, news }: { readonly hasPilots: boolean; readonly news: News },
): Promise<StageAws> => {
  const opening = opener();
  try {
    const fed = new Map(Object.entries(news).map(([reader, queue]) => [nameOf(reader), queue]));
    const setUp = (name: string) => ({
      variables,
      queue: fed.has(name) ? queueArn(TWIN_REGION, name) : undefined,
    });
    const lambda = await opening.open(
      lambdaFace(clock, new Map(LAMBDAS.map(nameOf).map((name) => [name, setUp(name)]))),
    );
    const sqs = await opening.open(
      sqsQueuesFace({ region: TWIN_REGION, queues: fed, nowSeconds: () => Date.now() / 1000 }),
    );
    const cloudwatch = await opening.open(cloudWatchFace(clock, { hasPilots }));
    const endpoints = {
      cloudwatch: cloudwatch.url,
      dynamodb: aws.dynamo,
      ec2: aws.ec2,
      lambda: lambda.url,
      sqs: sqs.url,
      ssm: aws.ssm,
    };
    return {
      aws: { region: TWIN_REGION, credentials: TWIN_CREDENTIALS, endpoints },
      take: cloudwatch.take,
      close: () => opening.close(),
    };
  } catch (error) {
    await opening.close();
    throw error;
  }
};
