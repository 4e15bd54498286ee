import { describeLab } from './describe-lab.ts';
import { openStackJob } from './openstack-job.ts';

describeLab('npm run lab -- --cloud openstack', () => openStackJob('openstack', '0.3'));
