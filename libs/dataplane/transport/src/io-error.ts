import { getSystemErrorName } from 'node:util';

/** An error as `node:net` makes them: `code` such as `ECONNRESET`, `errno` negative, `syscall`. */
export function ioError(syscall: string, errno: number): NodeJS.ErrnoException {
  const code = getSystemErrorName(errno);
  return Object.assign(new Error(`${syscall} ${code}`), { code, errno, syscall });
}
