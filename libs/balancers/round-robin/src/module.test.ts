import { describeBalancer } from '@gibbon/testing-contract-kits';
import roundRobin from './module.ts';

describeBalancer({ definition: roundRobin });
