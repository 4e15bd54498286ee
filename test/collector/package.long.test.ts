import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPackages } from '../../collector/package/build.ts';
import { rootfs } from '../../lab/rootfs.ts';
import { type SystemdMachine, startSystemdMachine } from '../../lab/systemd-machine.ts';
import { describeLab } from '../lab/describe-lab.ts';

const HOST = 'cm.example.org';

/** A pool that was there before aerie: its domains are neither its host's name nor each other. */
const EXISTING_POOL = `
CONDOR_HOST = ${HOST}
DAEMON_LIST = MASTER, SHARED_PORT, COLLECTOR, NEGOTIATOR, SCHEDD
NETWORK_INTERFACE = 127.0.0.1
TRUST_DOMAIN = pool.site.test
UID_DOMAIN = users.site.test
COLLECTOR_REQUIREMENTS = Name =!= "unwanted"
ENABLE_KERNEL_TUNING = FALSE
`;

const DOCS = readFileSync(new URL('../../docs/endpoint.md', import.meta.url), 'utf8');

/** The commands that a section of the page prints, one text for each block. */
const commandsOf = (heading: string): readonly string[] => {
  const [, section = ''] = DOCS.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/```\n([\s\S]*?)```/g)].map(([, text = '']) => text);
};

const blockWith = (heading: string, words: string): string => {
  const block = commandsOf(heading).find((text) => text.includes(words));
  if (block === undefined) throw new Error(`${heading} prints no commands with ${words}`);
  return block;
};

const CONFIG = '/etc/aerie-endpoint/config.json';
const UNIT = 'aerie-endpoint.service';

/** What the admin writes into the example. */
const edited = (text: string, pool: string): string => {
  const config = JSON.parse(text);
  return JSON.stringify({
    ...config,
    pool,
    sts: {
      url: 'https://sts.us-east-1.amazonaws.com/',
      account: '123456789012',
      roles: ['aerie-prod-worker'],
    },
  });
};

describeLab('the package of the endpoint, on Debian with a real systemd and a real HTCondor', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aerie-packages-'));
  let machine: SystemdMachine;
  const sure = (text: string, input?: string) => machine.sure(text, input);
  const show = async (property: string): Promise<string> =>
    (await sure(`systemctl show --value -p ${property} ${UNIT}`)).trim();
  /** Waits until something is so; what hangs meets the limit of every test. */
  const until = (shell: string) => sure(`until ${shell}; do sleep 0.2; done`);
  const curl = async (path: string, more = '') =>
    JSON.parse(
      await sure(
        `cd /root/elsewhere; curl -sS --fail --cacert ca.pem -H "Authorization: Bearer $(cat secret.txt)" ${more} https://${HOST}:9619/v1/${path}`,
      ),
    );
  const configure = async (pool: string) =>
    sure(`cat > ${CONFIG}`, edited(await sure(`cat /usr/share/aerie-endpoint/config.json`), pool));
  const install = async (version: string) => {
    const { deb } = await buildPackages(folder, version);
    await machine.bring(deb, `/root/${basename(deb)}`);
    return `/root/${basename(deb)}`;
  };

  beforeAll(async () => {
    machine = await startSystemdMachine({
      lower: await rootfs(),
      hostName: HOST,
      files: {
        '/etc/hosts': `127.0.0.1 ${HOST} localhost\n`,
        '/etc/condor/config.d/50-site.conf': EXISTING_POOL,
      },
    });
    await until('condor_status -schedd -af Name | grep -q .');
  });
  afterAll(async () => {
    await machine?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('installs its user, its folders and a first configuration, and starts nothing', async () => {
    const deb = await install('1.0.0');
    await sure(`cd /root; ${blockWith('Install', 'apt-get').split('\n')[0]}`);
    await sure(`test -f ${deb}`);
    const paths =
      '/etc/aerie-endpoint /etc/aerie-endpoint/templates /etc/aerie-endpoint/tls /etc/aerie-endpoint/keys ' +
      `${CONFIG} /var/lib/aerie-endpoint /var/log/aerie-pilots /usr/lib/aerie-endpoint/node /etc/condor/config.d/60-aerie.conf`;
    expect((await sure(`stat -c '%n %U:%G %a' ${paths}`)).trim().split('\n')).toEqual([
      '/etc/aerie-endpoint root:aerie 750',
      '/etc/aerie-endpoint/templates root:aerie 750',
      '/etc/aerie-endpoint/tls root:aerie 750',
      '/etc/aerie-endpoint/keys aerie:aerie 700',
      `${CONFIG} root:aerie 640`,
      '/var/lib/aerie-endpoint aerie:aerie 700',
      '/var/log/aerie-pilots aerie:aerie 755',
      '/usr/lib/aerie-endpoint/node root:root 755',
      '/etc/condor/config.d/60-aerie.conf root:root 644',
    ]);
    expect(await show('ActiveState')).toBe('inactive');
  });

  test('leaves the domains and the requirements of the pool as they were, and adds its own', async () => {
    expect(await sure('condor_config_val TRUST_DOMAIN UID_DOMAIN')).toBe('pool.site.test\nusers.site.test\n');
    expect(await sure('condor_config_val COLLECTOR_REQUIREMENTS')).toContain('Name =!= "unwanted"');
    expect(await sure('condor_config_val ALLOW_ADVERTISE_STARTD')).toContain(
      'i-*@pool.site.test, os-*@pool.site.test, aerie@users.site.test',
    );
  });

  test("takes its key, its secrets, a template and a certificate by the page's own commands", async () => {
    await sure(blockWith('Install', 'passwords.d'));
    await sure(`mkdir /root/elsewhere; cd /root/elsewhere; ${blockWith('A certificate', 'openssl req')}`);
    await sure(`cd /root/elsewhere; ${blockWith('A certificate', 'install')}`);
    await sure('cp /etc/aerie-endpoint/secret /root/elsewhere/secret.txt');
    // The site's own: its wrapper, and what its pilots show to PanDA.
    const wrapper = '/etc/aerie-endpoint/templates/runpilot2-wrapper.sh';
    await sure(`cat > ${wrapper}; chmod 755 ${wrapper}`, '#!/bin/sh\n');
    const claims = Buffer.from(JSON.stringify({ exp: 4_102_444_800 })).toString('base64url');
    await sure('cat > /etc/aerie-endpoint/templates/token', `e30.${claims}.none`);
    expect(await sure('stat -c "%U %a" /etc/aerie-endpoint/tls/key.pem /etc/condor/passwords.d/aerie')).toBe(
      'aerie 600\nroot 600\n',
    );
  });

  test('refuses a pool that is not the TRUST_DOMAIN of HTCondor once, with status 2, and is not started again', async () => {
    await configure(HOST);
    const { code, stderr } = await machine.sh(`runuser -u aerie -- aerie-endpoint --check ${CONFIG}`);
    expect(code).toBe(2);
    expect(stderr).toContain(
      `pool is "${HOST}", and TRUST_DOMAIN of HTCondor on this machine is "pool.site.test"`,
    );
    await machine.sh(`systemctl start ${UNIT}`);
    await until(`systemctl is-failed -q ${UNIT}`);
    expect(await show('ExecMainStatus')).toBe('2');
    // It would have been started again two seconds later.
    await sure('sleep 5');
    expect(await show('NRestarts')).toBe('0');
    expect(await show('ActiveState')).toBe('failed');
  });

  test('is tried again while TRUST_DOMAIN is a name that the machine has for a moment, and serves once it is not', async () => {
    await configure('pool.site.test');
    const moment = '/etc/condor/config.d/99-moment.conf';
    await sure(`echo 'TRUST_DOMAIN = $(FULL_HOSTNAME)' > ${moment}`);
    await sure(`systemctl start ${UNIT}`);
    await until(`[ "$(systemctl show --value -p NRestarts ${UNIT})" -ge 1 ]`);
    const said = await sure(`journalctl -u ${UNIT}`);
    expect(said).toContain(
      `TRUST_DOMAIN of HTCondor on this machine is "${HOST}", which is what the machine calls itself now`,
    );
    expect(said).toContain('status=1/FAILURE');
    await sure(`rm ${moment}`);
    await until(`curl -sf --cacert /root/elsewhere/ca.pem https://${HOST}:9619/healthz`);
    await sure(`systemctl stop ${UNIT}`);
  });

  test('says what of HTCondor is too small for the workers that the admin names', async () => {
    await configure('pool.site.test');
    const { code, stderr } = await machine.sh(
      `runuser -u aerie -- aerie-endpoint --check --workers 7000 --pilots 56000 ${CONFIG}`,
    );
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toEqual([
      "aerie-endpoint: COLLECTOR_MAX_FILE_DESCRIPTORS is 10240; 7000 workers need 21500: write COLLECTOR_MAX_FILE_DESCRIPTORS = 21500 into HTCondor's configuration.",
      "aerie-endpoint: SHARED_PORT_MAX_FILE_DESCRIPTORS is 20000; 7000 workers need 21500: write SHARED_PORT_MAX_FILE_DESCRIPTORS = 21500 into HTCondor's configuration.",
      expect.stringMatching(
        /^aerie-endpoint: MAX_JOBS_RUNNING is MIN.* 56000 running pilots need 56000: write/,
      ),
    ]);
  });

  test('tries the templates out when it checks, and finds them in order', async () => {
    const template = '/etc/aerie-endpoint/templates/BENT.sub';
    await sure(
      `printf 'executable = /bin/true\\n+MATCH_APF_QUEUE = "BENT"\\nuniverse = local\\nqueue\\n' > ${template}`,
    );
    const check = () => machine.sh(`runuser -u aerie -- aerie-endpoint --check ${CONFIG}`);
    expect(await check()).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^aerie-endpoint: The pilot template BENT\.sub makes jobs with JobUniverse 12, .+\n$/,
      ),
    });
    await sure(`rm ${template}`);
    expect(await check()).toMatchObject({ code: 0, stderr: '' });
  });

  test("starts by the page's own commands, and answers those that it prints", async () => {
    await sure(blockWith('Install', 'systemctl enable --now'));
    await until(`curl -sf --cacert /root/elsewhere/ca.pem https://${HOST}:9619/healthz`);
    await sure(`cd /root/elsewhere; ${blockWith('Install', 'curl')}`);
    expect(await curl('about')).toMatchObject({
      pool: 'pool.site.test',
      condor: { version: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
      templates: [{ queue: 'BNL_CLOUD', asks: { cpus: 1, memoryMb: 2000, diskMb: 20480 } }],
    });
  });

  test("runs HTCondor's tools within its sandbox: collector, queue and history answer it", async () => {
    expect(await curl('pool')).toMatchObject({ pilots: { complete: true }, workers: { complete: true } });
  });

  test('submits pilots within its sandbox, as its own user by FS authentication', async () => {
    // One whose credential is not looked at, and whose program is there.
    const template =
      'executable = /bin/true\n+MATCH_APF_QUEUE = "PLAIN"\nlog = /var/log/aerie-pilots/plain.log\nqueue\n';
    await sure('cat > /etc/aerie-endpoint/templates/PLAIN.sub', template);
    const shape = { cpus: 1, memoryMb: 100, diskMb: 100, gpus: 0 };
    const body = JSON.stringify({ requestId: 'first', queue: 'PLAIN', count: 2, shape });
    expect(await curl('pilots', `-H 'Content-Type: application/json' -d '${body}'`)).toEqual({
      submitted: 2,
      repeated: false,
    });
    expect(await sure('condor_q -allusers -af User MATCH_APF_QUEUE')).toBe(
      'aerie@users.site.test PLAIN\n'.repeat(2),
    );
  });

  test('signs tokens within its sandbox with its own copy of the key', async () => {
    const pid = await show('MainPID');
    const token = await sure(
      `nsenter -t ${pid} -m setpriv --reuid=aerie --regid=aerie --init-groups --no-new-privs env ` +
        '_CONDOR_SEC_PASSWORD_DIRECTORY=/etc/aerie-endpoint/keys ' +
        'condor_token_create -key aerie -identity i-0123456789abcdef0@pool.site.test -authz ADVERTISE_STARTD',
    );
    const [, claims = ''] = token.split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      iss: 'pool.site.test',
      sub: 'i-0123456789abcdef0@pool.site.test',
    });
  });

  test('cannot write where its unit does not let it, nor become root', async () => {
    const pid = await show('MainPID');
    const asIt = `nsenter -t ${pid} -m setpriv --reuid=aerie --regid=aerie --init-groups`;
    await sure(`${asIt} touch /var/lib/aerie-endpoint/x /var/log/aerie-pilots/x /tmp/x`);
    for (const path of ['/usr/x', '/etc/aerie-endpoint/x', '/var/x', '/root/x']) {
      const asRoot = `nsenter -t ${pid} -m touch ${path}`;
      expect((await machine.sh(asRoot)).stderr, path).toMatch(/Read-only file system|Permission denied/);
    }
    const status = await sure(`grep -E '^(Uid|CapBnd|CapEff|NoNewPrivs|Seccomp):' /proc/${pid}/status`);
    expect(status).toMatch(/CapEff:\t0+\nCapBnd:\t0+\nNoNewPrivs:\t1\nSeccomp:\t2/);
    expect(status).not.toMatch(/Uid:\t0/);
  });

  test('is started again after a crash', async () => {
    const before = await show('MainPID');
    await sure(`systemctl kill --signal=KILL --kill-whom=main ${UNIT}`);
    await until(`[ "$(systemctl show --value -p NRestarts ${UNIT})" = 1 ]`);
    await until(`curl -sf --cacert /root/elsewhere/ca.pem https://${HOST}:9619/healthz`);
    expect(await show('MainPID')).not.toBe(before);
  });

  test('serves a new certificate after a reload, as the same process', async () => {
    const before = await show('MainPID');
    await sure(`cd /root/elsewhere; ${blockWith('A certificate', 'openssl req')}`);
    await sure(`cd /root/elsewhere; ${blockWith('A certificate', 'install')}`);
    await sure(`systemctl reload ${UNIT}`);
    // Only the new authority is in ca.pem.
    await until(`curl -sf --cacert /root/elsewhere/ca.pem https://${HOST}:9619/healthz`);
    expect(await show('MainPID')).toBe(before);
  });

  test('keeps configuration and state through an upgrade, which restarts it', async () => {
    await sure('echo "# ours" >> /etc/condor/config.d/60-aerie.conf; chmod 710 /etc/aerie-endpoint');
    const kept = `md5sum ${CONFIG} /etc/aerie-endpoint/secret /etc/condor/config.d/60-aerie.conf; ls /var/lib/aerie-endpoint; stat -c %a /etc/aerie-endpoint`;
    const [before, pid] = [await sure(kept), await show('MainPID')];
    await sure(`dpkg -i --force-confdef ${await install('1.0.1')}`);
    expect(await sure(kept)).toBe(before);
    await until(`curl -sf --cacert /root/elsewhere/ca.pem https://${HOST}:9619/healthz`);
    expect(await show('MainPID')).not.toBe(pid);
  });

  test('keeps them when it is removed, and takes them away when it is purged', async () => {
    await sure('dpkg --remove aerie-endpoint');
    await sure(
      `test -e ${CONFIG} && test -e /var/lib/aerie-endpoint && test -e /etc/condor/config.d/60-aerie.conf`,
    );
    expect((await machine.sh(`systemctl is-enabled ${UNIT}`)).stdout.trim()).not.toBe('enabled');
    const said = await sure('dpkg --purge aerie-endpoint');
    expect(said).toContain('/etc/condor/passwords.d/aerie; remove it to revoke them');
    await sure(
      '! ls -d /etc/aerie-endpoint /var/lib/aerie-endpoint /var/log/aerie-pilots /etc/condor/config.d/60-aerie.conf',
    );
    await sure('condor_reconfig; condor_status -schedd -af Name | grep -q .');
  });
});
