import type { FactReason } from '../../../core/model/reason-facts.ts';
import type { SaidOf } from './said.ts';

const problems = [
  { knob: 'cpus', why: 'is "many"; expected a whole number from 1 to 448' },
  { knob: 'state', why: 'is missing' },
];

/** Reasons for having no facts, each with its sentence. */
export const FACTS: SaidOf<FactReason> = {
  'source-unknown': [
    [{ source: 'panda', words: 'HTTP 503' }, 'PanDA is unknown: HTTP 503'],
    [{ source: 'pool', words: 'refused' }, 'the pool is unknown: refused'],
    [{ source: 'sites', words: 'HTTP 404' }, "PanDA's site table is unknown: HTTP 404"],
  ],
  'source-stale': [
    [{ source: 'panda', ageSeconds: 361, limitSeconds: 360 }, 'PanDA snapshot is 361 s old, limit 360 s'],
    [{ source: 'pool', ageSeconds: 181, limitSeconds: 180 }, 'the pool snapshot is 181 s old, limit 180 s'],
  ],
  'source-ahead': [
    [
      { source: 'pool', aheadSeconds: 61 },
      'the pool snapshot is 61 s in the future: one of the clocks is wrong',
    ],
  ],
  'running-jumped': [
    [
      { runningBefore: 1000, runningNow: 1800 },
      "PanDA's running jobs went from 1000 to 1800 between two samples: the reply is probably inflated",
    ],
  ],
  'site-unreadable': [
    [
      { site: 'OTHER', words: 'data.OTHER.SCORE: expected record, received null' },
      "PanDA's jobs of site OTHER cannot be read: data.OTHER.SCORE: expected record, received null",
    ],
  ],
  'pool-incomplete': [
    [{ part: 'pilots', words: 'condor_q timed out' }, "the pool's pilots are incomplete: condor_q timed out"],
    [{ part: 'jobs' }, "the pool's jobs are incomplete: no reason given"],
    [{ part: 'workers' }, "the pool's workers are incomplete: no reason given"],
  ],
  'collector-ahead': [[{}, 'the collector claims to have started in the future']],
  'collector-young': [
    [
      { ageSeconds: 599, absentWorkers: 1 },
      'the collector started 599 s ago and has not heard of 1 workers yet',
    ],
    [{ ageSeconds: 599 }, 'the collector started 599 s ago and may not have heard of every worker yet'],
  ],
  'workers-vanished': [
    [
      { vanished: 3, joined: 9 },
      '3 of 9 joined workers left the collector at once, and EC2 has not said that they ended',
    ],
  ],
  'pool-contradictory': [
    [{ instanceId: 'i-00000001' }, 'the pool contradicts itself about worker i-00000001'],
  ],
  'workers-unwell': [
    [
      { workers: 5, joined: 8, words: 'cm.example.org:9618 is not reached' },
      '5 of 8 joined workers are unwell for one cause, which is hardly theirs: cm.example.org:9618 is not reached',
    ],
  ],
  'instances-unknown': [[{ words: 'EC2 did not say: slow down' }, 'EC2 did not say: slow down']],
  'cloud-unknown': [
    [
      { cloud: 'site', words: 'OpenStack did not say: Nova answered 503' },
      'the cloud site does not say what it has: OpenStack did not say: Nova answered 503',
    ],
  ],
  'item-unread': [
    [{ key: 'worker#i-1', words: 'is of version 2' }, "the ledger's worker#i-1 is of version 2"],
  ],
  'bad-settings': [
    [
      { problems },
      'the setting cpus is "many"; expected a whole number from 1 to 448; the setting state is missing',
    ],
  ],
  'last-good-settings': [
    [
      { problems: problems.slice(0, 1) },
      'the last good settings are used: the setting cpus is "many"; expected a whole number from 1 to 448',
    ],
  ],
  scheduled: [[{ entry: 'Sat-Sun max-workers=50' }, 'the schedule has Sat-Sun max-workers=50 now']],
  'tick-overtaken': [
    [
      { laterSeconds: 60 },
      'a tick of a moment 60 s later has run already: this one is late, or a clock runs backwards',
    ],
  ],
  'view-overtaken': [
    [{ olderSeconds: 30 }, "the pool's view is 30 s older than the one that was last acted on"],
  ],
  'lease-held': [[{ leftSeconds: 25 }, 'another tick holds the lease for 25 s more']],
  'lease-contested': [[{}, 'other ticks take the lease at the same time']],
};
