/** A cloud as an admin writes it. */
export const SITE = {
  kind: 'openstack',
  authUrl: 'https://keystone.example.org:5000/v3',
  region: 'RegionOne',
  project: 'aerie',
  credential: '/aerie/dev/clouds/site',
  network: '6f1b1f0e-9f0c-4bf5-9d5f-0d9f5e1c2a11',
  image: '0c6d2f30-11bd-4e37-8a53-1c9d9f6b4d02',
  zones: ['nova'],
};
