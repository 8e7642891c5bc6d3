import { controllerStandard } from '@gibbon/preset-controller-standard';
import type { AnyModule } from '@gibbon/contracts/module';

/** The modules of this build: the whole list, to add to, filter, or replace members of. */
const modules: readonly AnyModule[] = [...controllerStandard];

export default modules;
