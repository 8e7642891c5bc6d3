import { createToken, type Token } from '@gibbon/contracts/module';
import type { KubeClient } from './kube-client.ts';

/** The client of this process, where it runs against an API server: sources, status and leader election share its connections. */
export const KUBE_CLIENT: Token<KubeClient> = createToken<KubeClient>('gibbon/kube-client@1');
