import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { programs } from '../../worker/programs.ts';
import { CLAIMS } from '../collector/join-proof.ts';
import { CACHE_SECONDS, type ServedOpenStack, serveOpenStack } from '../collector/openstack-served.ts';
import { python } from './python.ts';

const TOKEN = `eyJh.${CLAIMS}.c2ln`;

/** Time goes by for all sides when the worker sleeps. */
const PROGRAM = `
import join, imds, node, time
node.TOKEN = given["token"]
join.FIRST_WAIT_SECONDS = 1
slept, real, wall = [0.0], time.monotonic, time.time
def sleep(seconds):
    slept[0] += seconds
    imds._ask("/pass/%d" % seconds, {})
time.sleep = sleep
time.monotonic = lambda: real() + slept[0]
time.time = lambda: wall() + slept[0]
try:
    join.join(given["facts"], imds.need("meta-data/instance-id"), time.time() + given["patience"])
    print("joined after %d s" % slept[0])
except RuntimeError as error:
    print(error)
`;

let cloud: ServedOpenStack;
let directory: string;
let endpointUrl: string | undefined;
beforeEach(async () => {
  endpointUrl = undefined;
  cloud = await serveOpenStack();
  cloud.served.condor.answers('condor_token_create', { stdout: `${TOKEN}\n` });
  directory = mkdtempSync(join(tmpdir(), 'aerie-openstack-'));
  for (const [name, text] of Object.entries(programs('debian', 'openstack')))
    writeFileSync(join(directory, name), text);
});
afterEach(async () => {
  await cloud.close();
  rmSync(directory, { recursive: true });
});

/** A worker of the real programs joins at the real endpoint; `as`: whose metadata service it hears. */
const joined = async (as: string, patience = 600) => {
  endpointUrl ??= await cloud.served.app.listen({ host: '127.0.0.1', port: 0 });
  const token = join(directory, 'tokens.d', 'aerie');
  const given = { token, patience, facts: { pool: 'cm.example.org', endpointUrl } };
  const metadata = await cloud.metadataOf(as);
  const ended = await python(PROGRAM, given, { PYTHONPATH: directory, AERIE_IMDS: metadata.url });
  return { ...ended, token: () => readFileSync(token, 'utf8') };
};

describe('a worker of an OpenStack', () => {
  it('joins by its challenge, and once', async () => {
    const id = cloud.launch();
    cloud.pass(10);
    const first = await joined(id);
    expect([first.stdout, first.token()]).toEqual([
      expect.stringMatching(/^joined after \d+ s\n$/),
      `${TOKEN}\n`,
    ]);
    expect(cloud.served.condor.calls('condor_token_create')).toEqual([
      expect.arrayContaining([`${id}@cm.example.org`]),
    ]);
    rmSync(join(directory, 'tokens.d'), { recursive: true });
    expect((await joined(id)).stdout).toMatch(
      /^joining was refused: the endpoint answered 409: .*has had its token/,
    );
  });

  it('waits for metadata that Nova tells with a delay', async () => {
    const id = cloud.launch();
    cloud.pass(10);
    const { stdout } = await joined(id);
    const [, seconds] = /^joined after (\d+) s\n$/.exec(stdout) ?? [];
    // Its first look, at its own id, was before the challenge.
    expect(Number(seconds)).toBeGreaterThanOrEqual(CACHE_SECONDS - 2);
    expect(Number(seconds)).toBeLessThanOrEqual(CACHE_SECONDS + 4);
  });

  it('of another stage does not, and says why until its time is over', async () => {
    const id = cloud.launch({ 'aerie:stage': 'other' });
    cloud.pass(10);
    const { stdout, stderr } = await joined(id, 20);
    expect(stdout).toMatch(
      /^joining did not succeed in time: the endpoint answered 403: .*was not launched by the stage test/,
    );
    expect(stderr).toMatch(/^aerie: joining failed, again in \d+ s: the endpoint answered 403/);
    expect(cloud.served.condor.calls('condor_token_create')).toEqual([]);
  });

  it('that says it is another one never reads what that one is asked', async () => {
    const [own, other] = [cloud.launch(), cloud.launch()];
    cloud.pass(10);
    cloud.serverOf(own).metadata['aerie:challenge'] = 'what it has itself';
    const { stdout } = await joinedAs(own, other);
    expect(stdout).toMatch(
      /^joining did not succeed in time: the metadata service did not show the endpoint's challenge within 120 s/,
    );
    expect(cloud.served.condor.calls('condor_token_create')).toEqual([]);
  });

  it('joins when the OpenStack is there again', async () => {
    const id = cloud.launch();
    cloud.pass(10);
    cloud.road.fates((_, nth) => (nth < 3 ? { kind: 'answered', status: 503 } : { kind: 'pass' }));
    const { stdout, stderr } = await joined(id);
    expect(stdout).toMatch(/^joined after/);
    expect(stderr).toMatch(/the endpoint answered 503: .*The server cannot be challenged/);
  });
});

/** A worker that hears the metadata service of one server and says that it is another. */
const joinedAs = async (own: string, other: string) => {
  const file = join(directory, 'imds.py');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(
      'def need(',
      'def need(path, instead=None):\n return "' + other + '"\ndef other(',
    ),
  );
  return joined(own, 100);
};
