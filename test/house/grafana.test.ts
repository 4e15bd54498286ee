import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { metrics } from '../../collector/serve/metrics.ts';
import { dimensionsOf, METRICS, type Metric, perOf } from '../../core/tell/metrics.ts';

const panel = z.object({
  title: z.string(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(z.looseObject({ refId: z.string() })).min(1),
});
const board = z.object({
  uid: z.string(),
  templating: z.object({ list: z.array(z.looseObject({ name: z.string() })) }),
  panels: z.array(panel),
});

const boardOf = (name: string) => {
  const text = readFileSync(new URL(`../../docs/grafana/${name}.json`, import.meta.url), 'utf8');
  return { text, ...board.parse(JSON.parse(text)) };
};

const targetsOf = (name: string) => boardOf(name).panels.flatMap(({ targets }) => targets);

describe.each(['endpoint', 'stage'])('the Grafana board %s', (name) => {
  it('has a place of its own for each panel, and no variable that is not there', () => {
    const { text, panels, templating } = boardOf(name);
    const taken = new Set<string>();
    for (const { title, gridPos } of panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        expect(x, title).toBeLessThan(24);
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x} ${y}`), title).toBe(false);
          taken.add(`${x} ${y}`);
        }
      }
    }
    const known = new Set(templating.list.map((of) => of.name));
    for (const [, used = ''] of text.matchAll(/\$\{?([a-z]+)\}?/g)) expect([...known]).toContain(used);
  });
});

describe('the board of the endpoint', () => {
  const used = (expression: string) => expression.match(/aerie_endpoint_\w+/g) ?? [];

  it('asks for metrics and labels that the endpoint has, and for all of them', async () => {
    const text = await metrics(() => 0).text();
    const names = new Map(
      [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type]) => [name, type]),
    );
    const asked = targetsOf('endpoint').flatMap(({ expr }) => used(z.string().parse(expr)));
    const stems = asked.map((name) => name.replace(/_(bucket|count)$/, ''));
    for (const [index, stem] of stems.entries()) {
      expect([...names.keys()]).toContain(stem);
      if (asked[index] !== stem) expect(names.get(stem)).toBe('histogram');
    }
    expect(new Set(stems)).toEqual(new Set(names.keys()));
  });
});

describe('the board of a stage', () => {
  const query = z.object({
    namespace: z.literal('aerie'),
    metricName: z.enum(Object.keys(METRICS) as [keyof typeof METRICS]),
    dimensions: z.record(z.string(), z.string()),
    statistic: z.enum(['Sum', 'Maximum', 'Minimum']),
  });

  it('asks for metrics that are emitted, each under the dimensions that it has', () => {
    for (const target of targetsOf('stage')) {
      const { metricName, dimensions } = query.parse(target);
      const metric: Metric = METRICS[metricName];
      const service = metric.of.find((of) => of === dimensions.service);
      expect(service, metricName).toBeDefined();
      if (service === undefined) continue;
      const per = perOf(metric, service);
      expect(dimensions, metricName).toEqual(dimensionsOf(service, '$stage', { per, value: '*' }));
    }
  });
});
