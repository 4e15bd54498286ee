import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { apelMessage } from '../../../cli/jobs/apel.ts';
import { auditorRecord } from '../../../cli/jobs/auditor.ts';
import type { ChargedJob } from '../../../cli/jobs/charged.ts';
import { inJanuary } from './jobs.ts';

const { jobs } = inJanuary();
const of = (cluster: number): ChargedJob => {
  const job = jobs.find(({ id }) => id.includes(`#${cluster}.0#`));
  if (job === undefined) throw new Error(`no job ${cluster}`);
  return job;
};

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** ValidName of AUDITOR's server. */
const name = z
  .string()
  .refine((text) => text.trim() !== '' && Array.from(graphemes.segment(text)).length <= 256);

/** RecordAdd of AUDITOR's server: amounts are i64, not below 0; moments RFC 3339. */
const recordAdd = z.strictObject({
  record_id: name,
  meta: z.record(name, z.array(name)),
  components: z.array(
    z.strictObject({
      name,
      amount: z.int().nonnegative(),
      scores: z.array(z.strictObject({ name, value: z.number().nonnegative() })),
    }),
  ),
  start_time: z.iso.datetime(),
  stop_time: z.iso.datetime(),
});

const MANDATORY = ['Site', 'LocalJobId', 'WallDuration', 'CpuDuration', 'StartTime', 'EndTime'];
const WHOLE = [
  ...['WallDuration', 'CpuDuration', 'Processors', 'NodeCount', 'MemoryReal', 'MemoryVirtual'],
  ...['StartTime', 'EndTime'],
];
const KNOWN = [
  ...MANDATORY,
  ...WHOLE,
  ...[
    'SubmitHost',
    'MachineName',
    'Queue',
    'LocalUserId',
    'GlobalUserName',
    'FQAN',
    'VO',
    'VOGroup',
    'VORole',
  ],
  ...['InfrastructureDescription', 'InfrastructureType', 'ServiceLevelType', 'ServiceLevel'],
];

/** Reads a message as APEL's loader does, and refuses what it refuses. */
const loaded = (message: string): readonly Readonly<Record<string, string>>[] => {
  const [header = '', ...rest] = message.trim().split(/[\p{Cc}\u2028\u2029]/u);
  if (header.split(':')[0] !== 'APEL-individual-job-message') throw new Error(`header ${header}`);
  return rest
    .join('\n')
    .split('%%')
    .filter((record) => record.trim() !== '')
    .map((record) => {
      const pairs = record
        .trim()
        .split('\n')
        .map((line) => {
          const at = line.indexOf(':');
          if (at < 0) throw new Error(`no pair: ${line}`);
          return [line.slice(0, at).trim(), line.slice(at + 1).trim()] as const;
        });
      const fields = Object.fromEntries(pairs);
      if (pairs.length !== Object.keys(fields).length) throw new Error('a field is there twice');
      for (const key of Object.keys(fields)) {
        if (!KNOWN.includes(key)) throw new Error(`unknown field ${key}`);
      }
      for (const key of MANDATORY) {
        if (['', 'none', 'null'].includes((fields[key] ?? '').toLowerCase())) throw new Error(`no ${key}`);
      }
      for (const key of WHOLE) {
        if (fields[key] !== undefined && !/^-?\d+$/.test(fields[key]))
          throw new Error(`${key} is no integer`);
      }
      if (Number(fields.EndTime) < Number(fields.StartTime)) throw new Error('it ends before it begins');
      if ((fields.ServiceLevel === undefined) !== (fields.ServiceLevelType === undefined)) {
        throw new Error('half a service level');
      }
      return fields;
    });
};

/** Whatever a user may write, and whatever a pool may count. */
const anyJob = fc
  .record({
    user: fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 400 }),
      fc.constantFrom('%', 'a%%b\nVO: x'),
    ),
    queue: fc.option(fc.constantFrom('NONE', 'null', ' ', 'x\r\n%%\r\nSite: y'), { nil: undefined }),
    wallSeconds: fc.double({ min: 0, max: 1e7, noNaN: true }),
    cpuSeconds: fc.double({ min: 0, max: 1e9, noNaN: true }),
    cores: fc.integer({ min: 1, max: 1024 }),
    dollars: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }),
  })
  .map((given): ChargedJob => ({ ...of(12), ...given }));

describe('a record for AUDITOR', () => {
  it('has the cores, memory and CPU of the last run, and what the job cost', () => {
    expect(auditorRecord(of(12), 'BNL')).toEqual({
      record_id: 'htcondor-cm.pool.example#12.0#1767528000',
      meta: {
        ...{ site_id: ['BNL'], headnode: ['cm.pool.example'], user: ['BNL_CLOUD'] },
        ...{ subject: ['/DC=org/CN=pilot "x"'], voms: ['/atlas/Role=pilot/Capability=NULL'] },
        ...{ queue: ['BNL_CLOUD'], fleet: ['default'], instance: ['i-0aaaaaaaaaaaaaaa1'] },
        ...{ flavour: ['m6i.large'], zone: ['us-east-1a'], market: ['spot'], dollars_at: ['own'] },
      },
      components: [
        { name: 'Cores', amount: 1, scores: [] },
        { name: 'Memory', amount: 2000, scores: [] },
        { name: 'TotalCPU', amount: 6121, scores: [] },
        { name: 'NNodes', amount: 1, scores: [] },
        { name: 'MicroDollars', amount: 50_000, scores: [] },
      ],
      start_time: '2026-01-04T12:01:00Z',
      stop_time: '2026-01-04T14:01:00Z',
    });
  });

  it('ends with the run where the job was held before it was removed, and has no cost that nobody knows', () => {
    const { start_time, stop_time, components, meta } = auditorRecord(of(13), 'BNL');
    expect([start_time, stop_time]).toEqual(['2026-01-04T13:01:00Z', '2026-01-04T14:01:00Z']);
    expect(components.map((one) => one.name)).not.toContain('MicroDollars');
    expect(meta).not.toHaveProperty('dollars_at');
  });

  it('is one that its server takes, of any job', () => {
    for (const job of jobs) recordAdd.parse(auditorRecord(job, 'BNL'));
    fc.assert(fc.property(anyJob, (job) => void recordAdd.parse(auditorRecord(job, 'BNL'))));
  });
});

describe('a message for APEL', () => {
  it('has a record a job, with all its runs', () => {
    expect(apelMessage([of(12)], 'BNL-ATLAS')).toEqual([
      'APEL-individual-job-message: v0.3',
      'Site: BNL-ATLAS',
      'SubmitHost: cm.pool.example',
      'MachineName: cm.pool.example',
      'Queue: BNL_CLOUD',
      'LocalJobId: cm.pool.example#12.0#1767528000',
      'LocalUserId: BNL_CLOUD',
      'GlobalUserName: /DC=org/CN=pilot "x"',
      'FQAN: /atlas/Role=pilot/Capability=NULL',
      'WallDuration: 7200',
      'CpuDuration: 6121',
      'Processors: 1',
      'NodeCount: 1',
      'StartTime: 1767528060',
      'EndTime: 1767535260',
      'InfrastructureDescription: APEL-AERIE-HTCONDOR',
      'InfrastructureType: grid',
      'MemoryReal: 812345',
      'MemoryVirtual: 1998765',
      '%%',
    ]);
    const [two] = loaded(apelMessage([of(13)], 'BNL-ATLAS').join('\n'));
    expect(two).toMatchObject({ CpuDuration: '4008', Processors: '4', StartTime: '1767528060' });
  });

  it('is one that its loader takes, with as many records as jobs and the same site in all of them', () => {
    fc.assert(
      fc.property(fc.array(anyJob, { maxLength: 3 }), (some) => {
        const all = [...jobs, ...some];
        const records = loaded(apelMessage(all, 'BNL-ATLAS').join('\n'));
        expect(records).toHaveLength(all.length);
        expect(new Set(records.map(({ Site }) => Site))).toEqual(new Set(['BNL-ATLAS']));
      }),
    );
  });
});
