/** Every kind of finding, with what an `ok` of it proves. docs/doctor.md has the same list; a test holds the two together. */
export const KINDS = {
  block: "the stage's block in cdk.json can be read and deployed",
  'example-hosts': 'no host of the documentation is left in it',
  authorities: 'its files of authorities hold certificates that have not ended',

  'panda-tls': 'PanDA is reached by TLS, with the authorities that the functions will have',
  'panda-api': "the server at pandaUrl answers as PanDA's API does",
  'panda-sites': "PanDA knows every queue's siteid, with a status, and its jobs can be read",

  'endpoint-tls': 'the endpoint is reached by TLS, with the authorities that the functions will have',
  'worker-tls': 'the endpoint is reached by TLS, with the authorities that the workers will have',
  'endpoint-secret': 'the endpoint takes the bearer secret that the functions will send',
  'endpoint-about': 'the endpoint is new enough to say what a stage has to agree with',
  'endpoint-fleets':
    'the endpoint knows fleets: it submits pilots for them, and tells of their workers and jobs',
  'endpoint-roles': 'the endpoint admits the role that the workers will have, of this account',
  'endpoint-sts': 'the endpoint asks the STS that workers of this region sign for',
  'endpoint-pool': 'the endpoint and the workers speak of the same pool',
  'endpoint-tokens': "workers' tokens live as long as workers may",
  htcondor: 'the central manager runs an HTCondor that aerie works with',
  'pool-view': 'the collector and the schedd answer the endpoint',
  templates: 'every queue has a pilot template that can be submitted',
  credentials: 'the credentials of the pilots have not ended',
  clocks: 'this machine, the endpoint and PanDA agree about the time',

  'signed-in': "the signed-in account and region are the stage's",
  bootstrap: 'the account and region are prepared for the CDK',
  'lambda-limit': "the functions fit into the account's limit of Lambda",
  'secret-parameter': "the endpoint's secret is in Parameter Store, as the functions can read it",
  owners: 'the queues and fleets will fit together, those of cdk.json beside those that were put by hand',
  parameters: 'no parameter is in the way of one that the deploy makes',
  'quota-vcpu': "the caps of the fleets fit into the account's vCPU quotas",
  'quota-gp3': "the disks of all workers fit into the account's quota of gp3",
  'instance-types': 'every flavour is an x86_64 Nitro type of the size that aerie takes it for',
  offerings: 'every fleet has a flavour that EC2 offers in every zone of the workers',
  image: 'every image is there and fits workers: architecture, root device, size',
  'ebs-key': "workers' disks can be encrypted with the account's default key",
  network:
    'the given subnets are in the VPC and zone, have addresses left and a way out; or a network finds the zones to be made in',
  'spot-role': "EC2's own role for spot is there",
  'cloud-rights':
    'the cloud beside EC2 knows the credential, allows every call, and has the flavours and zones that are named',
  'dry-run': 'EC2 would launch a worker for you: RunInstances and CreateFleet, asked without launching',

  stack: 'CloudFormation has finished the stack',
  'launcher-rights': 'IAM lets the deployed launcher launch and end workers',
  ticks: 'the ticks went well to their end within the last five minutes',
  'function-errors': 'no function failed in the last quarter of an hour',
  'alarms-on': 'no alarm is on',
  'alarm-actions': 'every alarm tells the topic when it goes on',
  'alarm-topic': 'CloudWatch may publish to the topic',
  'alarm-person': 'somebody has confirmed to be told by the topic',
  'alarm-test': 'an alarm that goes on reaches the topic: it was tried',
  'dead-letters': 'no event was given up',
  settings: 'the settings were read lately, and all of them can be used',
  'open-launches': 'no launch has been open for long, and all that is alive in the ledger can be read',
} as const satisfies Readonly<Record<string, string>>;

export type Kind = keyof typeof KINDS;
