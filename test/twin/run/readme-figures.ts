import type { Summary } from '../../../twin/summary/summary.ts';

/** Every figure that the README has of the default scenario, as the README has it and as a run came to it. */
export const readmeFigures = (
  readme: string,
  summary: Summary,
): Readonly<Record<string, { readonly said: number; readonly came: number }>> => {
  const find = (pattern: RegExp): readonly number[] =>
    (pattern.exec(readme) ?? []).slice(1).map((text) => Number(text.replaceAll(',', '')));
  const [done, arrived] = find(/^\| jobs done \| ([\d,]+) of ([\d,]+) \|$/m);
  const [mean, p95] = find(/^\| mean wait, 95th percentile \| (\d+) s, (\d+) s;/m);
  const [ratio] = find(/^\| paid core-hours, [^|]*\| ([\d.]+) ×/m);
  const [dollars] = find(/^\| at AWS's list prices \| \$([\d.]+) /m);
  const [calls, launches, wakes] = find(/^\| EC2 calls \| (\d+) for (\d+) launches and (\d+) wakes/m);
  const of = (said: number | undefined, came: number | undefined) => ({
    said: said ?? Number.NaN,
    came: came ?? Number.NaN,
  });
  return {
    'jobs done': of(done, summary.jobsDone),
    'jobs arrived': of(arrived, summary.jobsArrived),
    'mean wait': of(mean, summary.waitMeanSeconds),
    '95th percentile': of(p95, summary.waitP95Seconds),
    cost: of(ratio, summary.costRatio),
    dollars: of(dollars, summary.paidAtListPricesDollars),
    'EC2 calls': of(calls, summary.ec2Calls),
    launches: of(launches, summary.workersLaunched),
    wakes: of(wakes, summary.workersWoken),
  };
};
