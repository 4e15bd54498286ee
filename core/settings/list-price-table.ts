/** What AWS asks for in one region, on demand, for Linux on shared machines, in US dollars. */
interface RegionPrices {
  /** The day of AWS's price list. */
  readonly published: string;
  /** Cents per vCPU and hour, by family; all sizes of these families cost in proportion to their vCPUs. */
  readonly cores: string;
  /** Of families whose sizes do not: the price over that of us-east-1, which `UNEVEN_TYPES` has. */
  readonly uneven: string;
  /** A GB of a gp3 volume, dollars a month. */
  readonly gp3?: number;
}

/**
 * AWS's list prices. Facts, taken from AWS's public price files in two archived copies: all regions as published on
 * 2025-04-04, and newer ones of us-east-1 and GovCloud of 2026-07-20, with which every price of these families that is
 * in both agrees. gp3's prices were published on 2024-07-18. AWS rounds the prices of some small sizes: what stands here
 * is the dearest vCPU of a family, at most 0.9 % above what a size of it costs.
 *
 * To bring a region up to date, take `PricePerUnit` of its file in AWS's Price List (offer AmazonEC2, on demand, Linux,
 * shared tenancy, nothing pre-installed) over the vCPUs of the type.
 */
export const REGION_PRICES: Readonly<Record<string, RegionPrices>> = {
  'af-south-1': {
    published: '2025-04-04',
    cores:
      'c5 5.7, c5a 5.15, c5ad 5.85, c5d 6.5, c5n 7.2625, c6i 5.7, c6in 7.623, m5 6.35, m5d 7.5, m6i 6.35, r5 8.4, r5d 9.5, r5n 9.95, r6i 8.4',
    uneven: 'g4dn 1.32713',
    gp3: 0.1047,
  },
  'ap-east-1': {
    published: '2025-04-04',
    cores:
      'c5 5.4, c5a 4.85, c5d 6.15, c5n 7.15, c6a 4.86, c6i 5.4, c6in 7.5075, m5 6.6, m5d 7.75, m6i 6.6, r5 8.35, r5d 8.75, r5n 10.1, r6i 8.35',
    uneven: 'g4dn 1.53998',
    gp3: 0.1056,
  },
  'ap-northeast-1': {
    published: '2025-04-04',
    cores:
      'c5 5.35, c5a 4.8, c5d 6.1, c5n 6.8, c6a 4.815, c6i 5.35, c6id 6.405, c6in 7.14, c7a 6.46, c7i 5.6175, c7i-flex 5.3368, m5 6.2, m5a 5.6, m5ad 6.7, m5d 7.3, m5n 7.65, m6a 5.58, m6i 6.2, m6id 7.665, m6in 8.9505, m7a 7.487, m7i 6.51, m7i-flex 6.1845, r5 7.6, r5a 6.85, r5ad 7.95, r5d 8.7, r5n 9.05, r6a 6.84, r6i 7.6, r6id 9.135, r6in 10.5885, r7a 9.177, r7i 7.98',
    uneven: 'g4dn 1.35018, g5 1.4503, g6 1.4503, g6e 1.4503, gr6 1.4503, p3 1.37059',
    gp3: 0.096,
  },
  'ap-northeast-2': {
    published: '2025-04-04',
    cores:
      'c5 4.8, c5a 4.3, c5d 5.5, c5n 6.1, c6i 4.8, c6id 5.775, c6in 6.405, c7i 5.04, c7i-flex 4.788, m5 5.9, m5a 5.3, m5ad 6.35, m5d 6.95, m6i 5.9, m6id 7.2975, m7i 6.195, m7i-flex 5.8855, r5 7.6, r5a 6.8, r5ad 7.9, r5d 8.65, r5n 8.9, r6i 7.6, r6id 9.085, r7i 7.98',
    uneven: 'g4dn 1.23024, g5 1.22962, g6 1.22963, g6e 1.22945, gr6 1.2296, p3 1.38366',
    gp3: 0.0912,
  },
  'ap-northeast-3': {
    published: '2025-04-04',
    cores:
      'c5 5.35, c5d 6.1, c5n 6.8, c6i 5.35, m5 6.2, m5d 7.3, m6i 6.2, r5 7.6, r5d 8.7, r6i 7.6, r7i 7.98',
    uneven: 'g4dn 1.35018',
    gp3: 0.096,
  },
  'ap-south-1': {
    published: '2025-04-04',
    cores:
      'c5 4.25, c5a 2.35, c5d 4.95, c5n 5.4, c6a 2.3375, c6i 4.25, c6in 5.67, c7i 4.4625, c7i-flex 4.2395, m5 5.05, m5a 2.8, m5ad 3.3563, m5d 6.1, m6a 2.7775, m6i 5.05, m6id 6.405, m6in 7.254, m7i 5.3025, m7i-flex 5.0375, r5 6.5, r5a 3.6, r5ad 4.1532, r5d 7.55, r5n 7.65, r6a 3.575, r6i 6.5, r6id 7.93, r7i 6.825',
    uneven: 'g4dn 1.10106, g5 1.2008, g6 1.2008, gr6 1.20082',
    gp3: 0.0912,
  },
  'ap-south-2': {
    published: '2025-04-04',
    cores:
      'c5 4.25, c5d 4.95, c6a 2.3375, c6i 4.25, c6in 5.665, m5 5.05, m5d 6.1, m6a 2.7775, m6i 5.05, r5 6.5, r5d 7.55, r6a 3.575, r6i 6.5',
    uneven: '',
    gp3: 0.0912,
  },
  'ap-southeast-1': {
    published: '2025-04-04',
    cores:
      'c5 4.9, c5a 4.4, c5ad 5.05, c5d 5.6, c5n 6.2, c6a 4.41, c6i 4.9, c6id 5.88, c6in 6.51, c7i 5.145, c7i-flex 4.889, m5 6, m5a 5.4, m5ad 6.45, m5d 7.05, m5n 7.3, m6a 5.4, m6i 6, m6id 7.4025, m6in 8.541, m7i 6.3, m7i-flex 5.985, r5 7.6, r5a 6.8, r5ad 7.95, r5d 8.7, r5n 8.9, r6a 6.84, r6i 7.6, r6id 9.135, r6in 10.413, r7i 7.98',
    uneven: 'g4dn 1.3995, p3 1.38366',
    gp3: 0.096,
  },
  'ap-southeast-2': {
    published: '2025-04-04',
    cores:
      'c5 5.55, c5a 5, c5ad 5.65, c5d 6.3, c5n 7.05, c6a 4.995, c6i 5.55, c6id 6.615, c6in 7.4025, c7i 5.8275, c7i-flex 5.5363, m5 6, m5a 5.4, m5ad 6.5, m5d 7.1, m6a 5.4, m6i 6, m6id 7.455, m6in 8.775, m7a 7.245, m7i 6.3, m7i-flex 5.985, r5 7.55, r5a 6.8, r5ad 7.95, r5d 8.7, r5n 9.05, r6a 6.795, r6i 7.55, r6id 8.7, r6in 10.5885, r7i 7.9275',
    uneven: 'g4dn 1.30066, g5 1.3002, g6 1.3002, gr6 1.30016, p3 1.38366',
    gp3: 0.096,
  },
  'ap-southeast-3': {
    published: '2025-04-04',
    cores:
      'c5 4.9, c5d 5.6, c5n 6.2, c6in 6.51, m5 6, m5d 7.05, m6i 6, m7i 6.3, m7i-flex 5.985, r5 7.6, r5d 8.7, r7i 7.98',
    uneven: 'g5 1.3996',
    gp3: 0.096,
  },
  'ap-southeast-4': {
    published: '2025-04-04',
    cores: 'c5 5.55, c5d 6.3, c6in 7.4, m5 6, m5d 7.1, r5 7.55, r5d 8.7',
    uneven: '',
    gp3: 0.096,
  },
  'ap-southeast-5': {
    published: '2025-04-04',
    cores:
      'c6i 4.165, c6id 4.998, c6in 5.5335, c7i 4.3735, c7i-flex 4.155, m6i 5.1, m6id 6.292, m7i 5.355, m7i-flex 5.0875, r6i 6.46, r6id 7.7645, r7i 6.783',
    uneven: 'g6 1.25969, gr6 1.25962',
  },
  'ap-southeast-7': {
    published: '2025-04-04',
    cores:
      'c6i 4.165, c6id 4.998, c7i 4.3735, c7i-flex 4.155, m6i 5.1, m6id 6.292, m7i 5.355, m7i-flex 5.0875, r6i 6.46, r6id 7.7645, r7i 6.783',
    uneven: '',
  },
  'ca-central-1': {
    published: '2025-04-04',
    cores:
      'c5 4.65, c5a 4.2, c5d 5.3, c5n 5.9, c6a 4.185, c6i 4.65, c6id 5.565, c6in 6.195, c7i 4.8825, c7i-flex 4.6385, m5 5.35, m5a 4.8, m5ad 5.75, m5d 6.3, m6a 4.815, m6i 5.35, m6id 6.615, m6in 7.759, m7i 5.6175, m7i-flex 5.3365, r5 6.9, r5a 6.2, r5ad 7.2, r5d 7.9, r5n 8.15, r6a 6.21, r6i 6.9, r7i 7.245',
    uneven: 'g4dn 1.11047, g5 1.11034, g6 1.11034, gr6 1.11032, p3 1.1',
    gp3: 0.088,
  },
  'ca-west-1': {
    published: '2025-04-04',
    cores:
      'c5 4.65, c6i 4.65, c6id 5.565, m5 5.35, m5d 6.3, m6i 5.35, m6id 6.615, r5 6.9, r6i 6.9, r6id 8.295',
    uneven: '',
    gp3: 0.088,
  },
  'eu-central-1': {
    published: '2025-04-04',
    cores:
      'c5 4.85, c5a 4.35, c5ad 5, c5d 5.55, c5n 6.15, c6a 4.365, c6i 4.85, c6id 5.8275, c6in 6.4575, c7a 5.857, c7i 5.0925, c7i-flex 4.838, m5 5.75, m5a 5.2, m5ad 6.25, m5d 6.8, m5n 7.05, m6a 5.175, m6i 5.75, m6id 7.14, m6in 8.2485, m7a 6.943, m7i 6.0375, m7i-flex 5.7355, r5 7.6, r5a 6.85, r5ad 7.9, r5d 8.65, r5n 8.9, r6a 6.84, r6i 7.6, r6id 9.0825, r6in 10.413, r7a 9.177, r7i 7.98',
    uneven: 'g4dn 1.25095, g5 1.2505, g6 1.2505, g6e 1.2504, gr6 1.25052, p3 1.24935',
    gp3: 0.0952,
  },
  'eu-central-2': {
    published: '2025-04-04',
    cores:
      'c5 5.35, c5d 6.1063, c6in 7.115, m5 6.35, m5d 7.5, m6i 6.325, m6id 7.854, m6in 9.173, r5 8.3625, r5d 9.525, r6i 8.36',
    uneven: 'g6 1.34816, gr6 1.40651',
    gp3: 0.1142,
  },
  'eu-north-1': {
    published: '2025-04-04',
    cores:
      'c5 4.55, c5a 4.1, c5d 5.2, c5n 5.8, c6i 4.55, c6in 6.09, c7a 5.494, c7i 4.7775, c7i-flex 4.5388, m5 5.1, m5d 6, m6i 5.1, m6in 7.4, m7a 6.158, m7i 5.355, m7i-flex 5.0875, r5 6.7, r5d 7.6, r5n 7.95, r6i 6.7, r6in 9.3015, r7a 8.09, r7i 7.035',
    uneven: 'g4dn 1.06117, g5 1.06064, g6 1.06064, g6e 1.06072, gr6 1.06068',
    gp3: 0.0836,
  },
  'eu-south-1': {
    published: '2025-04-04',
    cores:
      'c5 5.05, c5a 4.55, c5ad 5.15, c5d 5.7, c5n 6.45, c6i 5.05, c6in 6.7725, m5 5.6, m5a 5.05, m5d 6.6, m6a 5.04, m6i 5.6, r5 7.4, r5a 6.65, r5d 8.4, r5n 8.7516, r6i 7.4, r7i 7.77',
    uneven: 'g4dn 1.1711',
    gp3: 0.0924,
  },
  'eu-south-2': {
    published: '2025-04-04',
    cores:
      'c5 4.8, c5d 5.45, c6in 6.4, c7a 5.796, c7i 5.04, c7i-flex 4.788, m5 5.35, m5d 6.3, m6in 7.759, m7a 6.46, m7i 5.6175, m7i-flex 5.3365, r5 7.05, r5d 8, r7a 8.513, r7i 7.4025',
    uneven: 'g6 1.05368, g6e 1.05374, gr6 1.05366',
    gp3: 0.088,
  },
  'eu-west-1': {
    published: '2025-04-04',
    cores:
      'c5 4.8, c5a 4.3, c5ad 4.9, c5d 5.45, c5n 6.1, c6a 4.104, c6i 4.56, c6id 5.7225, c6in 6.405, c7a 5.506, c7i 4.788, c7i-flex 4.5487, m5 5.35, m5a 4.8, m5ad 5.75, m5d 6.3, m5n 6.65, m6a 4.815, m6i 5.35, m6id 6.615, m6in 7.7805, m7a 6.46, m7i 5.6175, m7i-flex 5.3365, r5 7.05, r5a 6.35, r5ad 7.3, r5d 8, r5n 8.35, r6a 6.345, r6i 7.05, r6id 8.4, r6in 9.7695, r7a 8.513, r7i 7.4025',
    uneven: 'g4dn 1.11597, g5 1.1163, p3 1.08007',
    gp3: 0.088,
  },
  'eu-west-2': {
    published: '2025-04-04',
    cores:
      'c5 5.05, c5a 4.55, c5d 5.75, c5n 6.4, c6a 4.545, c6i 5.05, c6id 6.0375, c6in 6.72, c7i 5.3025, c7i-flex 5.0375, m5 5.55, m5a 5, m5ad 6, m5d 6.55, m6a 4.995, m6i 5.55, m6id 6.8775, m7i 5.8275, m7i-flex 5.536, r5 7.4, r5a 6.65, r5ad 7.7, r5d 8.45, r5n 8.75, r6i 7.4, r6id 8.8725, r7i 7.77',
    uneven: 'g4dn 1.17027, g5 1.26938, g6 1.26939, gr6 1.26943, p3 1.17288',
    gp3: 0.0928,
  },
  'eu-west-3': {
    published: '2025-04-04',
    cores:
      'c5 5.05, c5a 4.55, c5d 5.75, c5n 6.4, c6i 5.05, c6in 6.72, c7i 5.3025, c7i-flex 5.0375, m5 5.6, m5a 5.05, m5ad 6.05, m5d 6.6, m6a 5.04, m6i 5.6, m7i 5.88, m7i-flex 5.586, r5 7.4, r5a 6.65, r5ad 7.65, r5d 8.45, r5n 8.75, r6i 7.4, r7i 7.77',
    uneven: 'g4dn 1.16944, g6 1.26939, gr6 1.26936',
    gp3: 0.0928,
  },
  'il-central-1': {
    published: '2025-04-04',
    cores:
      'c5 5.05, c5d 5.725, c6i 4.788, c6id 6.0085, c6in 6.7255, m5 5.625, m5d 6.625, m6i 5.6175, m6id 6.946, r5 7.4032, r5d 8.4, r6i 7.4025, r6id 8.82',
    uneven: 'g5 1.17212',
    gp3: 0.1056,
  },
  'me-central-1': {
    published: '2025-04-04',
    cores: 'c5 5.3, c5d 6, c6in 7.04, m5 5.9, m5d 6.95, m6i 5.885, r5 7.7563, r5d 8.8, r6i 7.755',
    uneven: 'g5 1.22664',
    gp3: 0.0968,
  },
  'me-south-1': {
    published: '2025-04-04',
    cores:
      'c5 5.3, c5a 4.75, c5ad 5.4, c5d 6, c5n 6.7, c6i 5.28, c6in 7.035, m5 5.9, m5d 6.95, m6i 6.6, r5 7.7563, r5d 8.8, r6i 7.755',
    uneven: 'g4dn 1.22674',
    gp3: 0.0968,
  },
  'mx-central-1': {
    published: '2025-04-04',
    cores:
      'c6i 4.4625, c6id 5.292, c7i 4.6855, c7i-flex 4.4513, m6i 5.04, m6id 6.229, m7i 5.292, m7i-flex 5.0275, r6i 6.615, r6id 7.938, r7i 6.946',
    uneven: '',
  },
  'sa-east-1': {
    published: '2025-04-04',
    cores:
      'c5 6.55, c5a 5.9, c5ad 6.7, c5d 7.45, c5n 8.3, c6a 5.895, c6i 6.55, c6id 7.8225, c6in 8.715, c7i 6.8775, c7i-flex 6.5338, m5 7.65, m5a 6.9, m5ad 8.25, m5d 9, m6a 6.885, m6i 7.65, m6id 9.45, m7i 8.0325, m7i-flex 7.631, r5 10.05, r5a 9.05, r5ad 10.4, r5d 11.4, r5n 11.8, r6i 10.05, r7i 10.5525',
    uneven: 'g4dn 1.69968, g5 1.6998, g6 1.69981, gr6 1.69984',
    gp3: 0.152,
  },
  'us-east-1': {
    published: '2026-07-20',
    cores:
      'c5 4.25, c5a 3.85, c5ad 4.3, c5d 4.8, c5n 5.4, c6a 3.825, c6i 4.25, c6id 5.04, c6in 5.67, c7a 5.132, c7i 4.4625, c7i-flex 4.2395, c8a 5.389, c8i 4.6855, c8i-flex 4.451, c8id 5.544, m5 4.8, m5a 4.3, m5ad 5.15, m5d 5.65, m5n 5.95, m6a 4.32, m6i 4.8, m6id 5.9325, m6in 6.9615, m7a 5.796, m7i 5.04, m7i-flex 4.788, m8a 6.086, m8i 5.292, m8i-flex 5.0275, m8id 6.526, r5 6.3, r5a 5.65, r5ad 6.55, r5d 7.2, r5n 7.45, r6a 5.67, r6i 6.3, r6id 7.56, r6in 8.7165, r7a 7.608, r7i 6.615, r8a 7.988, r8i 6.946, r8i-flex 6.5985, r8id 8.316',
    uneven: 'g4dn 1, g5 1, g6 1, g6e 1, gr6 1, p3 1, p4d 1, p5 1',
    gp3: 0.08,
  },
  'us-east-2': {
    published: '2025-04-04',
    cores:
      'c5 4.25, c5a 3.85, c5ad 4.3, c5d 4.8, c5n 5.4, c6a 3.825, c6i 4.25, c6id 5.04, c6in 5.67, c7a 5.132, c7i 4.4625, c7i-flex 4.2395, m5 4.8, m5a 4.3, m5ad 5.15, m5d 5.65, m5n 5.95, m6a 4.32, m6i 4.8, m6id 5.9325, m6in 6.9615, m7a 5.796, m7i 5.04, m7i-flex 4.788, r5 6.3, r5a 5.65, r5ad 6.55, r5d 7.2, r5n 7.45, r6a 5.67, r6i 6.3, r6id 7.56, r6in 8.7165, r7a 7.608, r7i 6.615',
    uneven: 'g4dn 1, g5 1, g6 1, g6e 1, gr6 1, p3 1',
    gp3: 0.08,
  },
  'us-gov-east-1': {
    published: '2026-07-20',
    cores:
      'c5 5.1, c5a 4.6, c5d 5.8, c5n 6.5, c6i 5.1, c6in 6.825, c7i 5.355, m5 6.05, m5a 5.45, m5d 7.15, m5n 7.45, m6i 6.05, m7i 6.3525, m7i-flex 6.035, m8i 6.67, m8i-flex 6.337, r5 7.55, r5a 6.8, r5d 8.65, r5n 8.95, r6i 7.55, r7i 7.9275, r8i 8.324, r8i-flex 7.908',
    uneven: 'g4dn 1.2608, g6 1.26044, gr6 1.26046',
    gp3: 0.096,
  },
  'us-gov-west-1': {
    published: '2026-07-20',
    cores:
      'c5 5.1, c5a 4.6, c5d 5.8, c5n 6.5, c6i 5.1, c6id 6.09, c6in 6.825, c7i 5.355, c7i-flex 5.0875, m5 6.05, m5a 5.45, m5ad 6.55, m5d 7.15, m5n 7.45, m6i 6.05, m6id 7.51, m6in 8.7165, m7i 6.3525, m7i-flex 6.035, m8a 7.671, m8i 6.67, m8i-flex 6.337, r5 7.55, r5a 6.8, r5ad 7.9, r5d 8.65, r5n 8.95, r6i 7.55, r6id 9.085, r6in 10.4715, r7i 7.9275, r8i 8.324, r8i-flex 7.908',
    uneven: 'g4dn 1.2608, g6 1.26044, gr6 1.26046, p3 1.2, p4d 1.20009, p5 1.2',
    gp3: 0.096,
  },
  'us-west-1': {
    published: '2025-04-04',
    cores:
      'c5 5.3, c5a 4.75, c5d 6, c5n 6.75, c6a 4.77, c6i 5.3, c6in 7.0875, c7i 5.565, c7i-flex 5.287, m5 5.6, m5a 5.05, m5ad 6.1, m5d 6.65, m6a 5.04, m6i 5.6, m6in 8.122, m7i 5.88, m7i-flex 5.586, r5 7, r5a 6.3, r5ad 7.4, r5d 8.1, r5n 8.45, r6a 6.3, r6i 7, r7i 7.35',
    uneven: 'g4dn 1.20017',
    gp3: 0.096,
  },
  'us-west-2': {
    published: '2025-04-04',
    cores:
      'c5 4.25, c5a 3.85, c5ad 4.3, c5d 4.8, c5n 5.4, c6a 3.825, c6i 4.25, c6id 5.04, c6in 5.67, c7a 5.132, c7i 4.4625, c7i-flex 4.2395, m5 4.8, m5a 4.3, m5ad 5.15, m5d 5.65, m5n 5.95, m6a 4.32, m6i 4.8, m6id 5.9325, m6in 6.9615, m7a 5.796, m7i 5.04, m7i-flex 4.788, r5 6.3, r5a 5.65, r5ad 6.55, r5d 7.2, r5n 7.45, r6a 5.67, r6i 6.3, r6id 7.56, r6in 8.7165, r7a 7.608, r7i 6.615',
    uneven: 'g4dn 1, g5 1, g6 1, g6e 1, gr6 1, p3 1',
    gp3: 0.08,
  },
};

/** Types with GPUs in us-east-1, dollars an hour, by family and size. Elsewhere they cost within 0.2 % in proportion. */
export const UNEVEN_TYPES: Readonly<Record<string, string>> = {
  g4dn: 'xlarge 0.526, 2xlarge 0.752, 4xlarge 1.204, 8xlarge 2.176, 12xlarge 3.912, 16xlarge 4.352',
  g5: 'xlarge 1.006, 2xlarge 1.212, 4xlarge 1.624, 8xlarge 2.448, 16xlarge 4.096, 12xlarge 5.672, 24xlarge 8.144, 48xlarge 16.288',
  g6: 'xlarge 0.8048, 2xlarge 0.9776, 4xlarge 1.3232, 8xlarge 2.0144, 16xlarge 3.3968, 12xlarge 4.6016, 24xlarge 6.6752, 48xlarge 13.3504',
  g6e: 'xlarge 1.861, 2xlarge 2.24208, 4xlarge 3.00424, 8xlarge 4.52856, 16xlarge 7.57719, 12xlarge 10.49264, 24xlarge 15.06559, 48xlarge 30.13118',
  gr6: '4xlarge 1.5392, 8xlarge 2.4464',
  p3: '2xlarge 3.06, 8xlarge 12.24, 16xlarge 24.48',
  p4d: '24xlarge 21.957642',
  p5: '4xlarge 6.88, 48xlarge 55.04',
};
