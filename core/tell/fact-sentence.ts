import type { FactReason, Source } from '../model/reason-facts.ts';
import type { SettingProblem } from '../settings/parse.ts';

const SOURCES: Readonly<Record<Source, string>> = {
  panda: 'PanDA',
  pool: 'the pool',
  sites: "PanDA's site table",
};

/** The problems of settings in a sentence. */
export const problemsInWords = (problems: readonly SettingProblem[]): string =>
  problems.map(({ knob, why }) => `the setting ${knob} ${why}`).join('; ');

/** Why nothing may be done, in a sentence. */
export const factSentence = (reason: FactReason): string => {
  switch (reason.kind) {
    case 'source-unknown':
      return `${SOURCES[reason.source]} is unknown: ${reason.words}`;
    case 'source-stale':
      return `${SOURCES[reason.source]} snapshot is ${reason.ageSeconds} s old, limit ${reason.limitSeconds} s`;
    case 'source-ahead':
      return `${SOURCES[reason.source]} snapshot is ${reason.aheadSeconds} s in the future: one of the clocks is wrong`;
    case 'running-jumped':
      return `PanDA's running jobs went from ${reason.runningBefore} to ${reason.runningNow} between two samples: the reply is probably inflated`;
    case 'site-unreadable':
      return `PanDA's jobs of site ${reason.site} cannot be read: ${reason.words}`;
    case 'pool-incomplete':
      return `the pool's ${reason.part} are incomplete: ${reason.words ?? 'no reason given'}`;
    case 'collector-ahead':
      return 'the collector claims to have started in the future';
    case 'collector-young': {
      const { ageSeconds, absentWorkers } = reason;
      const unheard =
        absentWorkers === undefined
          ? 'may not have heard of every worker yet'
          : `has not heard of ${absentWorkers} workers yet`;
      return `the collector started ${ageSeconds} s ago and ${unheard}`;
    }
    case 'workers-vanished':
      return `${reason.vanished} of ${reason.joined} joined workers left the collector at once, and EC2 has not said that they ended`;
    case 'pool-contradictory':
      return `the pool contradicts itself about worker ${reason.instanceId}`;
    case 'workers-unwell':
      return `${reason.workers} of ${reason.joined} joined workers are unwell for one cause, which is hardly theirs: ${reason.words}`;
    case 'instances-unknown':
      return reason.words;
    case 'cloud-unknown':
      return `the cloud ${reason.cloud} does not say what it has: ${reason.words}`;
    case 'item-unread':
      return `the ledger's ${reason.key} ${reason.words}`;
    case 'bad-settings':
      return problemsInWords(reason.problems);
    case 'last-good-settings':
      return `the last good settings are used: ${problemsInWords(reason.problems)}`;
    case 'scheduled':
      return `the schedule has ${reason.entry} now`;
    case 'tick-overtaken':
      return `a tick of a moment ${reason.laterSeconds} s later has run already: this one is late, or a clock runs backwards`;
    case 'view-overtaken':
      return `the pool's view is ${reason.olderSeconds} s older than the one that was last acted on`;
    case 'lease-held':
      return `another tick holds the lease for ${reason.leftSeconds} s more`;
    case 'lease-contested':
      return 'other ticks take the lease at the same time';
    default:
      return reason satisfies never;
  }
};
