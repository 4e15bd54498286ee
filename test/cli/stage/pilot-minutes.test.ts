import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterEach, expect, it } from 'vitest';
import { pilotMinutes } from '../../../cli/stage/pilot-minutes.ts';

interface Asked {
  readonly StartTime: number;
  readonly EndTime: number;
  readonly NextToken?: string;
  readonly MetricDataQueries: readonly { readonly Id: string; readonly MetricStat: object }[];
}

/** CloudWatch, which gives each query two days, one a page. */
const cloudWatch = async () => {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const one = JSON.parse(Buffer.concat(chunks).toString());
    asked.push(one);
    const isSecond = one.NextToken !== undefined;
    const MetricDataResults = one.MetricDataQueries.map(({ Id }: { readonly Id: string }) => ({
      Id,
      StatusCode: 'Complete',
      Timestamps: [0],
      Values: [isSecond ? 100 : Number(Id.slice(2))],
    }));
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ MetricDataResults, ...(isSecond ? {} : { NextToken: 'more' }) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new CloudWatchClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  return { asked, server, client };
};

let open: { readonly server: Server; readonly client: CloudWatchClient } | undefined;
afterEach(() => {
  open?.client.destroy();
  open?.server.close();
});

it('minutes of pilots are added up over all days and pages, so many queues a call', async () => {
  const made = await cloudWatch();
  open = made;
  const names = Array.from({ length: 501 }, (_, n) => `Q${n}`);
  const minutes = await pilotMinutes(made.client, 'prod', names, { from: 86_400, to: 3 * 86_400 });
  expect(made.asked.map(({ MetricDataQueries }) => MetricDataQueries.length)).toEqual([500, 500, 1, 1]);
  expect(minutes.get('Q0')).toBe(100);
  expect(minutes.get('Q499')).toBe(599);
  expect(minutes.get('Q500')).toBe(100);
  expect(made.asked[0]).toMatchObject({ StartTime: 86_400, EndTime: 3 * 86_400 });
  expect(made.asked[0]?.MetricDataQueries[3]?.MetricStat).toEqual({
    Metric: {
      Namespace: 'aerie',
      MetricName: 'PilotsRunning',
      Dimensions: [
        { Name: 'service', Value: 'pilots' },
        { Name: 'Stage', Value: 'prod' },
        { Name: 'Queue', Value: 'Q3' },
      ],
    },
    Period: 86_400,
    Stat: 'Sum',
  });
});
