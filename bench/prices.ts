import { HOURS_IN_MONTH } from '../core/settings/place.ts';
import { POLLS_PER_HOUR, REQUESTS_PER_MESSAGE } from '../lib/costs/control-plane.ts';
import { SERVICE_PRICES as PRICES } from '../lib/costs/service-prices.ts';

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

/** What a month like these hours costs, by what is paid for; dollars. */
export const monthlyBill = (used: Usage): Readonly<Record<string, number>> => {
  const months = HOURS_IN_MONTH / used.hours;
  const requests = used.queues * POLLS_PER_HOUR * used.hours + REQUESTS_PER_MESSAGE * used.messages;
  return {
    'Lambda, time': months * used.gbSeconds * PRICES.lambdaGbSecond.dollars,
    'Lambda, calls': months * used.calls * PRICES.lambdaCall.dollars,
    'DynamoDB, reads': months * used.readUnits * PRICES.readUnit.dollars,
    'DynamoDB, writes': months * used.writeUnits * PRICES.writeUnit.dollars,
    SQS: months * requests * PRICES.sqsRequest.dollars,
    'CloudWatch metrics': used.metrics * PRICES.metricMonth.dollars,
    'CloudWatch alarms': used.alarms * PRICES.alarmMonth.dollars,
    'CloudWatch logs': (months * used.logBytes * PRICES.logGb.dollars) / GB,
    'X-Ray': months * used.calls * PRICES.xrayTrace.dollars,
  };
};
