import { readFileSync } from 'node:fs';

/** How much of everything the endpoint takes on. Each number follows from a resource of this process. */
export interface Limits {
  /** Open connections; whoever comes then is hung up on at once. */
  readonly connections: number;
  /** HTCondor's tools that run at a time. */
  readonly toolsAtOnce: number;
  /** Of these, those of who asks many machines or makes many trials. */
  readonly patientToolsAtOnce: number;
  /** Joins that are carried out at a time. */
  readonly joinsAtOnce: number;
}

/** Node 24 itself has 22 at rest. One is the lock on the state folder, four are files that libuv's threads read. */
const OWN_DESCRIPTORS = 28;
/** Each of a tool's three streams, for as long as it runs. */
const DESCRIPTORS_PER_TOOL = 3;
/** A start, one at a time, holds the other ends of the three streams besides, and two to hear whether it worked. */
const DESCRIPTORS_TO_START = 5;
/** Its connection to STS. Its file in the state folder is one of libuv's. */
const DESCRIPTORS_PER_JOIN = 1;
/** A view needs a tool, a join one more, and two connections are a function's and Prometheus'. */
const LEAST_DESCRIPTORS = 48;

/**
 * A tool takes some 15 MB: 16 of them are an eighth of the 2 GB that the service may have, and more than any host of a
 * central manager has cores to spare.
 */
const MOST_TOOLS = 16;
/**
 * A join takes 25 ms of a core for its token, and waits for STS between. Eight keep one core busy, and leave the other
 * half of the tools to the view.
 */
const MOST_JOINS = 8;
/** Neither joins nor those who are patient take these: a view or a submission finds a lane, where there are three. */
const LANES_FOR_OTHERS = 2;
/**
 * An idle connection with TLS takes 76 KB (measured with 800), a body 128 KB more: 4,096 of them take 840 MB of the 2 GB at
 * their worst. That is more than the workers that launches of one minute can bring.
 */
const MOST_CONNECTIONS = 4_096;

/** Joins that wait for their turn: one core makes 36 tokens a second, and this is what it makes in JOIN_WAIT_SECONDS. */
export const JOINS_WAITING = 500;
/** A worker waits 45 s for its answer. STS may take 10 s of them and HTCondor 20 s, so that its turn may be 15 s off. */
export const JOIN_WAIT_SECONDS = 15;
/** Tools that wait for their turn: a drain of a thousand workers asks for eight at a time, a remembered caller for one. */
export const TOOLS_WAITING = 1_000;

/**
 * Calls to STS a minute. STS allows 600 a second in an account and region, which everything else there shares; one core
 * follows 36 a second.
 */
export const STS_CALLS_PER_MINUTE = 3_000;

/** A request has to have arrived by then, its body included: 128 KB at 10 KB a second. */
export const REQUEST_SECONDS = 15;
/** Its headers, and before them the handshake: a few packets each. */
export const HEADERS_SECONDS = 10;
/**
 * A connection is kept so long after a reply. A function asks each minute at least and sleeps between: a connection that
 * is closed under it would look like an outage.
 */
export const KEEP_ALIVE_SECONDS = 72;
/** How long nothing at all may move on a connection: longer than any caller waits. A Lambda ends after 60 s. */
export const SILENCE_SECONDS = 120;
/** How often Node looks for connections that are late. */
export const LOOK_FOR_LATE_SECONDS = 1;

const between = (least: number, most: number, value: number): number =>
  Math.max(least, Math.min(most, Math.floor(value)));

/** What so many descriptors allow, half of what is free for connections; or why they are too few. */
export const limitsWith = (
  descriptors: number,
): { readonly ok: true; readonly limits: Limits } | { readonly ok: false; readonly why: string } => {
  if (descriptors < LEAST_DESCRIPTORS) {
    return {
      ok: false,
      why: `The process may open ${descriptors} file descriptors, and needs ${LEAST_DESCRIPTORS} at least; raise LimitNOFILE of the service, or ulimit -n.`,
    };
  }
  const free = descriptors - OWN_DESCRIPTORS;
  const forWork = free / 2 - DESCRIPTORS_TO_START;
  const toolsAtOnce = between(1, MOST_TOOLS, forWork / (DESCRIPTORS_PER_TOOL + DESCRIPTORS_PER_JOIN));
  const joinsAtOnce = between(1, MOST_JOINS, toolsAtOnce / 2);
  return {
    ok: true,
    limits: {
      connections: between(1, MOST_CONNECTIONS, free / 2),
      toolsAtOnce,
      patientToolsAtOnce: between(1, MOST_TOOLS, toolsAtOnce - joinsAtOnce - LANES_FOR_OTHERS),
      joinsAtOnce,
    },
  };
};

/** What Node itself takes where nothing says how many descriptors there may be. */
const USUAL_DESCRIPTORS = 1_024;

/** How many file descriptors the limits of a process allow, as Linux lists them. */
export const descriptorsIn = (limits: string): number => {
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1];
  return soft === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(soft ?? USUAL_DESCRIPTORS);
};

/** How many this process may have: Node has raised that to its hard limit when it started. */
export const ownDescriptors = (): number => {
  try {
    return descriptorsIn(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    return USUAL_DESCRIPTORS;
  }
};
