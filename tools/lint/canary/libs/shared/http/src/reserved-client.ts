// expect: gibbon(reserved-imports)
import { request } from 'undici';

export const send = request;
