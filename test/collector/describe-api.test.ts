import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { describeApi, openApi } from '../../collector/describe-api.ts';
import { ROUTES } from '../../collector/routes.ts';
import { ROOT } from '../running.ts';

const read = (file: string): string => readFileSync(join(ROOT, 'docs', file), 'utf8');

/** Returns what a validator says is wrong with a document of OpenAPI; nothing: it is one. */
const wrongIn = async (text: string): Promise<string> => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(JSON.parse(text));
  if (!valid) return JSON.stringify(errors);
  try {
    validator.resolveRefs();
    return '';
  } catch (error) {
    return String(error);
  }
};

describe('the description of the API', () => {
  it('is what bin/docs.ts makes of the routes', () => {
    expect(read('api.md')).toBe(describeApi());
    expect(JSON.parse(read('openapi.json'))).toEqual(JSON.parse(JSON.stringify(openApi())));
  });

  it('is OpenAPI, by its own schema, and every reference leads somewhere', async () => {
    expect(await wrongIn(read('openapi.json'))).toBe('');
  });

  it.each([
    ['an operation without an answer', '"responses":', '"x-responses":'],
    ['a type that there is not', '"type": "boolean"', '"type": "truth"'],
    ['a word that OpenAPI 3.0 has not', '"type": "boolean"', '"const": true'],
    ['a reference that leads nowhere', '"$ref": "#/components/schemas/', '"$ref": "#/components/schemas/No'],
  ])('is none with %s', async (_, from, to) => {
    const text = read('openapi.json');
    expect(text).toContain(from);
    expect(await wrongIn(text.replace(from, to))).not.toBe('');
  });

  it('has a body wherever one is taken, and an answer', () => {
    for (const [path, route] of Object.entries(ROUTES)) {
      const operation: Record<string, unknown> = openApi().paths[path]?.[route.method.toLowerCase()] ?? {};
      expect('requestBody' in operation, path).toBe(route.method === 'POST');
      expect(operation.responses, path).toMatchObject({ 200: { description: expect.any(String) } });
    }
  });
});
