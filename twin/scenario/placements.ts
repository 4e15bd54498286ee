/** Where the twin's workers may be put. */
export const PLACEMENTS = [
  { subnetId: 'subnet-0a1e00000000000a1', zone: 'us-east-1a' },
  { subnetId: 'subnet-0a1e00000000000b2', zone: 'us-east-1b' },
  { subnetId: 'subnet-0a1e00000000000c3', zone: 'us-east-1c' },
] as const;
