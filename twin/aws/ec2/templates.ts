import type { LaunchTemplate } from './options.ts';
import { Ec2Refusal } from './refusal.ts';

/** EC2's limit on user data, before base64. */
const USER_DATA_BYTES = 16 * 1024;

/** Finds launch templates by id and version as EC2 does: `$Latest` and `$Default` are understood, but move. */
export const launchTemplates = (registered: readonly LaunchTemplate[]) => {
  for (const { id, version, userData } of registered) {
    const bytes = Buffer.byteLength(userData);
    if (bytes > USER_DATA_BYTES) {
      throw new Error(`user data of ${id} version ${version} is ${bytes} bytes, limit ${USER_DATA_BYTES}`);
    }
  }
  return (id: string, version: string): LaunchTemplate => {
    const versions = registered.filter((template) => template.id === id);
    const [first] = versions;
    if (first === undefined) {
      throw new Ec2Refusal(
        'InvalidLaunchTemplateId.NotFound',
        `The specified launch template, with template ID ${id}, does not exist.`,
      );
    }
    if (version === '$Default') return first;
    if (version === '$Latest') return versions.at(-1) ?? first;
    const exact = versions.find((template) => template.version === version);
    if (exact !== undefined) return exact;
    throw new Ec2Refusal(
      'InvalidLaunchTemplateId.VersionNotFound',
      `Could not find the specified version ${version} for the launch template with ID ${id}.`,
    );
  };
};
