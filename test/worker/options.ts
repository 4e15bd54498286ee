import { createHash } from 'node:crypto';
import type { WorkerOptions } from '../../worker/options.ts';

/** The least that a worker has to be told. */
export const LEAST: WorkerOptions = {
  os: 'el9',
  pool: 'cm.example.org',
  centralManager: 'cm.example.org',
  endpointUrl: 'https://cm.example.org:9619',
};

/** A line of a certificate: what it says cannot be made shorter, as that of a real one cannot. */
const line = (name: string, number: number): string =>
  createHash('sha384').update(`${name} ${number}`).digest('base64');

/** As long as one with an elliptic curve's key. */
export const certificate = (name: string): string => {
  const lines = Array.from({ length: 12 }, (_, number) => `${line(name, number)}\n`);
  return `-----BEGIN CERTIFICATE-----\n${lines.join('')}-----END CERTIFICATE-----\n`;
};

const hosts = Array.from({ length: 8 }, (_, n) => `storage-door-${n}.grid.physics.example.org`);

/** What a site with many wishes writes. */
export const LONG: WorkerOptions = {
  ...LEAST,
  endpointCa: certificate('one'),
  stsHost: 'sts.us-east-1.amazonaws.com',
  pins: Object.fromEntries(hosts.map((host, n) => [host, `192.0.2.${n + 1}`])),
  requiredHosts: hosts.map((host) => `${host}:1094`),
  cvmfs: {
    repositories: ['atlas', 'atlas-condb', 'atlas-nightlies', 'sft', 'unpacked'].map(
      (name) => `${name}.cern.ch`,
    ),
    proxy: 'http://squid1.example.org:3128|http://squid2.example.org:3128;DIRECT',
    quotaMb: 20_000,
  },
  environment: { OSG_DATA: '/srv/osg/data', OSG_APP: '/srv/osg/app', OSG_SITE_NAME: 'EXAMPLE_CLOUD' },
  minScratchMb: 50_000,
};
