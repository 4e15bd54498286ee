import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGES } from './pages.ts';
import { typedOn } from './typed.ts';

const said = spawnSync('aws', ['--version'], { encoding: 'utf8' }).stdout ?? '';
const [, major, minor] = (/aws-cli\/(\d+)\.(\d+)/.exec(said) ?? []).map(Number);
const hasAws = major !== undefined;

/** What cannot be typed here, and why. */
const NOT_HERE: readonly (readonly [RegExp, string])[] = [
  ...(major === 1
    ? ([[/^aws logs tail|--cli-binary-format/, 'is in version 2, which is what Debian has']] as const)
    : []),
  ...(major === 2 && (minor ?? 0) < 11
    ? ([[/deletion-protection-enabled/, 'came with version 2.11, in March 2023']] as const)
    : []),
  [/^aws sso login/, 'opens a browser'],
  [/^aws ssm start-session/, "needs AWS's plugin for sessions, and a machine"],
];

/** Decisions tell of their day. */
const TODAY = PAGES.filter((page) => !/^(CHANGELOG\.md|docs\/decisions\/)/.test(page));

const TYPED = [
  ...new Map(
    TODAY.flatMap((page) => typedOn(page, 'aws'))
      .filter(({ text }) => !NOT_HERE.some(([pattern]) => pattern.test(text)))
      // A command that is only named has no options: that it is there is all that can be asked.
      .map(({ text, isBlock }) => [
        text,
        isBlock || / --/.test(text) ? text : `${text} --generate-cli-skeleton`,
      ]),
  ).entries(),
];

if (!hasAws && process.env.CI !== undefined) {
  it("finds AWS's command line to type commands with", () => expect.fail('install awscli'));
}

/** The files that the commands read, with as much in them as they must have. */
const FILES = {
  'secret.txt': 'secret',
  'credential.json': {},
  'probe.json': {},
  'end.json': {},
  'pipeline.json': { imagePipelineArn: 'x', infrastructureConfigurationArn: 'x' },
  'fleet.json': { LaunchTemplateConfigs: [], TargetCapacitySpecification: { TotalTargetCapacity: 1 } },
};

/** Says yes and nothing else, in whichever of AWS's ways it is asked. */
const answer = (body: string): string => {
  const [, action] = /(?:^|&)Action=(\w+)/.exec(body) ?? [];
  return action === undefined ? '{"events":[]}' : `<${action}Response><${action}Result/></${action}Response>`;
};

describe.skipIf(!hasAws)("AWS's command line", () => {
  const folder = mkdtempSync(join(tmpdir(), 'aerie-aws-'));
  let server: Server;
  let asked = 0;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), JSON.stringify(text));
    server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        asked += 1;
        response.end(answer(Buffer.concat(parts).toString()));
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const variables = {
      TABLE: 'table',
      F: '/aerie/prod/fleets/default',
      Q: '/aerie/prod/queues/CLOUD',
      P: 'arn:aws:x',
    };
    env = {
      ...{ PATH: process.env.PATH, HOME: folder, AWS_PAGER: '', AWS_DEFAULT_REGION: 'us-east-1' },
      ...{ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_EC2_METADATA_DISABLED: 'true' },
      ...{ ...variables, ROLE: 'arn:aws:iam::123456789012:role/x', ID: 'query', AWS_MAX_ATTEMPTS: '1' },
      AT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    };
  });
  afterAll(() => {
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const type = async (text: string): Promise<string> => {
    // Through a pipe: a socket cannot be opened as /dev/stdout.
    const script = `set -o pipefail; aws() { command aws --endpoint-url "$AT" "$@"; }\n{ ${text}\n} | cat`;
    const ran = promisify(execFile)('bash', ['-c', script], { cwd: folder, env });
    return ran.then(
      () => '',
      ({ stderr }: { readonly stderr: string }) => stderr.trim() || 'it failed and said nothing',
    );
  };

  it.concurrent.each(TYPED)('takes %s', async (_, text) => {
    expect(await type(text)).toBe('');
  });

  it('refuses what it does not know', async () => {
    expect(await type('aws ec2 describe-machines')).toContain('describe-machines');
    expect(await type('aws ec2 describe-instances --loudly')).toContain('--loudly');
    expect(await type("aws ec2 describe-instances --query 'Reservations[].'")).toContain(
      'Bad value for --query',
    );
    expect(await type('aws ssm put-parameter --name x')).toContain('--value');
  });

  it('has asked for nearly all of them, and there are many', () => {
    expect(TYPED.length).toBeGreaterThan(60);
    expect(asked).toBeGreaterThan(60);
  });
});
