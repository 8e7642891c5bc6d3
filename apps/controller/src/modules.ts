import type { AnyModule } from '@gibbon/contracts/module';
import { controllerStandard } from '@gibbon/preset-controller-standard';
import { proxyStandard } from '@gibbon/preset-proxy-standard';

/** The modules of this build: the whole list, to add to, filter, or replace members of. */
const modules: readonly AnyModule[] = [...controllerStandard];

export default modules;

/** The modules that the data planes of this build run: known here, not run. */
export const dataPlaneModules: readonly AnyModule[] = [...proxyStandard];
