import { proxyStandard } from '@gibbon/preset-proxy-standard';
import type { AnyModule } from '@gibbon/contracts/module';

/** The modules of this build: the whole list, to add to, filter, or replace members of. */
const modules: readonly AnyModule[] = [...proxyStandard];

export default modules;
