import { TAG } from './names.ts';

/** The cloud that every stage has, and a fleet is on unless it says another. */
export const EC2 = 'ec2';

/** The name of a cloud: a fleet's knob says it, and every machine that is launched there as a tag. */
export const CLOUD_NAME = '[a-z][a-z0-9-]{0,19}';

/** The cloud that tags name; those of EC2's machines name none, as before there were others. */
export const cloudIn = (tags: Readonly<Record<string, string>>): string => tags[TAG.cloud] ?? EC2;

/**
 * Whether a machine is EC2's, as its id tells. A stage has one cloud beside EC2 at the most, so that every id tells whom to
 * ask: two of one kind would have ids of one form.
 */
export const isOfEc2 = (instanceId: string): boolean => instanceId.startsWith('i-');
