/**
 * The thread's one read buffer. Every connection reads into it: the kernel's bytes are handed to the handler within the
 * same call, so no two reads hold it at a time, and idle connections hold no memory.
 */
export const READ_BUFFER: Buffer = Buffer.allocUnsafeSlow(64 * 1024);
