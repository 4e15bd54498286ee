import { describe, expect, it } from 'vitest';
import { plain } from '../../../cli/command/paint.ts';
import { jobLines, jobsCsv } from '../../../cli/verbs/job-lines.ts';
import { jobsTold } from '../../../cli/verbs/jobs-told.ts';
import { inJanuary } from '../jobs/jobs.ts';

const told = (records?: Parameters<typeof jobsTold>[1]) => jobsTold(inJanuary(), records) ?? expect.fail();

describe('finished jobs', () => {
  it('have a line of CSV each, with nothing where nothing is known', () => {
    expect(jobsCsv(told())).toEqual([
      'job,status,queue,fleet,user,instance,flavour,zone,market,started,ended,runs,cores,memory_mb,wall_seconds,cpu_seconds,core_hours,dollars,dollars_at',
      'cm.pool.example#12.0#1767528000,completed,BNL_CLOUD,default,BNL_CLOUD,i-0aaaaaaaaaaaaaaa1,m6i.large,us-east-1a,spot,2026-01-04T12:01:00Z,2026-01-04T14:01:00Z,1,1,2000,7200,6120.5,2.0000,0.050000,own',
      'cm.pool.example#16.0#1767528000,completed,,default,"a%%%\\nSite: OTHER,""b""",i-0aaaaaaaaaaaaaaa3,m6i.xlarge,us-east-1a,on-demand,2026-01-04T12:01:00Z,2026-01-04T14:01:00Z,1,4,,7200,6120.5,8.0000,0.384000,list',
      'cm.pool.example#13.0#1767528000,removed,,gpu,ada,i-0aaaaaaaaaaaaaaa2,x9z.2xlarge,us-east-1a,on-demand,2026-01-04T13:01:00Z,2026-01-04T14:30:00Z,2,4,2000,3600,4008,4.0000,,',
    ]);
  });

  it('are told by queue, user, flavour and market, with a sum that is not known where a part of it is not', () => {
    const lines = jobLines(told(), { columns: Number.POSITIVE_INFINITY, paint: plain });
    expect(lines.slice(0, 5).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['queue', 'user', 'flavour', 'market', 'jobs', 'core-h', 'cpu-h', '$'],
      ['BNL_CLOUD', 'BNL_CLOUD', 'm6i.large', 'spot', '1', '2.0', '1.7', '0.05'],
      ['fleet/default', 'a%%%\\nSite: OTHER,"b"', 'm6i.xlarge', 'on-demand', '1', '8.0', '1.7', '~0.38'],
      ['fleet/gpu', 'ada', 'x9z.2xlarge', 'on-demand', '1', '4.0', '1.1', '–'],
      ['sum', '3', '14.0', '4.5', '–'],
    ]);
    expect(lines).toContain('Left out: 1 that ran on machines that are not aerie’s.');
    expect(lines).toContain(
      'No dollars, and so none of the sum: no price is known of x9z.2xlarge. prices of its fleet gives one to new machines.',
    );
  });

  it('are an array of records for AUDITOR, and a message for APEL', () => {
    expect(JSON.parse(told({ form: 'auditor', site: 'BNL' }).records?.join('\n') ?? '')).toHaveLength(3);
    expect(told({ form: 'apel', site: 'BNL' }).records?.filter((line) => line === '%%')).toHaveLength(3);
  });
});
