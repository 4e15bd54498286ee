import { DescribeLaunchTemplateVersionsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import type { Template } from '../../../core/model/templates.ts';

/** A version is made once and never changes: it is read once. */
const MOST_KEPT = 20;

/**
 * Reads the user-data of a launch template's version, as base64: they are made once for all clouds. Throws what EC2 answers
 * with, and what to do if the version has none.
 */
export const userDataOf = (client: EC2Client): ((template: Template) => Promise<string>) => {
  const kept = new Map<string, string>();
  return async ({ id, version }) => {
    const key = `${id} ${version}`;
    const before = kept.get(key);
    if (before !== undefined) return before;
    const { LaunchTemplateVersions: versions = [] } = await client.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: id, Versions: [version] }),
    );
    const userData = versions[0]?.LaunchTemplateData?.UserData;
    if (userData === undefined) {
      throw new Error(
        `The launch template ${id}, version ${version}, has no user-data; deploy the stage again.`,
      );
    }
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, userData);
    return userData;
  };
};
