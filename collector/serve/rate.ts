import { type Bucket, bucket } from './bucket.ts';

/**
 * Who may still ask to join. What counts is what nobody expects: proofs that prove nothing. A worker proves who it is
 * and costs its address nothing, however many stand behind one NAT gateway and come at once.
 */
export interface Rate {
  admits(address: string): boolean;
  /** It asked for nothing that it could have. */
  refused(address: string): void;
  /** A worker has proved itself from there. */
  proved(address: string): void;
}

/** More sources than this are not told apart: the one that has been silent for longest is forgotten. */
const MOST_SOURCES = 10_000;
/** All sources together may be refused as often as ten that do nothing else: a site has few NAT gateways. */
const SOURCES_IN_ALL = 10;
/** A source of workers is one for an hour: a flood from elsewhere does not shut it out. */
const PROVED_SECONDS = 3_600;

const GROUPS = 8;

/** What one caller can speak from: an address of IPv4, or 64 bits of IPv6, which each customer is given at least. */
export const sourceOf = (address: string): string => {
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address;
  const written = address
    .replace(/%.*/, '')
    .replace('::', ':*:')
    .split(':')
    .filter((group) => group !== '');
  const zeros = Array.from({ length: GROUPS + 1 - written.length }, () => '0');
  const groups = written.flatMap((group) => (group === '*' ? zeros : [group]));
  const network = groups.slice(0, GROUPS / 2).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
};

/** Puts a key at the end of the line, and takes whoever is first in it out of a line that is too long. */
const toTheEnd = <T>(line: Map<string, T>, key: string, value: T) => {
  line.delete(key);
  line.set(key, value);
  const [first] = line.keys();
  if (line.size > MOST_SOURCES && first !== undefined) line.delete(first);
};

/** Lets each source be refused so often a minute. `elapsed` gives seconds that only go forward. */
export const rate = (perMinute: number, elapsed: () => number): Rate => {
  const buckets = new Map<string, Bucket>();
  const provedUntil = new Map<string, number>();
  const all = bucket(SOURCES_IN_ALL * perMinute, elapsed);
  const isProved = (source: string) => (provedUntil.get(source) ?? 0) > elapsed();
  return {
    admits(address) {
      const source = sourceOf(address);
      if (buckets.get(source)?.isEmpty() === true) return false;
      return isProved(source) || !all.isEmpty();
    },
    refused(address) {
      const source = sourceOf(address);
      const its = buckets.get(source) ?? bucket(perMinute, elapsed);
      toTheEnd(buckets, source, its);
      its.take();
      all.take();
    },
    proved: (address) => toTheEnd(provedUntil, sourceOf(address), elapsed() + PROVED_SECONDS),
  };
};
