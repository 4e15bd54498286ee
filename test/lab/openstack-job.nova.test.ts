import { describeLab } from './describe-lab.ts';
import { openStackJob } from './openstack-job.ts';

describeLab('npm run lab -- --cloud nova', () => openStackJob('nova', '0.3'));
