import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeApi, openApi } from '../../collector/describe-api.ts';
import { ROUTES } from '../../collector/routes.ts';
import { ROOT } from '../running.ts';

const read = (file: string): string => readFileSync(join(ROOT, 'docs', file), 'utf8');

describe('the description of the API', () => {
  it('is what bin/docs.ts makes of the routes', () => {
    expect(read('api.md')).toBe(describeApi());
    expect(JSON.parse(read('openapi.json'))).toEqual(JSON.parse(JSON.stringify(openApi())));
  });

  it('leads from every reference to what is there', () => {
    const text = read('openapi.json');
    const known = Object.keys(openApi().components.schemas).map((name) => `#/components/schemas/${name}`);
    const named = new Set([...text.matchAll(/"\$ref": "([^"]+)"/g)].map(([, to]) => to));
    expect([...named].filter((to) => !known.includes(to ?? ''))).toEqual([]);
  });

  it('has a body wherever one is taken, and an answer', () => {
    for (const [path, route] of Object.entries(ROUTES)) {
      const operation: Record<string, unknown> = openApi().paths[path]?.[route.method.toLowerCase()] ?? {};
      expect('requestBody' in operation, path).toBe(route.method === 'POST');
      expect(operation.responses, path).toMatchObject({ 200: { description: expect.any(String) } });
    }
  });
});
