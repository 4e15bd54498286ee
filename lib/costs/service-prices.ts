import { PUBLIC_ADDRESS } from '../../core/settings/place.ts';

/** What AWS asks for a unit of a service, US dollars, and the month in which that was looked up. */
interface ServicePrice {
  readonly dollars: number;
  readonly asOf: string;
}

const lookedUp =
  (asOf: string) =>
  (dollars: number): ServicePrice => ({ dollars, asOf });
const now = lookedUp('2026-11');

/**
 * AWS's list prices of what the control plane and the network are made of, in us-east-1, as published on AWS's pages, and
 * without free tiers. Look them up before you rely on them.
 */
export const SERVICE_PRICES = {
  /** Lambda on ARM. */
  lambdaGbSecond: now(0.0000133334),
  lambdaCall: now(0.2e-6),
  /** DynamoDB on demand: a unit reads 4 KB consistently, or writes 1 KB. */
  readUnit: now(0.125e-6),
  writeUnit: now(0.625e-6),
  sqsRequest: now(0.4e-6),
  metricMonth: now(0.3),
  alarmMonth: now(0.1),
  /** A GB of logs that comes in, and one that is kept for a month. */
  logGb: now(0.5),
  logGbMonth: now(0.03),
  xrayTrace: now(5e-6),
  natHour: now(0.045),
  /** A public IPv4 address, in use or not. */
  addressHour: now(PUBLIC_ADDRESS),
} as const satisfies Record<string, ServicePrice>;
