// expect: typescript(consistent-type-imports)
import { Point } from './parameter-property.ts';

/** A type imported as a value. */
export type Position = Point;
