import * as z from 'zod';

/** A launch template of a deployed launcher. */
interface Template {
  readonly id: string;
  readonly version: string;
}

/** What the environment of a deployed launcher says that workers are launched from. */
export interface Templates {
  /** Undefined: it does not say. */
  readonly ofStage: Template | undefined;
  /** Those of fleets that have one of their own. */
  readonly ofFleets: ReadonlyMap<string, Template>;
}

const fleetTemplates = z.record(z.string(), z.object({ id: z.string(), version: z.string() }));

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Reads the launch templates of a deployed launcher. */
export const templatesIn = ({
  AERIE_TEMPLATE_ID: id,
  AERIE_TEMPLATE_VERSION: version,
  AERIE_FLEETS = '{}',
}: Readonly<Record<string, string>>): Templates => ({
  ofStage: id === undefined || version === undefined ? undefined : { id, version },
  ofFleets: new Map(Object.entries(fleetTemplates.safeParse(jsonIn(AERIE_FLEETS)).data ?? {})),
});
