import { describeLab } from './describe-lab.ts';
import { novaContract } from './nova-contract.ts';

describeLab('real Keystone and Nova', () => novaContract());
