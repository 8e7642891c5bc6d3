// expect: nothing
import { value } from '@canary/testing-fixtures';

export const copy = value;
