/** What aerie calls a server of an OpenStack (core/model/pool.ts): its id, and that it is none of EC2's. */
export const instanceIdOf = (serverId: string): string => `os-${serverId}`;

/** A server's path in Nova. Whoever asks for a machine of another cloud has mistaken the cloud. */
export const serverPath = (instanceId: string): string => {
  const [, serverId] = /^os-(.+)$/.exec(instanceId) ?? [];
  if (serverId === undefined) throw new Error(`${instanceId} is no server of an OpenStack`);
  return `/servers/${encodeURIComponent(serverId)}`;
};
