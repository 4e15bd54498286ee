import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, it } from 'vitest';
import { userDataOf } from '../../../../adapters/clouds/ec2/template.ts';
import { listen } from '../../../../twin/wire/http.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const ID = 'lt-0123456789abcdef0';

/** Reads templates whose user-data names their version, but for those of version 0, which have none. */
const reading = async () => {
  const asked: (string | null)[] = [];
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const version = form.get('LaunchTemplateVersion.1');
    asked.push(`${form.get('LaunchTemplateId')} ${version}`);
    const data = version === '0' ? '' : `<userData>data of ${version}</userData>`;
    const item = `<item><launchTemplateData>${data}</launchTemplateData></item>`;
    const set = `<launchTemplateVersionSet>${item}</launchTemplateVersionSet>`;
    response.writeHead(200, { 'content-type': 'text/xml' });
    response.end(
      `<DescribeLaunchTemplateVersionsResponse>${version === 'none' ? '' : set}</DescribeLaunchTemplateVersionsResponse>`,
    );
  });
  const { url, close } = await listen(server);
  const client = new EC2Client({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' },
  });
  closing.push(() => client.destroy(), close);
  return { read: userDataOf(client), asked };
};

describe("the user-data of a template's version", () => {
  it('is read once, whichever others are read', async () => {
    const { read, asked } = await reading();
    for (const version of ['1', '2', '1', '2']) {
      expect(await read({ id: ID, version })).toBe(`data of ${version}`);
    }
    expect(await read({ id: 'lt-0a', version: '1' })).toBe('data of 1');
    expect(asked).toEqual([`${ID} 1`, `${ID} 2`, 'lt-0a 1']);
  });

  it('is read again once twenty are kept: a function that lives long keeps no more', async () => {
    const { read, asked } = await reading();
    for (let version = 1; version <= 20; version += 1) await read({ id: ID, version: `${version}` });
    await read({ id: ID, version: '1' });
    expect(asked).toHaveLength(20);
    await read({ id: ID, version: '21' });
    await read({ id: ID, version: '21' });
    expect(asked).toHaveLength(21);
    await read({ id: ID, version: '1' });
    expect(asked).toHaveLength(22);
  });

  it.each(['0', 'none'])(
    'is missed by the name of the template where there is none (%s)',
    async (version) => {
      const { read } = await reading();
      await expect(read({ id: ID, version })).rejects.toThrow(
        `The launch template ${ID}, version ${version}, has no user-data`,
      );
    },
  );
});
