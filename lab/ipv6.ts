import { CENTRAL_MANAGER_ADDRESS, type LabNetwork } from './network.ts';
import { run } from './run.ts';

/** The central manager's second address. */
export const CENTRAL_MANAGER_IPV6 = 'fd00:90::2';
const WORKER_IPV6 = 'fd00:91::77';

const COLLECTOR_PORT = 9618;

/** As the router's rules for IPv4, without the translation of addresses: from inside outwards, and what belongs to that. */
const RULES = [
  ['-P', 'FORWARD', 'DROP'],
  ['-A', 'FORWARD', '-m', 'conntrack', '--ctstate', 'ESTABLISHED,RELATED', '-j', 'ACCEPT'],
  ['-A', 'FORWARD', '-i', 'inside', '-o', 'outside', '-j', 'ACCEPT'],
] as const;

/** Gives router and central manager IPv6 beside what they have. */
export const dualStack = async ({ nat, centralManager }: LabNetwork): Promise<void> => {
  const ip = (namespace: string, ...argv: readonly string[]) => run(['ip', '-n', namespace, '-6', ...argv]);
  await ip(nat, 'addr', 'add', 'fd00:90::1/64', 'dev', 'outside', 'nodad');
  await ip(nat, 'addr', 'add', 'fd00:91::1/64', 'dev', 'inside', 'nodad');
  await ip(centralManager, 'addr', 'add', `${CENTRAL_MANAGER_IPV6}/64`, 'dev', 'eth0', 'nodad');
  await ip(centralManager, 'route', 'add', 'default', 'via', 'fd00:90::1');
  const inside = ['ip', 'netns', 'exec', nat];
  await run([...inside, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv6/conf/all/forwarding']);
  for (const rule of RULES) await run([...inside, 'ip6tables', ...rule]);
};

/** What a worker does before its boot, as root: after it, its IPv4 packets to the collector get nowhere. */
export const ONLY_IPV6_TO_THE_COLLECTOR = `
ip -6 addr add ${WORKER_IPV6}/64 dev eth0 nodad
ip -6 route add default via fd00:91::1
iptables -A OUTPUT -d ${CENTRAL_MANAGER_ADDRESS} -p tcp --dport ${COLLECTOR_PORT} -j DROP
`;
