import type { WorkerRecord } from '../../core/model/worker.ts';

const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';
/** EC2's largest page. */
const PAGE = 1_000;

const tag = (key: string, value: string): string => `<item><key>${key}</key><value>${value}</value></item>`;

const itemOf = ({ instanceId, fleet, launchId, offer, launchedAt }: WorkerRecord): string =>
  `<item><reservationId>r-${instanceId.slice(2)}</reservationId><ownerId>123456789012</ownerId><instancesSet><item>` +
  `<instanceId>${instanceId}</instanceId><imageId>ami-0123456789abcdef0</imageId>` +
  '<instanceState><code>16</code><name>running</name></instanceState><privateDnsName>ip-10-0-0-1.ec2.internal</privateDnsName>' +
  `<instanceType>${offer.flavour}</instanceType><launchTime>${new Date(launchedAt * 1000).toISOString()}</launchTime>` +
  `<placement><availabilityZone>${offer.zone}</availabilityZone><tenancy>default</tenancy></placement>` +
  '<monitoring><state>disabled</state></monitoring><subnetId>subnet-0000000a</subnetId><vpcId>vpc-0000000a</vpcId>' +
  '<privateIpAddress>10.0.0.1</privateIpAddress><architecture>x86_64</architecture><rootDeviceType>ebs</rootDeviceType>' +
  `<tagSet>${tag('aerie:stage', 'bench')}${tag('aerie:fleet', fleet)}${tag('aerie:launch', launchId)}` +
  `${tag('aerie:max-life-seconds', '259200')}${tag('aerie:linger-seconds', '120')}</tagSet>` +
  '</item></instancesSet></item>';

/** EC2 as the stand-in has it: it lists the ledger's workers as running, and takes whatever it is told to do. */
export const instancePages = (workers: readonly WorkerRecord[]) => {
  const pages = Array.from({ length: Math.max(1, Math.ceil(workers.length / PAGE)) }, (_, page) =>
    workers
      .slice(page * PAGE, (page + 1) * PAGE)
      .map(itemOf)
      .join(''),
  );
  const list = (page: number): string =>
    `<DescribeInstancesResponse xmlns="${NAMESPACE}"><requestId>r</requestId><reservationSet>${pages[page] ?? ''}</reservationSet>` +
    `${page + 1 < pages.length ? `<nextToken>${page + 1}</nextToken>` : ''}</DescribeInstancesResponse>`;
  let launched = 0;
  const fleet = (count: number, asked: URLSearchParams): string => {
    const ids = Array.from({ length: count }, () => `i-f${(launched++).toString(16).padStart(16, '0')}`);
    const type =
      asked.get('LaunchTemplateConfigs.1.Overrides.1.InstanceType') ??
      asked.get('LaunchTemplateConfig.1.Overrides.1.InstanceType') ??
      'm6i.large';
    return (
      `<CreateFleetResponse xmlns="${NAMESPACE}"><requestId>r</requestId><fleetId>fleet-1</fleetId><errorSet/><fleetInstanceSet><item>` +
      `<instanceType>${type}</instanceType><lifecycle>on-demand</lifecycle><instanceIds>${ids.map((id) => `<item>${id}</item>`).join('')}</instanceIds>` +
      `<launchTemplateAndOverrides><overrides><instanceType>${type}</instanceType><subnetId>subnet-0000000a</subnetId><availabilityZone>us-east-1a</availabilityZone></overrides></launchTemplateAndOverrides>` +
      `</item></fleetInstanceSet></CreateFleetResponse>`
    );
  };
  return {
    answer(action: string, asked: URLSearchParams): string {
      if (action === 'DescribeInstances') return list(Number(asked.get('NextToken') ?? '0'));
      if (action === 'CreateFleet') {
        return fleet(Number(asked.get('TargetCapacitySpecification.TotalTargetCapacity') ?? '1'), asked);
      }
      return `<${action}Response xmlns="${NAMESPACE}"><requestId>r</requestId></${action}Response>`;
    },
  };
};
