export { ALWAYS_LEADING, LeaderElection, type LeaderElectionOptions } from './leader-election.ts';
