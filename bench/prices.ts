/**
 * AWS's list prices in US dollars, us-east-1, as published on aws.amazon.com in November 2026, without free tiers. Look
 * them up before you rely on them.
 */
export const PRICES = {
  /** Lambda on ARM. */
  lambdaGbSecond: 0.0000133334,
  lambdaCall: 0.2e-6,
  /** DynamoDB on demand: a unit reads 4 KB consistently, or writes 1 KB. */
  readUnit: 0.125e-6,
  writeUnit: 0.625e-6,
  sqsRequest: 0.4e-6,
  metricMonth: 0.3,
  alarmMonth: 0.1,
  logGb: 0.5,
  xrayTrace: 5e-6,
} as const;

const HOURS_IN_MONTH = 730;
/** Lambda asks a queue that feeds a function with five long polls of 20 s, whether there is a message or not. */
const POLLS_PER_HOUR = 5 * 180;
const GB = 1e9;

/** What a stage has used in some hours. */
export interface Usage {
  readonly hours: number;
  readonly calls: number;
  readonly gbSeconds: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Queues that functions read from, and messages that have gone through them. */
  readonly queues: number;
  readonly messages: number;
  readonly logBytes: number;
  /** What is paid by the month, however much is used. */
  readonly metrics: number;
  readonly alarms: number;
}

/** Sending, receiving and deleting. */
const REQUESTS_PER_MESSAGE = 3;

/** What a month like these hours costs, by what is paid for; dollars. */
export const monthlyBill = (used: Usage): Readonly<Record<string, number>> => {
  const months = HOURS_IN_MONTH / used.hours;
  const requests = used.queues * POLLS_PER_HOUR * used.hours + REQUESTS_PER_MESSAGE * used.messages;
  return {
    'Lambda, time': months * used.gbSeconds * PRICES.lambdaGbSecond,
    'Lambda, calls': months * used.calls * PRICES.lambdaCall,
    'DynamoDB, reads': months * used.readUnits * PRICES.readUnit,
    'DynamoDB, writes': months * used.writeUnits * PRICES.writeUnit,
    SQS: months * requests * PRICES.sqsRequest,
    'CloudWatch metrics': used.metrics * PRICES.metricMonth,
    'CloudWatch alarms': used.alarms * PRICES.alarmMonth,
    'CloudWatch logs': (months * used.logBytes * PRICES.logGb) / GB,
    'X-Ray': months * used.calls * PRICES.xrayTrace,
  };
};
