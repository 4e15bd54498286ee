import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ssmFace } from '../../../twin/aws/ssm/face.ts';
import { parameterStore } from '../../../twin/aws/ssm/store.ts';
import type { Face } from '../../../twin/wire/http.ts';

let face: Face;
let client: SSMClient;

beforeEach(async () => {
  face = await ssmFace(parameterStore());
  client = new SSMClient({
    endpoint: face.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await face.close();
});

type Put = ConstructorParameters<typeof PutParameterCommand>[0];
const put = (Name: string, Value: string, more: Partial<Put> = {}) =>
  client.send(new PutParameterCommand({ Name, Value, ...more }));
const get = async (Name: string, WithDecryption = false) =>
  (await client.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter;

describe('a parameter of the twin', () => {
  it('is what was last put there, and counts its versions', async () => {
    expect((await put('/a/b', '1', { Type: 'String' })).Version).toBe(1);
    expect((await put('/a/b', '2', { Overwrite: true })).Version).toBe(2);
    expect(await get('/a/b')).toMatchObject({ Name: '/a/b', Value: '2', Type: 'String', Version: 2 });
  });

  it.each([
    ['that exists without being told to', '/a/b', '2', {}, 'ParameterAlreadyExists'],
    ['outside its pattern', '/a/b', 'x', { Overwrite: true }, 'ParameterPatternMismatchException'],
    ['that is empty', '/a/c', '', {}, 'ValidationException'],
    ['larger than a standard one', '/a/c', 'x'.repeat(4097), {}, 'ValidationException'],
    ['with a name that is none', '/a/b c', '1', {}, 'ValidationException'],
  ] as const)('is not put %s', async (_, name, value, more, error) => {
    await put('/a/b', '1', { AllowedPattern: '^[0-9]+$' });
    await expect(put(name, value, more)).rejects.toMatchObject({ name: error });
    expect(await get('/a/b')).toMatchObject({ Value: '1', Version: 1 });
  });

  it('keeps its pattern until it gets another', async () => {
    await put('/a/b', '1', { AllowedPattern: '^[0-9]+$' });
    await put('/a/b', 'x', { Overwrite: true, AllowedPattern: '^[a-z]+$' });
    await expect(put('/a/b', '2', { Overwrite: true })).rejects.toMatchObject({
      name: 'ParameterPatternMismatchException',
    });
  });

  it('shows a secret only to those who ask for it in the clear', async () => {
    await put('/a/secret', 'hush', { Type: 'SecureString' });
    expect((await get('/a/secret'))?.Value).not.toContain('hush');
    expect((await get('/a/secret', true))?.Value).toBe('hush');
  });

  it('that is not there, or was taken away, is not found', async () => {
    const missing = { name: 'ParameterNotFound' };
    await expect(get('/a/b')).rejects.toMatchObject(missing);
    await put('/a/b', '1');
    await client.send(new DeleteParameterCommand({ Name: '/a/b' }));
    await expect(get('/a/b')).rejects.toMatchObject(missing);
    await expect(client.send(new DeleteParameterCommand({ Name: '/a/b' }))).rejects.toMatchObject(missing);
  });
});

describe('parameters below a path', () => {
  const names = (of: { readonly Parameters?: readonly { Name?: string | undefined }[] | undefined }) =>
    (of.Parameters ?? []).map(({ Name }) => Name);
  const below = (Path: string, more: object = {}) =>
    client.send(new GetParametersByPathCommand({ Path, ...more }));

  it('are those right below it, or all where that is asked', async () => {
    for (const name of ['/a/b', '/a/c/d', '/ab/c', '/a/a']) await put(name, '1');
    expect(names(await below('/a'))).toEqual(['/a/a', '/a/b']);
    expect(names(await below('/a/', { Recursive: true }))).toEqual(['/a/a', '/a/b', '/a/c/d']);
  });

  it('come ten to a page', async () => {
    for (let n = 0; n < 12; n += 1) await put(`/a/${String(n).padStart(2, '0')}`, '1');
    const first = await below('/a');
    expect(names(first)).toHaveLength(10);
    const second = await below('/a', { NextToken: first.NextToken });
    expect(names(second)).toEqual(['/a/10', '/a/11']);
    expect(second.NextToken).toBeUndefined();
  });

  it.each([
    ['more than ten to a page', '/a', { MaxResults: 11 }, 'ValidationException'],
    ['with a token that is none', '/a', { NextToken: 'x' }, 'InvalidNextToken'],
    ['below a path that is none', 'a', {}, 'ValidationException'],
  ])('are not to be had %s', async (_, path, more, error) => {
    await expect(below(path, more)).rejects.toMatchObject({ name: error });
  });
});
