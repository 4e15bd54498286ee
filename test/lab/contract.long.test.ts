import { poolContract } from '../contract/contract.ts';
import { labSubject } from './contract-subject.ts';
import { describeLab } from './describe-lab.ts';

describeLab('the endpoint on HTCondor', () => poolContract(labSubject));
